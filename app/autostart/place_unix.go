//go:build !windows && !darwin

package autostart

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

func here() place {
	return file{filepath.Join(xdg.ConfigHome, "autostart", id+".desktop"), desktopEntry, parseDesktopEntry}
}

// thisProgram is the file that the user starts.
func thisProgram() (string, error) {
	if _, err := os.Stat("/.flatpak-info"); err == nil {
		return "", ErrSandboxed
	}
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	program = ofImage(program, os.Getenv("APPIMAGE"), os.Getenv("APPDIR"))
	return program, fit(program)
}

// ofImage is the AppImage that a program is in, or the program. The environment
// may be that of another AppImage, such as a terminal from which Escale was
// started: then the program is not below its folder.
func ofImage(program, image, mounted string) string {
	if filepath.IsAbs(image) && filepath.IsAbs(mounted) && strings.HasPrefix(program, filepath.Clean(mounted)+"/") {
		return image
	}
	return strings.TrimSuffix(program, " (deleted)") // a newer one has taken its place
}
