package main

import (
	"errors"
	"os"

	"escale/engine/contextfile"
	"escale/engine/machine"
)

// forgetContext takes away the Docker context that the app gave the machine. One
// that plain docker uses stays, and leads to the next machine; somebody else's is
// not ours to take.
func forgetContext(home machine.Home, name string) error {
	user, _ := os.UserHomeDir() // none, then
	config := contextfile.Config(os.Getenv, user)
	if config == "" {
		return nil
	}
	err := contextfile.Remove(config, home.DockerHost(name))
	if errors.Is(err, contextfile.ErrForeign) || errors.Is(err, contextfile.ErrInUse) {
		return nil
	}
	return err
}
