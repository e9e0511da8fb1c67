package store

import (
	"strconv"
	"testing"

	"escale/engine"
)

func TestHistoryKeepsTheNewest(t *testing.T) {
	var h History
	var early []engine.Event
	for i := range 3000 {
		h = h.With(engine.Event{ID: strconv.Itoa(i)})
		if i == 100 {
			early = h.Events
		}
		if most := 2 * MostEvents; len(h.Events) > most || i >= MostEvents && len(h.Events) < MostEvents {
			t.Fatalf("%d events are kept after %d", len(h.Events), i+1)
		}
	}
	if last := h.Events[len(h.Events)-1]; last.ID != "2999" || h.Heard != 3000 {
		t.Errorf("the last is %s of %d", last.ID, h.Heard)
	}
	if got := h.Since(2998); len(got) != 2 || got[0].ID != "2998" {
		t.Errorf("since 2998: %v", got)
	}
	if got := h.Since(3000); len(got) != 0 {
		t.Errorf("since the last: %v", got)
	}
	if got := h.Since(5); len(got) != len(h.Events) {
		t.Errorf("%d events since one that is forgotten, not all %d", len(got), len(h.Events))
	}
	for i, e := range early { // an older value is kept by whoever read it
		if e.ID != strconv.Itoa(i) {
			t.Fatalf("event %d became %s", i, e.ID)
		}
	}
}
