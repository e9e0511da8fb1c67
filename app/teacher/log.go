package teacher

import (
	"context"
	"sync"
	"time"

	"escale/engine"
)

// reading is a log that is being read, or was.
type reading struct {
	cancel context.CancelFunc
	wanted bool   // in this look
	life   life   // of the container, when the reading began
	before string // what an earlier reading found

	mu   sync.Mutex
	text []byte
	over bool
	err  error
}

// life tells whether a container may have printed anything since.
type life struct {
	state          engine.State
	started, ended time.Time
}

func lifeOf(c engine.Container) life { return life{c.State, c.Started, c.Ended} }

// Log implements lesson.Looker. The first question about a container begins to
// read its log, and each new part of it makes the teacher look again.
func (e *eyes) Log(_ context.Context, c engine.Container) (string, error) {
	r := e.logs[c.ID]
	if r == nil || r.stale(c) {
		if r == nil && len(e.logs) >= mostLogs {
			return "", errTooMuch
		}
		fresh := e.read(c) //nolint:contextcheck // the reading outlives the question
		if r != nil {
			fresh.before = string(r.text) // over: nobody writes it any more
		}
		r, e.logs[c.ID] = fresh, fresh
	}
	r.wanted = true
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		delete(e.logs, c.ID) // to be tried again
		return "", r.err
	}
	if len(r.text) == 0 {
		return r.before, nil
	}
	return string(r.text), nil
}

// stale tells whether a reading is over, and the container has gone on since.
func (r *reading) stale(c engine.Container) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over && r.err == nil && r.life != lifeOf(c)
}

// read begins to read a log, on a goroutine that ends with the log or cancel.
func (e *eyes) read(c engine.Container) *reading {
	ctx, cancel := context.WithCancel(context.Background())
	r := &reading{cancel: cancel, life: lifeOf(c)}
	e.readers.Go(func() {
		defer cancel()
		err := r.follow(ctx, e.source, c.ID, e.poke)
		r.mu.Lock()
		r.over = true
		if ctx.Err() == nil {
			r.err = err
		}
		r.mu.Unlock()
		e.poke()
	})
	return r
}

func (r *reading) follow(ctx context.Context, source Source, id string, poke func()) error {
	eng, release, err := source()
	if err != nil {
		return err
	}
	defer release()
	stream, err := eng.Logs(ctx, id, engine.LogOptions{Follow: true, Tail: mostLines})
	if err != nil {
		return err
	}
	for line := range stream.C {
		r.mu.Lock()
		r.text = append(append(r.text, line.Text...), '\n')
		if len(r.text) > 2*mostLog {
			r.text = append([]byte(nil), r.text[len(r.text)-mostLog:]...)
		}
		r.mu.Unlock()
		poke()
	}
	return stream.Err()
}
