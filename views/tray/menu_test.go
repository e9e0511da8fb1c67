package tray

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"escale/app/recipe"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/say"
)

// docker is an engine that Escale did not start.
var docker = store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Name: "Docker", Kind: engine.EndpointSocket, Host: "unix:///run/docker.sock"}}

// own is the engine of the Escale Machine.
var own = store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Name: "Escale Machine", Kind: engine.EndpointMachine, Host: "unix:///m.sock"}}

func machineIn(s machine.State) store.Machine {
	return store.Machine{Checked: true, Live: true, Status: machine.Status{State: s}}
}

func listed(rows ...engine.Container) store.Snapshot[engine.Container] {
	return store.Snapshot[engine.Container]{Rows: rows, Loaded: true}
}

// drawn writes a menu as a tree of lines, for comparing.
func drawn(items []Item) string {
	var b strings.Builder
	var write func([]Item, string)
	write = func(items []Item, indent string) {
		for _, i := range items {
			switch {
			case i.Separator:
				fmt.Fprintf(&b, "%s---\n", indent)
				continue
			case i.Disabled:
				fmt.Fprintf(&b, "%s(%s)", indent, i.Label)
			default:
				fmt.Fprintf(&b, "%s%s", indent, i.Label)
			}
			if i.Action.Do != Nothing {
				fmt.Fprintf(&b, " → %s", strings.TrimSpace(string(i.Action.Do)+" "+i.Action.Target))
			}
			b.WriteString("\n")
			write(i.Items, indent+"  ")
		}
	}
	write(items, "")
	return b.String()
}

func web() engine.Container {
	return engine.Container{
		ID: "a1", Name: "web", Image: "nginx:1.29", State: engine.StateRunning,
		Ports: []engine.Port{{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.MustParseAddr("127.0.0.1")}},
	}
}

func everyState() []engine.Container {
	return []engine.Container{
		web(),
		{ID: "b2", Name: "cache", Image: "redis:8", State: engine.StatePaused},
		{ID: "c3", Name: "db", Image: "postgres:17", State: engine.StateExited, ExitCode: 1},
		{ID: "d4", Name: "again", Image: "busybox", State: engine.StateRestarting},
		{ID: "e5", Name: "going", Image: "busybox", State: engine.StateRemoving},
	}
}

func TestMenu(t *testing.T) {
	starters := []recipe.Recipe{{ID: "nginx", Image: "nginx", Title: "nginx", Beginner: true}, {ID: "caddy", Image: "caddy", Title: "Caddy"}}
	got := drawn(MenuOf(Facts{Connection: docker, Containers: listed(everyState()...), Recipes: starters}).Items)
	want := `(● Engine running)
---
Running (3)
  again
    Show the log → logs d4
    Stop → stop d4
  cache (paused)
    Show the log → logs b2
    Resume → resume b2
    Stop → stop b2
  web
    Open in the browser → browse http://localhost:8080
    Show the log → logs a1
    Pause → pause a1
    Stop → stop a1
    Restart → restart a1
Stopped (1)
  db
    Show the log → logs c3
    Start → start c3
---
Quick run
  nginx → quick nginx
Engine
  (Docker is started and stopped outside Escale)
  ---
  Show the engine… → showengine
Pause all → pauseall
Resume all → resumeall
---
Open Escale → open
Quit Escale → quit
`
	if got != want {
		t.Errorf("the menu is\n%s\nwant\n%s", got, want)
	}
}

func TestMenuInFrench(t *testing.T) {
	say.SetLanguage("fr")
	t.Cleanup(func() { say.SetLanguage("en") })
	got := drawn(MenuOf(Facts{Connection: own, Containers: listed(web()), Machine: machineIn(machine.StateRunning)}).Items)
	want := `(● Moteur en marche)
---
En marche (1)
  web
    Ouvrir dans le navigateur → browse http://localhost:8080
    Afficher le journal → logs a1
    Mettre en pause → pause a1
    Arrêter → stop a1
    Redémarrer → restart a1
(Arrêtés (0))
---
Lancement rapide
Moteur
  (Démarrer) → startengine
  Arrêter → stopengine
  Redémarrer → restartengine
  ---
  Voir le moteur… → showengine
Tout mettre en pause → pauseall
---
Ouvrir Escale → open
Quitter Escale → quit
`
	if got != want {
		t.Errorf("the menu is\n%s\nwant\n%s", got, want)
	}
}

func TestStates(t *testing.T) {
	at := func(p store.Phase, of store.Connection) store.Connection { of.Phase = p; return of }
	notStarted := store.Connection{Phase: store.Failed, Err: engine.Unreachable(engine.ErrNotStarted, nil)}
	for name, tc := range map[string]struct {
		c      store.Connection
		m      store.Machine
		want   State
		header string
	}{
		"connected":                     {docker, store.Machine{}, Running, "● Engine running"},
		"asleep":                        {own, machineIn(machine.StatePaused), Running, "● Engine running"},
		"being looked for":              {at(store.Searching, docker), store.Machine{}, Starting, "◌ Engine starting…"},
		"being read":                    {at(store.Loading, docker), store.Machine{}, Starting, "◌ Engine starting…"},
		"lost":                          {at(store.Reconnecting, docker), store.Machine{}, Trouble, "▲ Connection lost"},
		"silent":                        {at(store.Unresponsive, docker), store.Machine{}, Trouble, "▲ Engine not answering"},
		"the machine is being stopped":  {at(store.Reconnecting, own), machineIn(machine.StateStopping), Stopped, "○ Engine stopped"},
		"the machine starts again":      {at(store.Reconnecting, own), machineIn(machine.StateStarting), Starting, "◌ Engine starting…"},
		"the machine does not answer":   {at(store.Reconnecting, own), machineIn(machine.StateRunning), Trouble, "▲ Connection lost"},
		"the machine was stopped":       {notStarted, machineIn(machine.StateStopped), Stopped, "○ Engine stopped"},
		"the machine failed":            {notStarted, machineIn(machine.StateFailed), Trouble, "▲ No engine"},
		"the machine starts from there": {notStarted, machineIn(machine.StateStarting), Starting, "◌ Engine starting…"},
		"none":                          {store.Connection{Phase: store.Failed, Err: engine.ErrNoEngine}, machineIn(machine.StateStopped), Trouble, "▲ No engine"},
	} {
		t.Run(name, func(t *testing.T) {
			m := MenuOf(Facts{Connection: tc.c, Machine: tc.m})
			if m.State != tc.want || m.Items[0].Label != tc.header || !m.Items[0].Disabled {
				t.Errorf("state %q, header %+v; want %q, %q", m.State, m.Items[0], tc.want, tc.header)
			}
			if why := m.Items[1].Action.Do == ShowEngine; why != (tc.want == Trouble) {
				t.Errorf("offers to see why: %v", why)
			}
		})
	}
}

// TestEngineEntries: Escale starts and stops its own engine, and no other.
func TestEngineEntries(t *testing.T) {
	failed := store.Connection{Phase: store.Failed, Err: engine.ErrNoEngine}
	stopped := machineIn(machine.StateStopped)
	for name, tc := range map[string]struct {
		c    store.Connection
		m    store.Machine
		want []Do // that can be chosen
	}{
		"the machine runs":     {own, machineIn(machine.StateRunning), []Do{StopEngine, RestartEngine, ShowEngine}},
		"the machine sleeps":   {own, machineIn(machine.StatePaused), []Do{StopEngine, RestartEngine, ShowEngine}},
		"the machine starts":   {own, machineIn(machine.StateStarting), []Do{ShowEngine}},
		"the machine is there": {failed, stopped, []Do{StartEngine, ShowEngine}},
		"another engine":       {docker, stopped, []Do{ShowEngine}},
		"none at all":          {failed, store.Machine{Checked: true, Missing: machine.ErrHelperMissing}, []Do{LookAgain, ShowEngine}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []Do
			for _, i := range find(t, MenuOf(Facts{Connection: tc.c, Machine: tc.m}), "Engine").Items {
				if !i.Disabled && !i.Separator {
					got = append(got, i.Action.Do)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("offers %v, want %v", got, tc.want)
			}
		})
	}
}

func find(t *testing.T, m Menu, label string) Item {
	t.Helper()
	for _, i := range m.Items {
		if i.Label == label {
			return i
		}
	}
	t.Fatalf("no entry %q in\n%s", label, drawn(m.Items))
	return Item{}
}

func TestManyContainers(t *testing.T) {
	var rows []engine.Container
	for i := range 40 {
		rows = append(rows, engine.Container{ID: fmt.Sprint(i), Name: fmt.Sprintf("n%02d", 39-i), State: engine.StateRunning})
	}
	items := find(t, MenuOf(Facts{Connection: docker, Containers: listed(rows...)}), "Running (40)").Items
	if len(items) != mostRows+2 || items[0].Label != "n00" {
		t.Fatalf("%d entries, the first %q", len(items), items[0].Label)
	}
	last := items[len(items)-1]
	if last.Label != "Show all 40 in Escale…" || last.Action.Do != ShowAll {
		t.Errorf("the last one is %+v", last)
	}
}

// TestNothingChangesUnderAnOldList: while the engine is out of reach, its
// containers can be looked at only.
func TestNothingChangesUnderAnOldList(t *testing.T) {
	c := docker
	c.Phase = store.Reconnecting
	m := MenuOf(Facts{Connection: c, Containers: listed(everyState()...), Recipes: recipe.All()})
	may := map[Do]bool{Nothing: true, Browse: true, Logs: true, ShowEngine: true, Open: true, Quit: true}
	var walk func([]Item)
	walk = func(items []Item) {
		for _, i := range items {
			if !i.Disabled && !may[i.Action.Do] {
				t.Errorf("%q can be chosen", i.Label)
			}
			walk(i.Items)
		}
	}
	walk(m.Items)
}

func TestQuickRun(t *testing.T) {
	now := time.Now()
	rows := []engine.Container{
		{ID: "1", Image: "docker.io/library/mysql:9", Created: now.Add(-time.Hour)},
		{ID: "2", Image: "caddy:2", Created: now},
		{ID: "3", Image: "caddy:1", Created: now.Add(-time.Minute)},
		{ID: "4", Image: "%%%", Created: now},
	}
	items := find(t, MenuOf(Facts{Connection: docker, Containers: listed(rows...), Recipes: recipe.All()}), "Quick run").Items
	var ids []string
	for _, i := range items {
		ids = append(ids, i.Action.Target)
	}
	if len(ids) > mostRecipes || len(ids) < 3 || ids[0] != "caddy" || ids[1] != "mysql" {
		t.Errorf("offers %v: want what was made last first", ids)
	}
	for _, id := range ids[2:] {
		if r, _ := recipe.ByID(id); !r.Beginner {
			t.Errorf("offers %q, which is not for beginners", id)
		}
	}
}

// TestNamesAreHostile: what a container is called is somebody else's text.
func TestNamesAreHostile(t *testing.T) {
	for name, want := range map[string]string{
		"web":                         "web",
		"":                            "?",
		"\x1b[31mred\x1b[0m":          "red",
		"two\nlines\tand  tabs":       "two lines and tabs",
		"rtl\u202egnp.exe":            "rtlgnp.exe",
		"bad\xffbytes":                "bad�bytes",
		strings.Repeat("é", 500):      strings.Repeat("é", mostRunes-1) + "…",
		strings.Repeat("\u200b", 100): "?",
	} {
		if got := clean(name); got != want {
			t.Errorf("%q is written %q, want %q", name, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("web\x1b]8;;http://x\x1b\\")
	f.Fuzz(func(t *testing.T, name string) {
		got := clean(name)
		if n := utf8.RuneCountInString(got); n == 0 || n > mostRunes || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x1b\x00") {
			t.Errorf("%q becomes %q", name, got)
		}
	})
}
