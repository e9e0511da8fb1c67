package container

import (
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app"
	"escale/app/compare"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/nav"
	"escale/views/viewtest"
)

func compared(accel string) *compare.Result {
	round := compare.Round{Machine: compare.Figures{FirstByte: 6 * time.Second, MemoryBytes: 200e6}}
	return &compare.Result{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local), Accel: accel, Rounds: []compare.Round{round, round, round}}
}

func TestCostWords(t *testing.T) {
	unknown := compared("kvm")
	for i := range unknown.Rounds {
		unknown.Rounds[i].Machine.MemoryBytes = 0
	}
	for name, tc := range map[string]struct {
		last       engine.Sample
		took       time.Duration
		measured   *compare.Result
		words, has string
	}{
		"all": {
			last: engine.Sample{MemoryBytes: 23e6, PIDs: 3}, took: 400 * time.Millisecond, measured: compared("kvm"),
			words: "This container: 23_MB, 3 processes and threads, started in 400_ms. A virtual machine for it: about 223_MB and 6.0_s (measured here on 1_Mar 2026).",
		},
		"emulated": {
			last: engine.Sample{MemoryBytes: 23e6, PIDs: 1}, measured: compared("tcg"),
			words: "This container: 23_MB, 1 process or thread. A virtual machine for it: about 223_MB and 6.0_s, by software emulation (measured here on 1_Mar 2026).",
		},
		"a system that does not tell": {measured: unknown, words: "A virtual machine for it: about 6.0_s to start (measured here on 1_Mar 2026)."},
		"nothing was measured": {
			last:  engine.Sample{MemoryBytes: 23e6, PIDs: 3},
			words: "This container: 23_MB, 3 processes and threads. A virtual machine for it is often said to take up to 700_MB of disk and minutes to boot. Nothing was measured here yet.",
		},
		"it is stopped": {words: "A virtual machine for it is often said to take up to 700_MB of disk and minutes to boot. Nothing was measured here yet."},
	} {
		words, link := costWords(tc.last, tc.took, tc.measured)
		if want := strings.ReplaceAll(tc.words, "_", "\u00a0"); words != want {
			t.Errorf("%s: %q, want %q", name, words, want)
		}
		if want := map[bool]string{true: "Compare on this computer", false: "The comparison"}[tc.measured == nil]; link != want {
			t.Errorf("%s: the link is %q", name, link)
		}
	}
}

// TestCostLine: it is on the page, follows the comparison, and leads to it.
func TestCostLine(t *testing.T) {
	d := web()
	r := open(t, "overview", 1020, 900, d, sampled(d.ID))
	says := func(words string) bool {
		return slices.ContainsFunc(viewtest.Texts(r.w), func(s string) bool { return strings.Contains(s, words) })
	}
	r.until(t, "the general figures, as such", func() bool { return says("Nothing was measured here yet.") })
	viewtest.Tap(t, r.w, "Compare on this computer")
	if len(r.host.Routes) != 1 || r.host.Routes[0] != (nav.Route{Place: nav.Compare}) {
		t.Errorf("it leads to %+v", r.host.Routes)
	}
	r.app.Compare.State.Update(func(s compare.State) compare.State { s.Last = compared("tcg"); return s })
	r.until(t, "what was measured", func() bool { return says("by software emulation (measured here on 1\u00a0Mar 2026)") })
}

// TestStartIsTimed: how long it took is said of a container that Escale started.
func TestStartIsTimed(t *testing.T) {
	d := web()
	d.State, d.Ended = engine.StateExited, time.Now()
	r := open(t, "overview", 1020, 900, d, func(_ *enginetest.Fake, a *app.App) { a.Stats.Pause(true) })
	if _, known := r.app.StartedIn(d.ID); known {
		t.Error("the start of another program is timed")
	}
	r.app.StartContainer(d.ID)
	r.until(t, "it runs", func() bool {
		_, known := r.app.StartedIn(d.ID)
		return known && r.current().State == engine.StateRunning
	})
	r.until(t, "the start's time", func() bool {
		return slices.ContainsFunc(viewtest.Texts(r.w), func(s string) bool { return strings.Contains(s, "started in ") })
	})
}
