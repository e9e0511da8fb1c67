package session

import (
	"slices"
	"time"

	"escale/app/store"
	"escale/engine"
)

// edit changes the connection that the store shows.
func (s *Session) edit(change func(*store.Connection)) {
	s.o.Store.Connection.Update(func(c store.Connection) store.Connection {
		phase := c.Phase
		c.Steps = slices.Clone(c.Steps)
		change(&c)
		if c.Phase != phase || c.Since.IsZero() {
			c.Since = time.Now()
		}
		return c
	})
}

// searching starts the ladder anew.
func (s *Session) searching() {
	s.edit(func(c *store.Connection) {
		*c = store.Connection{Phase: store.Searching, Since: time.Now(), Candidates: c.Candidates}
		for _, name := range []store.StepName{store.StepLook, store.StepConnect, store.StepVersion, store.StepLists, store.StepEvents} {
			c.Steps = append(c.Steps, store.Step{Name: name})
		}
	})
	s.step(store.StepLook, store.StepWorking, nil)
}

// step moves one rung of the ladder on.
func (s *Session) step(name store.StepName, state store.StepState, err error) {
	s.edit(func(c *store.Connection) {
		for i := range c.Steps {
			st := &c.Steps[i]
			if st.Name != name || st.State == store.StepDone && state == store.StepDone {
				continue
			}
			if st.Started.IsZero() {
				st.Started = time.Now()
			}
			st.State, st.Err = state, err
			st.Took = time.Since(st.Started)
		}
	})
}

// stepped ends a rung: well without an error, else broken.
func (s *Session) stepped(name store.StepName, err error) {
	state := store.StepDone
	if err != nil {
		state = store.StepBroken
	}
	s.step(name, state, err)
}

// failed shows that no engine can be used.
func (s *Session) failed(ep engine.Endpoint, chosen bool, err error, next time.Time) {
	s.edit(func(c *store.Connection) {
		c.Phase, c.Endpoint, c.Chosen, c.Err, c.NextTry = store.Failed, ep, chosen, err, next
		for i := range c.Steps {
			if st := &c.Steps[i]; st.State == store.StepWorking {
				st.State, st.Err, st.Took = store.StepBroken, err, time.Since(st.Started)
			}
		}
	})
}
