package containers

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func box(name, project string, state engine.State) engine.Container {
	return engine.Container{ID: "id-" + name, Name: name, Image: "nginx:1.29", State: state, Project: project, ExitCode: -1}
}

func some() []engine.Container {
	return []engine.Container{
		box("web", "blog", engine.StateRunning),
		box("zeta", "", engine.StateExited),
		box("Alpha", "", engine.StateRunning),
		box("db", "blog", engine.StateExited),
		box("one", "Apps", engine.StatePaused),
	}
}

func lines(items []item) string {
	var out []string
	for _, it := range items {
		switch {
		case it.heading:
			out = append(out, fmt.Sprintf("[%s %d/%d]", it.project, it.active, it.shown))
		case it.gone:
			out = append(out, "-"+it.c.Name)
		default:
			out = append(out, it.c.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestArrange(t *testing.T) {
	for name, tc := range map[string]struct {
		q    question
		want string
	}{
		"all":              {question{}, "[Apps 1/1] one [blog 1/2] db web [ 1/2] Alpha zeta"},
		"running":          {question{show: running}, "[Apps 1/1] one [blog 1/1] web [ 1/1] Alpha"},
		"stopped":          {question{show: stopped}, "[blog 0/1] db [ 0/1] zeta"},
		"search name":      {question{query: "ALPH "}, "Alpha"},
		"search project":   {question{query: "blog"}, "[blog 1/2] db web"},
		"search ID":        {question{query: "id-zet"}, "zeta"},
		"search image":     {question{query: "1.29", show: stopped}, "[blog 0/1] db [ 0/1] zeta"},
		"search for port":  {question{query: "8080"}, "[blog 1/1] web"},
		"search in vain":   {question{query: "nothing"}, ""},
		"not inside an ID": {question{query: "d-zeta"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tc.q.containers = some()
			tc.q.containers[0].Ports = []engine.Port{{Container: 80, Protocol: "tcp", Host: 8080}}
			a := arrange(tc.q)
			if got := lines(a.items); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if a.total != 5 || a.active != 3 {
				t.Errorf("%d in all, %d active", a.total, a.active)
			}
		})
	}
}

func TestNothingMovesWhileHeld(t *testing.T) {
	before := arrange(question{containers: some(), show: running})
	after := some()
	after[0].State = engine.StateExited // no longer passes the filter
	after = slices.Delete(after, 2, 3)  // Alpha was removed
	after = append(after, box("new", "", engine.StateRunning))
	a := arrange(question{containers: after, show: running, held: before.items})
	if got := lines(a.items); got != "[Apps 1/1] one [blog 0/1] web [ 0/0] -Alpha" || !a.waiting {
		t.Errorf("held: %s, waiting %v", got, a.waiting)
	}
	if a.items[3].c.State != engine.StateExited {
		t.Error("a held row is not up to date")
	}
	a = arrange(question{containers: after, show: running})
	if got := lines(a.items); got != "[Apps 1/1] one [ 1/1] new" || a.waiting {
		t.Errorf("released: %s", got)
	}
	same := arrange(question{containers: some(), held: arrange(question{containers: some()}).items})
	if same.waiting {
		t.Error("nothing changed, and yet something waits")
	}
}

func TestOrderDoesNotDependOnState(t *testing.T) {
	a, rows := arrange(question{containers: some()}), some()
	for i := range rows {
		rows[i].State = engine.StateExited
	}
	slices.Reverse(rows)
	names := func(items []item) (all []string) {
		for _, it := range items {
			all = append(all, it.key())
		}
		return all
	}
	if b := arrange(question{containers: rows}); !slices.Equal(names(a.items), names(b.items)) {
		t.Errorf("%v became %v", names(a.items), names(b.items))
	}
}

func asIs(c engine.Container) engine.ContainerDetail { return engine.ContainerDetail{Container: c} }

func TestDescribe(t *testing.T) {
	ready := store.Connection{Phase: store.Ready}
	lost := store.Connection{Phase: store.Reconnecting, Lost: noon.Add(-40 * time.Second)}
	up := box("web", "", engine.StateRunning)
	up.Started = noon.Add(-12 * time.Minute)
	up.Ports = []engine.Port{{Container: 80, Protocol: "tcp", Host: 8080}}
	oom := box("importer", "", engine.StateExited)
	oom.Ended, oom.OOMKilled, oom.ExitCode = noon.Add(-4*time.Minute), true, 137
	unix := engine.Endpoint{Host: "unix:///run/docker.sock"}
	ready.Endpoint, lost.Endpoint = unix, unix
	for name, tc := range map[string]struct {
		item  item
		link  store.Connection
		busy  time.Duration // how long something has been going on
		want  string        // word, since, action, reason
		state kit.Condition
	}{
		"running":       {item{c: up}, ready, 0, "Running|12 min|stop|", kit.IsRunning},
		"out of memory": {item{c: oom}, ready, 0, "Out of memory|4 min ago|start|", kit.IsFailed},
		"just clicked":  {item{c: up}, ready, time.Second / 2, "Stopping…|just now|stop|", kit.IsStarting},
		"slow":          {item{c: up}, ready, 3 * time.Second, "Still waiting|3 s|stop|", kit.IsStarting},
		"stale":         {item{c: up}, lost, 0, "Unknown|last seen 40 s ago|stop|Not while the engine is out of reach", kit.IsUnknown},
		"gone":          {item{c: up, gone: true}, ready, 0, "Deleted|||", kit.IsUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			x := rowContext{connection: tc.link, now: noon, facts: asIs, busy: map[string]store.Busy{}}
			if tc.busy > 0 {
				x.busy[tc.item.c.ID] = store.Busy{Verb: store.VerbStop, Since: noon.Add(-tc.busy), TaskID: 7}
			}
			f := describe(tc.item, x)
			got := strings.Join([]string{f.state.Word, f.since, string(f.action.Verb), f.reason}, "|")
			got = strings.ReplaceAll(got, "\u00a0", " ")
			if got != tc.want || f.state.Condition != tc.state {
				t.Errorf("%s (%v), want %s (%v)", got, f.state.Condition, tc.want, tc.state)
			}
			if f.slow != (tc.busy >= 2*time.Second) {
				t.Errorf("slow = %v", f.slow)
			}
		})
	}
}

func BenchmarkArrange(b *testing.B) {
	rows := make([]engine.Container, 1000)
	for i := range rows {
		rows[i] = box(fmt.Sprintf("c%d", (i*7919)%1000), fmt.Sprintf("p%d", i%20), engine.StateRunning)
	}
	for b.Loop() {
		arrange(question{containers: rows})
	}
}

// TestNamesHaveRoom: where the window is narrow, the chart makes room for them,
// and then the numbers.
func TestNamesHaveRoom(t *testing.T) {
	for _, tc := range []struct {
		window  float32
		numbers bool
	}{{1240, true}, {1016, true}, {960, false}} {
		r := offline(t, sample()[:1])
		r.w.Resize(fyne.NewSize(tc.window-theme.SidebarWidth, 600))
		viewtest.Settle(r.w)
		row := newRowView(r.Screen)
		row.update(0, item{c: sample()[0]})
		row.content.Resize(fyne.NewSize(tc.window-theme.SidebarWidth-2*theme.Space5, theme.RowHeight))
		if room := row.name.Size().Width; room < 140 {
			t.Errorf("in a window of %v a name has %v", tc.window, room)
		}
		if numbers := viewtest.Shows(r.w, row.cpu.Text()); numbers != tc.numbers {
			t.Errorf("in a window of %v: numbers %v", tc.window, numbers)
		}
	}
}
