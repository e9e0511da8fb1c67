//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

const (
	// placeFile is locked by the one agent that there may be in a distribution.
	placeFile = "/run/escale.lock"
	// placeWait is for the agent of a dead helper to end: its containers have
	// defaultGrace.
	placeWait = defaultGrace + 10*time.Second
)

var errTaken = errors.New("another agent is in its place")

// muxMain is the agent in a distribution of WSL. It gives the program's exit code.
func muxMain(words []string) int {
	epoch = uptime()
	channel := stdio{os.Stdin, os.Stdout}
	aside, os.Stdout = os.Stderr, os.Stderr // standard output is the host's
	place, err := takePlace(placeFile, placeWait)
	if err != nil {
		say("%v", err)
		return 1
	}
	defer func() { _ = place.Close() }()
	params, _ := wire.ParseParams(strings.Join(words, " ")) // of a network it is told nothing
	a := &agent{boot: newSteps(), engine: newEngine(params), host: newPresence(), shares: newShares(), inside: true, ending: make(chan end, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go a.serveStdio(channel)
	go a.watchSignals()
	go a.startInside(ctx)
	wish := <-a.ending
	cancel()
	say("ending: %s", wish.why)
	a.engine.stop(wish.grace)
	unix.Sync()
	return 0
}

// stdio is a channel of a program's input and output.
type stdio struct {
	io.ReadCloser
	io.WriteCloser
}

func (s stdio) Close() error { return errors.Join(s.WriteCloser.Close(), s.ReadCloser.Close()) }

// serveStdio serves the host. There is no other way for one to come, so that its
// end is the guest's.
func (a *agent) serveStdio(channel io.ReadWriteCloser) {
	defer a.end("no host any more", defaultGrace)
	defer a.survive("channel")
	session, err := wire.Guest(channel)
	if err != nil {
		say("channel: %v", err)
		return
	}
	a.serve(session)
}

func (a *agent) watchSignals() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	select {
	case s := <-signals:
		a.end(s.String(), defaultGrace)
	case <-a.host.gone:
		a.end("no host came", defaultGrace)
	}
}

// startInside boots what a distribution does not have yet: the engine.
func (a *agent) startInside(ctx context.Context) {
	defer a.survive("boot")
	a.boot.reach(wire.StepKernel, nil)
	a.boot.reach(wire.StepRoot, nil)
	mountMissing()
	raiseLimits("/proc/sys")
	a.boot.reach(wire.StepNetwork, nil)
	data := os.MkdirAll(logDir, 0o711) //nolint:gosec // what dockerd makes, too
	if data != nil {
		data = fmt.Errorf("%s: %w", wire.CauseDiskDamaged, data)
	}
	a.boot.reach(wire.StepData, data)
	if data != nil {
		return
	}
	a.engine.start(ctx, a.boot)
	registerOtherArchitecture()
}

// mountMissing mounts what containers need and the distribution's first process
// has left out.
func mountMissing() {
	var mounted []string
	if f, err := os.Open("/proc/self/mountinfo"); err == nil {
		mounted = mountPoints(bufio.NewScanner(f))
		_ = f.Close()
	}
	for _, m := range systemMounts() {
		if m.target != "/run" && m.target != "/tmp" && !slices.Contains(mounted, m.target) {
			m.try()
		}
	}
	for _, dir := range []string{"/tmp", filepath.Join(etcDir, "docker")} {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // public
			say("%v", err)
		}
	}
}

// raiseLimits raises what databases and watchers of files ask for, and forwards
// packets: the engine, with nftables, does not do that itself, nor start. Other
// distributions use the same kernel: nothing is lowered, and nothing else set.
func raiseLimits(dir string) {
	for file, least := range map[string]int{
		"vm/max_map_count": 262144, "fs/inotify/max_user_watches": 524288, "fs/inotify/max_user_instances": 1024,
		"net/ipv4/ip_forward": 1, "net/ipv6/conf/all/forwarding": 1,
	} {
		file = filepath.Join(dir, file)
		text, err := os.ReadFile(file) //nolint:gosec // procfs
		if now, bad := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || bad != nil || now >= least {
			continue
		}
		if err := os.WriteFile(file, []byte(strconv.Itoa(least)), 0o644); err != nil { //nolint:gosec // procfs
			say("%v", err)
		}
	}
}

// takePlace locks a file and writes into it whose it is. It waits for another
// agent to end: two engines on the same data would destroy it.
func takePlace(file string, most time.Duration) (*os.File, error) {
	place, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o600) //nolint:gosec // of this package
	if err != nil {
		return nil, fmt.Errorf("take place: %w", err)
	}
	for deadline := time.Now().Add(most); ; pause(100 * time.Millisecond) {
		if err = unix.Flock(int(place.Fd()), unix.LOCK_EX|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
		if err = errTaken; time.Now().After(deadline) {
			break
		}
	}
	if err == nil {
		err = place.Truncate(0)
	}
	if err == nil {
		_, err = place.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("take place: %w", err), place.Close())
	}
	return place, nil
}

// endMain asks the agent to end, as a power button does.
func endMain() int {
	if err := signalPlace(placeFile, unix.SIGTERM); err != nil {
		fmt.Fprintln(os.Stderr, "init:", err)
		return 1
	}
	return 0
}

// signalPlace sends a signal to whose place a file is. The number of one that
// has ended may be another's by now: only a locked file counts.
func signalPlace(file string, s unix.Signal) error {
	place, err := os.Open(file) //nolint:gosec // of this package
	if err != nil {
		return fmt.Errorf("find agent: %w", err)
	}
	defer func() { _ = place.Close() }()
	if err := unix.Flock(int(place.Fd()), unix.LOCK_SH|unix.LOCK_NB); err == nil {
		return nil // it has ended
	}
	text, err := io.ReadAll(place)
	pid, bad := strconv.Atoi(strings.TrimSpace(string(text)))
	if err = errors.Join(err, bad); err != nil {
		return fmt.Errorf("find agent: %w", err)
	}
	return unix.Kill(pid, s)
}
