package autostart

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

func here() place {
	return file{filepath.Join(xdg.Home, "Library", "LaunchAgents", id+".plist"), launchAgent, parseLaunchAgent}
}

// thisProgram is the file that the user starts.
func thisProgram() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	if translocated(program) {
		return "", ErrFleeting
	}
	return program, fit(program)
}
