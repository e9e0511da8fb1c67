package compare

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app/compare"
	"escale/app/store"
	"escale/app/wholefile"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// operator counts what it is asked.
type operator struct{ started, cancelled, looked int }

func (o *operator) StartComparison() int { o.started++; return o.started }
func (o *operator) CancelComparison()    { o.cancelled++ }
func (o *operator) ShowMachine()         { o.looked++ }

type rig struct {
	*Screen
	operator operator
	comparer *compare.Comparer
	store    *store.Store
	host     *lifetest.Host
	w        fyne.Window
}

func newRig(t *testing.T, width, height float32) *rig {
	t.Helper()
	viewtest.App(t)
	r := &rig{store: store.New(), host: lifetest.NewHost()}
	r.comparer = compare.New(compare.Options{Ask: func(context.Context, func(context.Context, compare.Machine) error) error { return nil }})
	r.store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "unix:///var/run/docker.sock"}})
	r.Screen = New(Parts{Comparer: r.comparer, Store: r.store, Operator: &r.operator, Host: r.host})
	t.Cleanup(r.Close)
	r.w = viewtest.Window(t, r.Content(), width, height)
	r.host.View = r.w
	r.Show(nav.Route{Place: nav.Compare})
	return r
}

func (r *rig) set(s compare.State) {
	r.comparer.State.Set(s)
	r.host.Drain()
	viewtest.Settle(r.w)
}

func (r *rig) shows(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !viewtest.Shows(r.w, w) {
			t.Errorf("%q is not shown: %q", w, viewtest.Texts(r.w))
		}
	}
}

func measured() *compare.Result {
	round := compare.Round{
		Container: compare.Figures{FirstByte: 412 * time.Millisecond, MemoryBytes: 1_100_000, SystemBytes: 4_200_000, WrittenBytes: 400, Processes: 1},
		Machine: compare.Figures{
			FirstByte: 10700 * time.Millisecond, MemoryBytes: 268_000_000, SystemBytes: 168_000_000, WrittenBytes: 7_000_000,
			Processes: 2, KernelThreads: 56,
		},
	}
	return &compare.Result{
		At: time.Date(2026, 11, 26, 8, 30, 0, 0, time.Local), Host: compare.Host{System: "Debian GNU/Linux 12 (bookworm)", Processor: "AMD EPYC 9B14", CPUs: 2, MemoryBytes: 8 << 30},
		Engine: "Docker 20.10.24", Accel: "tcg", Image: "busybox:latest", MachineMemoryBytes: 256 << 20, Rounds: []compare.Round{round, round, round},
	}
}

func halfway() compare.State {
	return compare.State{
		Running: true, Stage: compare.StageMachine, Round: 2,
		Container: compare.Side{Phase: compare.Serving, URL: "http://127.0.0.1:40001/", Figures: compare.Figures{FirstByte: 412 * time.Millisecond, MemoryBytes: 1_100_000, Processes: 1}},
		Machine:   compare.Side{Phase: compare.Starting, Ordered: time.Now().Add(-4 * time.Second), Step: "kernel"},
	}
}

// TestJourney: asked for, followed, cancelled, and done.
func TestJourney(t *testing.T) {
	r := newRig(t, 1020, 1400)
	if r.operator.looked != 1 {
		t.Error("the machine is not looked for")
	}
	viewtest.Golden(t, "first.xml", r.w)
	viewtest.Tap(t, r.w, "Compare now")
	if r.operator.started != 1 {
		t.Fatal("it was not started")
	}
	r.set(halfway())
	r.shows(t, "Round 2 of 3. Starting the virtual machine…", "412\u00a0ms", "1.1\u00a0MB", "Serves its page", "Starting its Linux")
	if viewtest.Find(r.w, "Compare now") != nil {
		t.Error("it can be started twice")
	}
	viewtest.Tap(t, r.w, "Open its page")
	if len(r.host.Browsed) != 1 || r.host.Browsed[0] != "http://127.0.0.1:40001/" {
		t.Errorf("opened %q", r.host.Browsed)
	}
	viewtest.Tap(t, r.w, "Cancel")
	if r.operator.cancelled != 1 {
		t.Error("it was not cancelled")
	}
	s := halfway()
	s.Stopping = true
	r.set(s)
	r.shows(t, "Round 2 of 3. Cancelling, and removing both…")
	if viewtest.Find(r.w, "Cancel").Enabled() {
		t.Error("it can be cancelled twice")
	}
	r.set(compare.State{Last: measured()})
	r.shows(t, "412\u00a0ms", "11\u00a0s", "268\u00a0MB", "175\u00a0MB", "2 + 56 of its kernel", "A virtual machine: up to 700\u00a0MB for each guest system",
		"A container: 50\u00a0ms; a virtual machine: minutes", "Software emulation: the virtual machine had no hypervisor here")
	viewtest.Golden(t, "result.xml", r.w)
	viewtest.Tap(t, r.w, "Compare again")
	if r.operator.started != 2 {
		t.Error("it was not started again")
	}
}

// TestWhyNot: where nothing can be compared the button says why, and so does a line.
func TestWhyNot(t *testing.T) {
	r := newRig(t, 680, 900)
	why := func(words string) {
		t.Helper()
		r.host.Drain()
		viewtest.Settle(r.w)
		r.shows(t, words)
		if viewtest.Find(r.w, "Compare now").Enabled() {
			t.Errorf("it can be started: %s", words)
		}
	}
	r.store.Connection.Set(store.Connection{Phase: store.Failed})
	why("The comparison needs an engine that runs.")
	r.store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "ssh://me@host"}})
	why("The engine is on another computer. A container over there cannot be compared with a virtual machine here. Use an engine of this computer.")
	r.store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "unix:///x"}})
	r.store.Machine.Set(store.Machine{Checked: true, Missing: machine.ErrImageMissing})
	why(say.L("compare.nomachine.title") + ". " + say.L("compare.nomachine.hint"))
	r.store.Machine.Set(store.Machine{Checked: true})
	r.set(compare.State{Err: compare.ErrNoAnswer})
	r.shows(t, "The last comparison did not come to its end. The page was not served. "+say.L("compare.noanswer.hint"))
	if !viewtest.Find(r.w, "Compare now").Enabled() {
		t.Error("it cannot be tried again")
	}
}

// TestTables: what is copied is whole, and a name from a file cannot break it.
func TestTables(t *testing.T) {
	r := newRig(t, 1020, 1400)
	result := measured()
	result.Host.System = "Debian | evil\n| row"
	r.set(compare.State{Last: result})
	viewtest.Tap(t, r.w, "Copy as Markdown")
	viewtest.Tap(t, r.w, "Copy for a spreadsheet")
	if len(r.host.Copied) != 2 {
		t.Fatalf("copied %q", r.host.Copied)
	}
	lines := strings.Split(r.host.Copied[0], "\n")
	if lines[0] != "| Figure | Container | Virtual machine | What is often said |" || lines[1] != "|---|---|---|---|" ||
		lines[2] != "| Until the first byte of the page | 412\u00a0ms | 11\u00a0s | A container: 50\u00a0ms; a virtual machine: minutes |" {
		t.Errorf("markdown %q", lines)
	}
	for _, whole := range r.host.Copied {
		if strings.Contains(whole, "\n| row") || !strings.Contains(whole, "AMD EPYC 9B14 · 2 processors") || !strings.Contains(whole, "Software emulation") {
			t.Errorf("copied %q", whole)
		}
	}
	for _, line := range strings.Split(r.host.Copied[1], "\n")[:6] {
		if strings.Count(line, "\t") != 3 {
			t.Errorf("not four cells: %q", line)
		}
	}
}

// TestPicture: it is drawn whole, in both appearances, and written.
func TestPicture(t *testing.T) {
	viewtest.App(t)
	for name, mode := range map[string]theme.Mode{"light": theme.AlwaysLight, "dark": theme.AlwaysDark} {
		fyne.CurrentApp().Settings().SetTheme(theme.New(mode))
		data, err := drawPicture(*measured())
		if err != nil {
			t.Fatal(err)
		}
		image, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if b := image.Bounds(); b.Dx() != pictureWidth*pictureScale || b.Dy() < 600 {
			t.Errorf("%s: the picture is %v", name, b)
		}
		path := filepath.Join(t.TempDir(), "x.png")
		if dir := os.Getenv("ESCALE_SHOTS"); dir != "" {
			path = filepath.Join(dir, "compare-picture-"+name+".png")
		}
		if err := wholefile.Write(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
			t.Errorf("written: %d bytes, %v", len(got), err)
		}
	}
}

// TestFits: in both languages, in the smallest window.
func TestFits(t *testing.T) {
	defer say.SetLanguage("en")
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		for name, s := range map[string]compare.State{"first": {}, "half": halfway(), "done": {Last: measured()}} {
			r := newRig(t, 680, 600)
			r.set(s)
			if least := r.w.Content().MinSize(); least.Width > 680 || least.Height > 600 {
				t.Errorf("%s, %s: it needs %v", language, name, least)
			}
		}
	}
}

// TestShots draws the screen for whoever wants to look at it.
func TestShots(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	defer say.SetLanguage("en")
	for _, look := range []struct {
		name, language string
		mode           theme.Mode
		size           fyne.Size
		state          compare.State
	}{
		{"first", "en", theme.AlwaysLight, fyne.NewSize(1020, 760), compare.State{}},
		{"half", "en", theme.AlwaysLight, fyne.NewSize(1020, 760), halfway()},
		{"half-fr", "fr", theme.AlwaysDark, fyne.NewSize(680, 800), halfway()},
		{"done", "en", theme.AlwaysLight, fyne.NewSize(1020, 1500), compare.State{Last: measured()}},
		{"done-fr", "fr", theme.AlwaysDark, fyne.NewSize(680, 2000), compare.State{Last: measured()}},
	} {
		say.SetLanguage(look.language)
		r := newRig(t, look.size.Width, look.size.Height)
		fyne.CurrentApp().Settings().SetTheme(theme.New(look.mode))
		r.set(look.state)
		viewtest.ShotWindow(t, "compare-"+look.name, r.w)
	}
}
