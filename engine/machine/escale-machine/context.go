package main

import (
	"errors"
	"os"

	"escale/engine/dockercontext"
	"escale/engine/machine"
)

// forgetContext takes away the Docker context that the app gave the machine. One
// that plain docker uses stays, and leads to the next machine; somebody else's is
// not ours to take.
func forgetContext(home machine.Home, name string) error {
	user, _ := os.UserHomeDir() // none, then
	config := dockercontext.Config(os.Getenv, user)
	if config == "" {
		return nil
	}
	err := dockercontext.Remove(config, home.DockerHost(name))
	if errors.Is(err, dockercontext.ErrForeign) || errors.Is(err, dockercontext.ErrInUse) {
		return nil
	}
	return err
}
