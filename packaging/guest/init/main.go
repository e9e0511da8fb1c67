//go:build linux

// Command init is everything of the Escale Machine's guest that is not the
// engine: the first process of the initramfs, then of the root file system, and
// as its child the agent, which starts the engine and serves the host.
//
// The agent is a process of its own because the first process must reap every
// orphan, and would take the agent's own children from it.
//
// In a distribution of WSL the first process is Microsoft's, and there is
// neither a disk nor a network to set up: the agent alone runs there, as `init
// mux`, with the host at its standard input and output. `init end` asks it to
// end, and `init update` brings it a new root.
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
	case len(os.Args) >= 2 && os.Args[1] == "mux" && os.Getpid() != 1:
		os.Exit(muxMain(os.Args[2:]))
	case len(os.Args) == 2 && os.Args[1] == "end" && os.Getpid() != 1:
		os.Exit(endMain())
	case len(os.Args) == 2 && os.Args[1] == "update" && os.Getpid() != 1:
		os.Exit(updateMain())
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
