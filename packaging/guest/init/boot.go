//go:build linux

package main

import (
	"context"
	"sync"

	"escale/engine/machine/wire"
)

// steps is what the boot has come to. Listeners hear it from the beginning,
// whenever they come.
type steps struct {
	lock    sync.Mutex
	said    []wire.Step
	changed chan struct{} // closed and replaced with every step
}

func newSteps() *steps { return &steps{changed: make(chan struct{})} }

func (s *steps) add(step wire.Step) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.said = append(s.said, step)
	close(s.changed)
	s.changed = make(chan struct{})
}

// reach notes that a step is reached now, or failed now.
func (s *steps) reach(name string, err error) {
	step := wire.Step{Step: name, AtMillis: uptime().Milliseconds()}
	if err != nil {
		step.Error = err.Error()
		say("%s: %v", name, err)
	}
	s.add(step)
}

// after gives what was said after the first n steps, and what closes when more
// is.
func (s *steps) after(n int) ([]wire.Step, <-chan struct{}) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return append([]wire.Step(nil), s.said[n:]...), s.changed
}

// tell calls one for every step until ctx ends or one fails.
func (s *steps) tell(ctx context.Context, one func(wire.Step) error) error {
	for told := 0; ; {
		said, changed := s.after(told)
		for _, step := range said {
			if err := one(step); err != nil {
				return err
			}
		}
		told += len(said)
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}
