//go:build linux

// Command testbed runs a private container engine, a registry with real images
// and a stand-in for Docker Hub, in a network namespace of their own. See
// README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"escale/packaging/testbed/images"
)

const usage = `usage: testbed COMMAND
  up [--podman]   start everything (with podman too), or find it running
  down            end everything; keeps the made images
  podman up|down  start or end podman alone
  status          say what runs
  env             print export lines for tests
  exec CMD...     run a command inside, with that environment
  engine start|stop|kill|pause|resume
  images          only make the images
  selftest        try every part (after up --podman)
`

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], log)
	cancel()
	if errors.Is(err, errUsage) {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testbed:", err)
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			os.Exit(exit.ExitCode())
		}
		os.Exit(1)
	}
}

var errUsage = errors.New("unknown command; see the usage")

func run(ctx context.Context, args []string, log *slog.Logger) error {
	l, err := newLayout()
	if err != nil {
		return err
	}
	command := strings.Join(args[:min(len(args), 1)], "")
	switch command {
	case "serve":
		return serve(ctx, log)
	case "env":
		for _, entry := range l.environment() {
			name, value, _ := strings.Cut(entry, "=")
			fmt.Printf("export %s='%s'\n", name, value)
		}
		return nil
	case "status":
		return l.status()
	case "images":
		_, err := images.Ensure(ctx, l.images, log)
		return err
	case "exec":
		return l.exec(args[1:])
	case "selftest":
		return l.selftest(ctx)
	}
	return l.change(ctx, command, args, log)
}

// change runs the commands that start and end things, one at a time.
func (l layout) change(ctx context.Context, command string, args []string, log *slog.Logger) error {
	if os.Geteuid() != 0 {
		return errors.New("the testbed makes a network namespace and runs an engine: start it as root")
	}
	what := strings.Join(args[min(len(args), 1):], " ")
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	switch {
	case command == "up" && (what == "" || what == "--podman"):
		return l.up(ctx, what != "", log)
	case command == "podman" && what == "up":
		return l.up(ctx, true, log)
	case command == "podman" && what == "down":
		return l.stopPodman(ctx)
	case command == "down":
		return l.down(ctx)
	case command == "engine":
		return l.engineCommand(ctx, what)
	}
	return errUsage
}

// lock lets one command at a time change this testbed.
func (l layout) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(l.dir, 0o755); err != nil { //nolint:gosec // engines drop privileges and read here
		return nil, fmt.Errorf("make testbed folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(l.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock testbed: %w", err)
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || !pause(ctx, 50*time.Millisecond) {
			_ = file.Close()
			return nil, fmt.Errorf("lock testbed: %w", errors.Join(err, ctx.Err()))
		}
	}
}

var serviceNames = []string{"registry", "server", "containerd", "dockerd", "podman"}

func (l layout) status() error {
	var missing []string
	for _, name := range serviceNames {
		pid := l.running(name)
		word := "stopped"
		if pid != 0 {
			word = fmt.Sprintf("running, process %d", pid)
		} else if name != "podman" {
			missing = append(missing, name)
		}
		fmt.Printf("%-11s %s\n", name, word)
	}
	if len(missing) > 0 {
		return fmt.Errorf("not running: %s", strings.Join(missing, ", "))
	}
	return nil
}

// exec becomes a command inside the namespace.
func (l layout) exec(args []string) error {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return errUsage
	}
	program, err := exec.LookPath(args[0])
	if err != nil {
		return fmt.Errorf("find command: %w", err)
	}
	environment := slices.Concat(os.Environ(), l.environment(), []string{"DOCKER_HOST=unix://" + l.socket("docker")})
	runtime.LockOSThread() // the thread that enters is the one that becomes the command
	if err := enter(l); err != nil {
		return fmt.Errorf("%w (is the testbed up?)", err)
	}
	if err := syscall.Exec(program, args, environment); err != nil { //nolint:gosec // that is the command's purpose
		return fmt.Errorf("run %s: %w", args[0], err)
	}
	return nil
}
