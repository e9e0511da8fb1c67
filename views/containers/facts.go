package containers

import (
	"slices"

	"escale/engine"
	"escale/views/post"
)

// facts are what an engine's list leaves out of some containers: when they
// started or ended, whether memory was the reason, and why a start failed. They are read for the
// rows in sight, one at a time.
type facts struct {
	inspect func(id string) (engine.ContainerDetail, error)
	poster  post.Poster
	changed func()

	known map[string]engine.ContainerDetail
	tried map[string]engine.State // not to ask again for what the engine does not know
	queue []engine.Container
	busy  bool
}

func newFacts(inspect func(id string) (engine.ContainerDetail, error), p post.Poster, changed func()) *facts {
	return &facts{
		inspect: inspect, poster: p, changed: changed,
		known: map[string]engine.ContainerDetail{}, tried: map[string]engine.State{},
	}
}

// about adds what is known to a row of the list.
func (f *facts) about(c engine.Container) engine.ContainerDetail {
	k, ok := f.known[c.ID]
	if !ok || !lacking(c) || k.State != c.State || c.ExitCode >= 0 && k.ExitCode != c.ExitCode {
		return engine.ContainerDetail{Container: c}
	}
	c.Started, c.Ended, c.ExitCode, c.OOMKilled = k.Started, k.Ended, k.ExitCode, k.OOMKilled
	if len(c.Ports) == 0 {
		c.Ports = k.Ports
	}
	return engine.ContainerDetail{Container: c, Error: k.Error, RestartCount: k.RestartCount}
}

func lacking(c engine.Container) bool {
	switch c.State {
	case engine.StateRunning, engine.StatePaused:
		return c.Started.IsZero()
	case engine.StateExited:
		return c.Ended.IsZero()
	case engine.StateCreated:
		return true
	case engine.StateRestarting, engine.StateRemoving, engine.StateDead:
	}
	return false
}

// want asks about containers unless enough is known.
func (f *facts) want(rows []engine.Container) {
	f.queue = f.queue[:0]
	for _, c := range rows {
		if !lacking(c) {
			delete(f.known, c.ID) // the list knows better now
			delete(f.tried, c.ID)
			continue
		}
		if state, done := f.tried[c.ID]; !done || state != c.State {
			f.queue = append(f.queue, c)
		}
	}
	f.next()
}

// doubt asks again about a container to which something is being done.
func (f *facts) doubt(id string) { delete(f.tried, id) }

// forget asks everything again, after a time without connection.
func (f *facts) forget() {
	clear(f.known)
	clear(f.tried)
}

func (f *facts) next() {
	if f.busy || len(f.queue) == 0 {
		return
	}
	batch := slices.Clone(f.queue)
	f.queue = f.queue[:0]
	f.busy = true
	go func() {
		var found []engine.ContainerDetail
		for _, c := range batch {
			if d, err := f.inspect(c.ID); err == nil {
				found = append(found, d)
			}
		}
		f.poster.Post(func() { f.take(batch, found) })
	}()
}

func (f *facts) take(batch []engine.Container, found []engine.ContainerDetail) {
	f.busy = false
	for _, c := range batch {
		f.tried[c.ID] = c.State
	}
	for _, c := range found {
		f.known[c.ID] = c
		f.tried[c.ID] = c.State
	}
	if len(found) > 0 {
		f.changed()
	}
	f.next()
}
