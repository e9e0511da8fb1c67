package enginepage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// asked is a session that writes down what it is asked for.
type asked struct{ calls []string }

func (a *asked) Retry()        { a.calls = append(a.calls, "retry") }
func (a *asked) Rescan()       { a.calls = append(a.calls, "rescan") }
func (a *asked) Use(id string) { a.calls = append(a.calls, "use "+id) }

type rig struct {
	*Page
	asked *asked
	done  *done
	host  *lifetest.Host
	state *store.Value[store.Connection]
	w     fyne.Window
}

// here is the computer and the system of the tests.
var (
	here     = machine.Computer{CPUs: 8, MemoryBytes: 16 << 30}
	onDebian = system{os: "linux", arch: "amd64", family: "debian"}
)

// appOf is the test that has an app.
var appOf *testing.T

// oneApp makes an app for a test that shows many pages: each new one reads its
// fonts and measures its words anew.
func oneApp(t *testing.T) {
	t.Helper()
	if appOf != t {
		viewtest.App(t)
		appOf = t
	}
}

func newRig(t *testing.T, c store.Connection, width, height float32) *rig {
	t.Helper()
	oneApp(t)
	st := store.New()
	st.Connection.Set(c)
	return newRigOf(t, st, width, height)
}

// newRigOf shows the page of a store that the test filled.
func newRigOf(t *testing.T, st *store.Store, width, height float32) *rig {
	t.Helper()
	r := &rig{asked: &asked{}, done: newDone(t, st), host: lifetest.NewHost(), state: st.Connection}
	r.Page = newPage(Parts{Store: st, Session: r.asked, Machine: r.done, Tasks: r.done.tasks, Host: r.host}, onDebian, here)
	t.Cleanup(r.Close)
	r.w = viewtest.Window(t, r.Content(), width, height)
	r.host.View = r.w
	r.Show(nav.Route{Place: nav.Engine})
	viewtest.Settle(r.w)
	return r
}

func (r *rig) set(c store.Connection) {
	r.state.Set(c)
	r.host.Drain()
	viewtest.Settle(r.w)
}

var (
	docker = engine.Endpoint{ID: "socket:/var/run/docker.sock", Kind: engine.EndpointSocket, Name: "Docker", Host: "unix:///var/run/docker.sock", Current: true}
	podman = engine.Endpoint{ID: "socket:/run/user/1000/podman/podman.sock", Kind: engine.EndpointSocket, Name: "Podman", Host: "unix:///run/user/1000/podman/podman.sock"}
	colima = engine.Endpoint{ID: "socket:/home/me/.colima/default/docker.sock", Kind: engine.EndpointSocket, Name: "Colima", Host: "unix:///home/me/.colima/default/docker.sock"}
	far    = engine.Endpoint{ID: "context:far", Kind: engine.EndpointContext, Name: "far", Host: "tcp://10.0.0.2:2376"}
)

// ready is Docker in use, with Podman beside it, a context that fails and an
// engine that is not installed.
func ready() store.Connection {
	version := engine.Version{Product: "Docker", Engine: "28.5.2", API: "1.51", MinAPI: "1.24"}
	return store.Connection{
		Phase: store.Ready, Endpoint: docker, Version: version,
		Info: engine.Info{OperatingSystem: "Debian GNU/Linux 12", CPUs: 4, MemoryBytes: 8_000_000_000, StorageDriver: "overlay2"},
		Steps: []store.Step{
			{Name: store.StepLook, State: store.StepDone, Took: 14 * time.Millisecond},
			{Name: store.StepConnect, State: store.StepDone, Took: 200 * time.Millisecond},
			{Name: store.StepVersion, State: store.StepDone, Took: 3 * time.Millisecond},
			{Name: store.StepLists, State: store.StepDone, Took: 40 * time.Millisecond},
			{Name: store.StepEvents, State: store.StepDone, Took: time.Millisecond},
		},
		Candidates: []engine.Candidate{
			{Endpoint: docker, Version: version},
			{Endpoint: podman, Version: engine.Version{Product: "Podman", Engine: "4.3.1"}},
			{Endpoint: far, Err: engine.Unreachable(engine.ErrTLS, errDetail)},
			{Endpoint: colima, Err: engine.Unreachable(engine.ErrSocketMissing, errDetail)},
		},
	}
}

func TestReady(t *testing.T) {
	r := newRig(t, ready(), 1020, 760)
	for _, words := range []string{"Docker 28.5.2", "1.51 (from 1.24)", "In use", "Podman 4.3.1 answers", "The secure connection to the engine failed", "Looked for engines", "14\u00a0ms"} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not shown: %q", words, viewtest.Texts(r.w))
		}
	}
	viewtest.Tap(t, r.w, "Use")
	viewtest.Tap(t, r.w, "Look again")
	viewtest.Tap(t, r.w, "Copy the address")
	if want := []string{"use " + podman.ID, "rescan"}; !slices.Equal(r.asked.calls, want) {
		t.Errorf("asked %v, want %v", r.asked.calls, want)
	}
	if !slices.Equal(r.host.Copied, []string{docker.Host}) {
		t.Errorf("copied %q", r.host.Copied)
	}
	viewtest.Golden(t, "ready.xml", r.w)
}

// TestFoundOpens checks that a broken engine says why, and that the places
// where nothing is can be seen.
func TestFoundOpens(t *testing.T) {
	r := newRig(t, ready(), 1020, 760)
	if viewtest.Shows(r.w, colima.Host) {
		t.Error("an empty place is shown before it was asked for")
	}
	viewtest.Tap(t, r.w, "1 usual place where nothing is")
	if !viewtest.Shows(r.w, colima.Host) {
		t.Error("the empty place is not shown")
	}
	viewtest.Tap(t, r.w, "far")
	if !viewtest.Shows(r.w, "The certificates do not match") || !viewtest.Shows(r.w, "docker context inspect far") {
		t.Errorf("no reason: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Use it anyway")
	viewtest.Tap(t, r.w, "Copy the details")
	if want := []string{"use " + far.ID}; !slices.Equal(r.asked.calls, want) {
		t.Errorf("asked %v, want %v", r.asked.calls, want)
	}
	if len(r.host.Copied) != 1 || !slices.Contains([]string{"far\ntcp://10.0.0.2:2376\nengine unreachable\nTLS handshake failed\ndetail"}, r.host.Copied[0]) {
		t.Errorf("copied %q", r.host.Copied)
	}
	viewtest.Tap(t, r.w, "far")
	if viewtest.Shows(r.w, "The certificates do not match") {
		t.Error("it does not close")
	}
}

func failed(one engine.Candidate, chosen bool) store.Connection {
	return store.Connection{
		Phase: store.Failed, Err: one.Err, Chosen: chosen, NextTry: time.Now().Add(5 * time.Second),
		Candidates: []engine.Candidate{one},
		Steps:      []store.Step{{Name: store.StepLook, State: store.StepBroken, Err: one.Err}, {Name: store.StepConnect}},
	}
}

// TestCards checks that every cause has a card of its own, in both languages,
// that fits the smallest window.
func TestCards(t *testing.T) {
	causes := []error{
		engine.ErrPermission, engine.ErrTimeout, engine.ErrRefused, engine.ErrSocketMissing, engine.ErrTLS, engine.ErrSSH, engine.ErrTooOld,
		engine.ErrServer, engine.ErrNotEngine, engine.ErrContextInvalid, engine.ErrHostUnknown, engine.ErrNoEngine, engine.ErrUnsupported,
	}
	t.Cleanup(func() { say.SetLanguage("en") })
	for _, language := range []string{"en", "fr"} {
		seen := map[string]error{}
		for _, cause := range causes {
			say.SetLanguage(language)
			one := engine.Candidate{Endpoint: far, Err: engine.Unreachable(cause, errDetail)}
			words := say.Error(one.Err)
			if other, twice := seen[words.Title]; twice {
				t.Errorf("%s: %v and %v have the title %q", language, cause, other, words.Title)
			}
			seen[words.Title] = cause
			r := newRig(t, failed(one, false), 680, 600)
			if !viewtest.Shows(r.w, words.Title) || !viewtest.Shows(r.w, words.Hint) {
				t.Errorf("%s: %v is not worded: %q", language, cause, viewtest.Texts(r.w))
			}
			viewtest.Tap(t, r.w, say.L("action.retry"))
			if !slices.Equal(r.asked.calls, []string{"retry"}) {
				t.Errorf("%v: asked %v", cause, r.asked.calls)
			}
			if least := r.w.Content().MinSize(); least.Width > 680 {
				t.Errorf("%s: %v needs a width of %v", language, cause, least.Width)
			}
		}
	}
}

// TestWaysOut checks what a failure offers besides trying again.
func TestWaysOut(t *testing.T) {
	c := failed(engine.Candidate{Endpoint: far, Err: engine.Unreachable(engine.ErrTLS, errDetail)}, true)
	c.Endpoint = far
	c.Candidates = append(c.Candidates, engine.Candidate{Endpoint: podman})
	r := newRig(t, c, 1020, 760)
	viewtest.Tap(t, r.w, "Use Podman")
	viewtest.Tap(t, r.w, "Choose automatically")
	viewtest.Tap(t, r.w, "Look around Docker Hub")
	if want := []string{"use " + podman.ID, "use "}; !slices.Equal(r.asked.calls, want) {
		t.Errorf("asked %v, want %v", r.asked.calls, want)
	}
	if want := []nav.Route{{Place: nav.Discover}}; !slices.Equal(r.host.Routes, want) {
		t.Errorf("opened %v", r.host.Routes)
	}
}

// TestNothingInstalled is the page of a computer without an engine.
func TestNothingInstalled(t *testing.T) {
	c := failed(engine.Candidate{Endpoint: colima, Err: engine.Unreachable(engine.ErrSocketMissing, errDetail)}, false)
	c.Err = engine.Unreachable(engine.ErrNoEngine, errDetail)
	c.NextTry = time.Time{}
	r := newRig(t, c, 1020, 760)
	if !viewtest.Shows(r.w, "No container engine on this computer") || !viewtest.Shows(r.w, "sudo apt install docker.io") {
		t.Errorf("it does not say what to do: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Open the instructions")
	if !slices.Equal(r.host.Browsed, []string{installPage}) {
		t.Errorf("opened %q", r.host.Browsed)
	}
	viewtest.Golden(t, "none.xml", r.w)
}

// TestUnresponsive checks that an engine that only stopped answering is worded,
// although nothing failed.
func TestUnresponsive(t *testing.T) {
	c := ready()
	c.Phase, c.Lost = store.Unresponsive, time.Now()
	r := newRig(t, c, 1020, 760)
	if !viewtest.Shows(r.w, "The engine has not answered") || !viewtest.Shows(r.w, "sudo systemctl restart docker") {
		t.Errorf("it does not say what to do: %q", viewtest.Texts(r.w))
	}
	r.set(ready())
	if viewtest.Shows(r.w, "The engine has not answered") {
		t.Error("the trouble stays after the engine has answered")
	}
}

// TestTicksKeepWidgets checks that the time of a step moves on in virtual time,
// on the same widgets, and stops when the page is left.
func TestTicksKeepWidgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := store.Connection{Phase: store.Connecting, Endpoint: docker, Steps: []store.Step{
			{Name: store.StepLook, State: store.StepDone}, {Name: store.StepConnect, State: store.StepWorking, Started: time.Now()},
		}}
		r := newRig(t, c, 1020, 760)
		again, _ := viewtest.Find(r.w, "Look again").(*kit.Press)
		r.w.Canvas().Focus(again)
		for i := range 4 {
			time.Sleep(stepTick)
			synctest.Wait()
			if n := r.host.Drain(); n != 1 {
				t.Fatalf("tick %d drew %d times", i, n)
			}
		}
		if !viewtest.Shows(r.w, "1.0") {
			t.Errorf("the time stands still: %q", viewtest.Texts(r.w))
		}
		if r.w.Canvas().Focused() != again {
			t.Error("the focus is lost")
		}
		r.Hide()
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := r.host.Drain(); n != 0 {
			t.Errorf("a hidden page draws %d times", n)
		}
	})
}

// TestRetriesKeepCard checks that the attempts in the background do not replace
// the buttons of the card.
func TestRetriesKeepCard(t *testing.T) {
	one := engine.Candidate{Endpoint: docker, Err: engine.Unreachable(engine.ErrRefused, errDetail)}
	r := newRig(t, failed(one, false), 1020, 760)
	before := viewtest.Find(r.w, "Try again")
	for i := range 5 {
		again := one
		again.Err = engine.Unreachable(engine.ErrRefused, fmt.Errorf("attempt %d", i))
		r.set(failed(again, false))
	}
	if viewtest.Find(r.w, "Try again") != before {
		t.Error("the button was replaced")
	}
	viewtest.Tap(t, r.w, "Copy the details")
	if len(r.host.Copied) != 1 || !strings.Contains(r.host.Copied[0], "attempt 4") {
		t.Errorf("copied %q, want the newest", r.host.Copied)
	}
}

// TestColumns checks that the explanations go below the card in a small window.
func TestColumns(t *testing.T) {
	for width, below := range map[float32]bool{1020: false, 680: true} {
		r := newRig(t, ready(), width, 600)
		card := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.card.content)
		aside := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.side.content)
		if got := aside.X == card.X; got != below {
			t.Errorf("width %v: below %v, want %v", width, got, below)
		}
	}
}
