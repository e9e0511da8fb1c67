// Package find lists the container engines that this computer offers, each with
// the reason why it can or cannot be used.
package find

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"escale/engine/contextfile"
)

// Environment is what the search knows of the computer.
type Environment struct {
	Getenv     func(name string) string
	GOOS       string // "linux", "darwin", "windows"
	Home       string // the user's folder; empty when there is none
	RuntimeDir string // of the user's session, such as "/run/user/1000"; empty when there is none
	Root       string // stands before absolute paths such as /var/run; empty is the real computer
	Machine    Machine
}

// System is this computer as the current user sees it.
func System() Environment {
	env := Environment{Getenv: os.Getenv, GOOS: runtime.GOOS, RuntimeDir: os.Getenv("XDG_RUNTIME_DIR"), Machine: systemMachine()}
	if home, err := os.UserHomeDir(); err == nil {
		env.Home = home
	}
	if env.RuntimeDir == "" && env.GOOS == "linux" {
		env.RuntimeDir = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	return env
}

// ConfigDir is the folder of the docker command's configuration; empty when the
// user has none.
func (e Environment) ConfigDir() string {
	return contextfile.Config(e.Getenv, e.Home)
}
