// Command engine is dockerd and containerd in one file, which the guest knows
// by both names: two processes, as their own releases have, that share on disk
// the third of their code that they have in common.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	_ "github.com/containerd/containerd/v2/cmd/containerd/builtins"
	containerd "github.com/containerd/containerd/v2/cmd/containerd/command"
	dockerd "github.com/moby/moby/v2/daemon/command"
	"github.com/moby/sys/reexec"
	"github.com/prometheus/client_golang/prometheus"
)

func main() {
	if reexec.Init() {
		return
	}
	restGarbage()
	run := runDockerd
	if filepath.Base(os.Args[0]) == "containerd" {
		run = runContainerd
	}
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// restGarbage undoes what the guest's init asks for in GOGC: memory is collected
// more seldom until the engine has started, for itself only and not for the
// programs that it starts.
func restGarbage() {
	const usual, started = 100, 20 * time.Second
	if os.Getenv("GOGC") == "" {
		return
	}
	_ = os.Unsetenv("GOGC")
	time.AfterFunc(started, func() { debug.SetGCPercent(usual) })
}

// runContainerd gives containerd a registry of metrics of its own: libraries of
// dockerd put some into the common one, just by being linked, under names that
// containerd uses. Nobody reads either.
func runContainerd() error {
	registry := prometheus.NewRegistry()
	prometheus.DefaultRegisterer, prometheus.DefaultGatherer = registry, registry
	return containerd.App().Run(os.Args)
}

func runDockerd() error {
	signal.Ignore(syscall.SIGPIPE) // as dockerd's own main does
	runner, err := dockerd.NewDaemonRunner(os.Stdout, os.Stderr)
	if err != nil {
		return err
	}
	return runner.Run(context.Background())
}
