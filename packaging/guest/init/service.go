//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// service is a program that is started again when it ends.
type service struct {
	name string
	args []string
	env  []string // beside the agent's own
	log  *logbook

	lock    sync.Mutex
	process *os.Process
	ended   chan struct{} // of run
	starts  int
	stopped context.CancelFunc
}

const (
	soonest = time.Second
	latest  = 30 * time.Second
)

// start runs the service until stop.
func (s *service) start(ctx context.Context) {
	ctx, s.stopped = context.WithCancel(context.WithoutCancel(ctx))
	s.ended = make(chan struct{})
	go func() {
		defer close(s.ended)
		s.run(ctx)
	}()
}

func (s *service) run(ctx context.Context) {
	for wait := soonest; ; wait = min(2*wait, latest) {
		began := time.Now()
		err := s.once(ctx)
		if ctx.Err() != nil {
			return
		}
		say("%s ended: %v", s.name, err)
		if time.Since(began) > time.Minute {
			wait = soonest
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

func (s *service) once(ctx context.Context) error {
	cmd := exec.Command(s.name, s.args...) //nolint:gosec,noctx // programs of the image; stop ends them gently
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	// A child of the program may hold its output open for ever.
	cmd.WaitDelay = time.Second
	s.lock.Lock()
	if ctx.Err() != nil {
		s.lock.Unlock()
		return ctx.Err()
	}
	err := cmd.Start()
	if err == nil {
		s.process = cmd.Process
		s.starts++
	}
	s.lock.Unlock()
	if err != nil {
		return fmt.Errorf("start %s: %w", s.name, err)
	}
	spare(cmd.Process.Pid)
	err = cmd.Wait()
	s.lock.Lock()
	s.process = nil
	s.lock.Unlock()
	return err
}

// spare makes the kernel choose containers first when memory runs out.
func spare(pid int) {
	file := "/proc/" + strconv.Itoa(pid) + "/oom_score_adj"
	if err := os.WriteFile(file, []byte("-500"), 0o644); err != nil && !errors.Is(err, os.ErrNotExist) { //nolint:gosec // procfs
		say("%v", err)
	}
}

func (s *service) runs() (running bool, starts int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.process != nil, s.starts
}

// stop asks the program to end, and ends it after grace.
func (s *service) stop(grace time.Duration) {
	if s.ended == nil {
		return
	}
	s.stopped()
	s.signal(unix.SIGTERM)
	select {
	case <-s.ended:
		return
	case <-time.After(grace):
	}
	say("%s does not end: killing it", s.name)
	s.signal(unix.SIGKILL)
	select {
	case <-s.ended:
	case <-time.After(5 * time.Second):
	}
}

func (s *service) signal(signal syscall.Signal) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.process != nil {
		_ = s.process.Signal(signal)
	}
}
