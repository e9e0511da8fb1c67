//go:build linux

// Command init is everything of the Escale Machine's guest that is not the
// engine: the first process of the initramfs, then of the root file system, and
// as its child the agent, which starts the engine and serves the host.
//
// The agent is a process of its own because the first process must reap every
// orphan, and would take the agent's own children from it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	switch {
	case filepath.Base(os.Args[0]) == "modprobe":
		os.Exit(modprobe(os.Args[1:]))
	case len(os.Args) == 2 && os.Args[1] == "agent" && os.Getpid() != 1:
		agentMain()
	case os.Getpid() != 1:
		fmt.Fprintln(os.Stderr, "init: this is the first process of a guest, and nothing else")
		os.Exit(2)
	case exists(earlyList):
		stage1()
	default:
		stage2()
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
