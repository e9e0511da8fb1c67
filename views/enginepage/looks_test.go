package enginepage

import (
	"maps"
	"os"
	"testing"
	"testing/synctest"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// states are what the page can be about, each with what is done to it first.
var states = map[string]struct {
	store func() *store.Store
	first func(t *testing.T, r *rig)
}{
	"machine-running":  {inUse, nil},
	"machine-starting": {booting, nil},
	"machine-failed":   {func() *store.Store { return fallen(machine.CauseBootStuck) }, nil},
	"machine-qemu":     {func() *store.Store { return fallen(machine.CauseQEMUMissing) }, nil},
	"machine-stopped":  {stopped, nil},
	"machine-asleep": {func() *store.Store {
		return with(func(s *machine.Status) { s.State, s.Ports = machine.StatePaused, nil })
	}, nil},
	"machine-beside": {beside, nil},
	"machine-shares": {func() *store.Store { return with(sharing) }, nil},
	"machine-changed": {inUse, func(t *testing.T, r *rig) {
		t.Helper()
		viewtest.Type(t, r.w, say.L("engine.fact.memory"), "12")
		viewtest.Type(t, r.w, say.L("machine.disk"), "32")
	}},
	"machine-console": {inUse, func(t *testing.T, r *rig) {
		t.Helper()
		viewtest.Tap(t, r.w, say.L("machine.console"))
		r.read(t)
	}},
	"machine-afresh": {inUse, func(t *testing.T, r *rig) {
		t.Helper()
		viewtest.Tap(t, r.w, say.L("machine.afresh"))
	}},
}

// TestGoldens compares each state of the machine's screen with what it was, and
// the three that matter most in dark, and in French in the smallest window.
func TestGoldens(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for name, state := range states {
		golden(t, name, state.store, state.first, "en", theme.AlwaysLight, fyne.NewSize(1020, 760))
		switch name {
		case "machine-running", "machine-starting", "machine-failed":
			golden(t, name+"-dark", state.store, state.first, "en", theme.AlwaysDark, fyne.NewSize(1020, 760))
			golden(t, name+"-small-fr", state.store, state.first, "fr", theme.AlwaysLight, fyne.NewSize(680, 600))
		}
	}
}

// golden compares one look, at a time that stands still.
func golden(t *testing.T, name string, st func() *store.Store, first func(*testing.T, *rig), language string, mode theme.Mode, size fyne.Size) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			say.SetLanguage(language)
			viewtest.App(t).Settings().SetTheme(theme.New(mode))
			r := newRigOf(t, st(), size.Width, size.Height)
			if first != nil {
				first(t, r)
			}
			viewtest.Golden(t, name+".xml", r.w)
		})
	})
}

// TestFits checks that each state fits the smallest window, in both languages.
func TestFits(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		for name, state := range states {
			oneApp(t)
			r := newRigOf(t, state.store(), 680, 600)
			if state.first != nil {
				state.first(t, r)
			}
			if least := r.w.Content().MinSize(); least.Width > 680 || least.Height > 600 {
				t.Errorf("%s, %s: needs %v", name, language, least)
			}
		}
	}
}

// questions are those that the page asks, with what leads to them.
var questions = map[string]func(*testing.T, *rig){
	"machine-ask-share":   tapping("machine.shares.add"),
	"machine-ask-unshare": tapping("machine.shares.remove"),
	"machine-ask-mirror":  tapping("machine.mirrors.add"),
	"machine-ask-backup":  tapping("machine.backup.verb"),
	"machine-ask-restore": tapping("machine.restore.verb"),
	"machine-ask-move":    tapping("machine.move.verb"),
	"machine-ask-cramped": func(t *testing.T, r *rig) {
		t.Helper()
		viewtest.Tap(t, r.w, say.L("machine.update.verb", "Engine", "30.0.0"))
	},
}

func tapping(key string) func(*testing.T, *rig) {
	return func(t *testing.T, r *rig) {
		t.Helper()
		viewtest.Tap(t, r.w, say.L(key))
	}
}

// cramped is a machine with folders, registries, and an update that had no room
// for its copy.
func cramped(s *machine.Status) {
	sharing(s)
	s.Guest, s.Update = &machine.Image{Version: "2", Engine: "29.7.1"}, &machine.Image{Version: "3", Engine: "30.0.0"}
	s.RolledBack = &machine.RolledBack{From: *s.Update, To: *s.Guest, Cause: machine.CauseNotEnoughDisk}
}

// TestLooks writes pictures of the page when ESCALE_SHOTS names a folder.
func TestLooks(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return // there is nothing to write
	}
	t.Cleanup(func() { say.SetLanguage("en") })
	all := map[string]func() *store.Store{
		"ready": func() *store.Store { return of(ready()) },
		"failed": func() *store.Store {
			return of(failed(engine.Candidate{Endpoint: docker, Err: engine.Unreachable(engine.ErrServer, errDetail)}, false))
		},
	}
	for name, state := range states {
		all[name] = state.store
	}
	firsts := maps.Clone(questions)
	for name, state := range states {
		firsts[name] = state.first
	}
	for name := range questions {
		if all[name] == nil {
			all[name] = func() *store.Store { return with(cramped) }
		}
	}
	all["machine-work"] = func() *store.Store {
		return with(func(s *machine.Status) {
			s.State, s.Busy, s.Ports = machine.StateStopped, machine.WorkBackup, nil
			s.Steps = []machine.Step{{Name: "backup", State: machine.StepRunning, DoneBytes: 1_200_000_000, TotalBytes: 3_400_000_000}}
		})
	}
	all["machine-versions"] = func() *store.Store {
		return with(func(s *machine.Status) {
			s.Guest, s.Update = &machine.Image{Version: "2", Engine: "29.7.1"}, &machine.Image{Version: "3", Engine: "30.0.0"}
			s.Previous = &machine.Previous{Image: machine.Image{Version: "1", Engine: "29.1.0"}}
			s.RolledBack = &machine.RolledBack{From: machine.Image{Engine: "30.0.0"}, Cause: machine.CauseBootStuck}
			s.Warning = machine.CauseNotEnoughDisk
		})
	}
	for name, st := range all {
		for _, look := range []struct {
			word, language string
			mode           theme.Mode
			size           fyne.Size
		}{
			{"light", "en", theme.AlwaysLight, fyne.NewSize(1020, 2100)},
			{"dark", "en", theme.AlwaysDark, fyne.NewSize(1020, 760)},
			{"french", "fr", theme.AlwaysLight, fyne.NewSize(1020, 1500)},
			{"small", "fr", theme.AlwaysLight, fyne.NewSize(680, 600)},
		} {
			say.SetLanguage(look.language)
			viewtest.App(t).Settings().SetTheme(theme.New(look.mode))
			r := newRigOf(t, st(), look.size.Width, look.size.Height)
			if first := firsts[name]; first != nil {
				first(t, r)
			}
			viewtest.ShotWindow(t, "engine-"+name+"-"+look.word, r.w)
		}
	}
}

func of(c store.Connection) *store.Store {
	st := store.New()
	st.Connection.Set(c)
	return st
}
