//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// service is one long-running process of the testbed.
type service struct {
	name  string
	args  []string
	env   []string                    // added to ours
	ready func(context.Context) error // nil once it serves
}

// identity names a process beyond its number, which may be given again.
type identity struct {
	PID     int    `json:"pid"`
	Started string `json:"started"` // in clock ticks since boot
}

func (l layout) pidFile(name string) string { return l.path("pid", name+".json") }

// running returns the process of a service, or 0.
func (l layout) running(name string) int {
	content, err := os.ReadFile(l.pidFile(name))
	if err != nil {
		return 0
	}
	var id identity
	if json.Unmarshal(content, &id) != nil || id.PID <= 1 {
		return 0
	}
	state, started := stat(id.PID)
	if started == "" || started != id.Started || state == "Z" {
		return 0
	}
	return id.PID
}

// stat reads the state and the start time of a process.
func stat(pid int) (state, started string) {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", ""
	}
	_, rest, found := strings.Cut(string(content[bytes.LastIndexByte(content, ')'):]), ") ")
	fields := strings.Fields(rest)
	if !found || len(fields) < 20 {
		return "", ""
	}
	return fields[0], fields[19]
}

// start runs a service in the namespace, detached, and waits until it is ready.
func (l layout) start(ctx context.Context, s service) error {
	if pid := l.running(s.name); pid == 0 {
		if err := l.spawn(s); err != nil {
			return fmt.Errorf("start %s: %w", s.name, err)
		}
	}
	if err := l.await(ctx, s); err != nil {
		return fmt.Errorf("start %s: %w\n%s", s.name, err, l.tail(s.name))
	}
	return nil
}

func (l layout) spawn(s service) error {
	output, err := os.OpenFile(l.logFile(s.name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = output.Close() }()
	cmd := exec.Command(s.args[0], s.args[1:]...) //nolint:gosec,noctx // fixed commands that outlive this process
	cmd.Stdout, cmd.Stderr = output, output
	cmd.Env = append(cleanEnvironment(), s.env...)
	cmd.Dir = l.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := inside(l, cmd.Start); err != nil {
		return err
	}
	_, started := stat(cmd.Process.Pid)
	content, err := json.Marshal(identity{PID: cmd.Process.Pid, Started: started})
	if err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // no zombie while this process lives
	return os.WriteFile(l.pidFile(s.name), content, 0o600)
}

// cleanEnvironment is ours without what would point an engine elsewhere.
func cleanEnvironment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		upper := strings.ToUpper(name)
		if strings.HasPrefix(upper, "DOCKER_") || strings.HasPrefix(upper, "CONTAINER") || strings.HasSuffix(upper, "_PROXY") ||
			strings.HasPrefix(upper, "REGISTRY_") {
			continue
		}
		kept = append(kept, entry)
	}
	return kept
}

func (l layout) await(ctx context.Context, s service) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		last := s.ready(ctx)
		if last == nil {
			return nil
		}
		if l.running(s.name) == 0 {
			return fmt.Errorf("it ended: %w", last)
		}
		if !pause(ctx, 50*time.Millisecond) {
			return fmt.Errorf("not ready in time: %w", last)
		}
	}
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (l layout) logFile(name string) string { return l.path("log", name+".log") }

func (l layout) tail(name string) string {
	content, err := os.ReadFile(l.logFile(name))
	if err != nil {
		return ""
	}
	const most = 3000
	return string(content[max(0, len(content)-most):])
}

// signal sends sig to a service's process.
func (l layout) signal(name string, sig syscall.Signal) error {
	pid := l.running(name)
	if pid == 0 {
		return fmt.Errorf("%s is not running", name)
	}
	if err := syscall.Kill(pid, sig); err != nil {
		return fmt.Errorf("signal %s: %w", name, err)
	}
	return nil
}

// stop ends a service: it asks, waits grace, then kills. It is no error when
// the service is not running.
func (l layout) stop(ctx context.Context, name string, grace time.Duration) error {
	pid := l.running(name)
	if pid == 0 {
		return nil
	}
	err := end(ctx, pid, grace, func() bool { return l.running(name) == 0 })
	if err != nil {
		return fmt.Errorf("stop %s: %w", name, err)
	}
	return nil
}

func end(ctx context.Context, pid int, grace time.Duration, gone func() bool) error {
	steps := []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGTERM, grace}, {syscall.SIGKILL, 10 * time.Second}}
	_ = syscall.Kill(pid, syscall.SIGCONT) // a stopped process hears nothing else
	for _, step := range steps {
		if err := syscall.Kill(pid, step.signal); errors.Is(err, syscall.ESRCH) {
			return nil
		}
		waiting, cancel := context.WithTimeout(ctx, step.wait)
		over := gone()
		for !over && pause(waiting, 20*time.Millisecond) {
			over = gone()
		}
		cancel()
		if over {
			return nil
		}
	}
	return fmt.Errorf("process %d does not end", pid)
}
