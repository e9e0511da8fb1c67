package store

import "escale/engine"

// MostEvents is how many events a History keeps.
const MostEvents = 512

// History is the newest events of the engine, oldest first. Nobody changes the
// slice.
type History struct {
	Events []engine.Event
	// Heard is how many events there were in all, since the program began.
	Heard int64
}

// With returns the history with one more event. Of several histories that a
// history is made into, only one may be made into another: they share memory.
func (h History) With(e engine.Event) History {
	if len(h.Events) >= 2*MostEvents {
		h.Events = append(make([]engine.Event, 0, 2*MostEvents), h.Events[len(h.Events)-MostEvents+1:]...)
	}
	return History{Events: append(h.Events, e), Heard: h.Heard + 1}
}

// Since are the events after the first heard ones.
func (h History) Since(heard int64) []engine.Event {
	missed := max(h.Heard-int64(len(h.Events)), heard)
	if missed >= h.Heard {
		return nil
	}
	return h.Events[int64(len(h.Events))-(h.Heard-missed):]
}
