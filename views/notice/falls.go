package notice

import (
	"time"

	"escale/app/diagnosis"
	"escale/app/store"
	"escale/engine"
)

// quietTime is how long no more is told of a container that ends again and
// again.
const quietTime = 10 * time.Minute

// Falls find the containers that ended with an error although nobody asked them
// to. The zero value has seen nothing. Not safe for concurrent use.
type Falls struct {
	seen map[string]engine.State // nil before the first list of an engine
	busy map[string]bool         // what was being done to, when last looked at
	told map[string]time.Time
}

// Next takes what is known now and returns those that have fallen since the
// last time. Containers of an engine that was lost meanwhile are taken as they
// are: what ended with it did not fall.
func (f *Falls) Next(rows store.Snapshot[engine.Container], phase store.Phase, busy map[string]store.Busy, now time.Time) []engine.Container {
	if !rows.Loaded || phase != store.Ready {
		f.seen = nil
		return nil
	}
	var fallen []engine.Container
	seen, asked := make(map[string]engine.State, len(rows.Rows)), make(map[string]bool, len(busy))
	for id := range busy {
		asked[id] = true
	}
	for _, c := range rows.Rows {
		seen[c.ID] = c.State
		was, known := f.seen[c.ID]
		if !known || asked[c.ID] || f.busy[c.ID] || !fell(was, c) {
			continue
		}
		if last, ok := f.told[c.ID]; ok && now.Sub(last) < quietTime {
			continue
		}
		f.remember(c.ID, now)
		fallen = append(fallen, c)
	}
	for id := range f.told {
		if _, there := seen[id]; !there {
			delete(f.told, id)
		}
	}
	f.seen, f.busy = seen, asked
	return fallen
}

func (f *Falls) remember(id string, now time.Time) {
	if f.told == nil {
		f.told = map[string]time.Time{}
	}
	f.told[id] = now
}

// fell tells whether a container that ran has ended badly.
func fell(was engine.State, c engine.Container) bool {
	ran := was == engine.StateRunning || was == engine.StatePaused
	return ran && diagnosis.Of(engine.ContainerDetail{Container: c}).Trouble()
}
