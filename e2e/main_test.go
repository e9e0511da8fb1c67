//go:build e2e

// Package e2e plays the built program in a real window: real X input, a real
// engine, and what a user sees on screen. Run it with `make e2e`.
package e2e

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// place is what the tests stand on: the testbed's engine and the program.
var place struct {
	docker, hub, registry string // addresses
	testbed, program      string // executables
	windows               string // the user's folder, when the program is the one for Windows; see windowsVariable
	display               string // ":99"
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	for variable, into := range map[string]*string{
		"ESCALE_TEST_DOCKER": &place.docker, "ESCALE_TEST_HUB": &place.hub, "ESCALE_TEST_REGISTRY": &place.registry,
	} {
		if *into = os.Getenv(variable); *into == "" {
			fmt.Fprintf(os.Stderr, "%s is not set: start this through `make e2e`\n", variable)
			return 1
		}
	}
	place.testbed = absolute("../bin/testbed")
	place.program = absolute(cmp.Or(os.Getenv("ESCALE_E2E_PROGRAM"), "../bin/escale-e2e"))
	place.windows = os.Getenv(windowsVariable)
	stop, err := startDisplay()
	if err != nil {
		fmt.Fprintln(os.Stderr, "virtual display:", err)
		return 1
	}
	defer stop()
	return m.Run()
}

func absolute(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		panic(err)
	}
	return whole
}

// startDisplay starts an X server on a free number and a window manager on it.
func startDisplay() (stop func(), err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		cancel()
		return nil, err
	}
	_ = write.Close()
	_ = read.SetReadDeadline(time.Now().Add(20 * time.Second))
	number := make([]byte, 16)
	n, err := read.Read(number)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("no display number: %w", err)
	}
	place.display = ":" + strings.TrimSpace(string(number[:n]))
	manager := exec.CommandContext(ctx, "openbox")
	manager.Env = append(os.Environ(), "DISPLAY="+place.display)
	if err := manager.Start(); err != nil {
		cancel()
		return nil, err
	}
	return func() {
		cancel()
		_ = manager.Wait()
		_ = server.Wait()
	}, nil
}
