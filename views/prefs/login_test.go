package prefs_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"escale/app/autostart"
	"escale/views/nav"
	"escale/views/prefs"
	"escale/views/say"
	"escale/views/viewtest"
)

// login is a session that a test sets up.
type login struct {
	mu            sync.Mutex
	on            bool
	broken, unset error // what On and Set fail with
	asked         int
}

// On implements prefs.Login.
func (l *login) On() (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	return l.on, l.broken
}

// Set implements prefs.Login.
func (l *login) Set(on bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unset == nil {
		l.on = on
	}
	return l.unset
}

func (l *login) is() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.on
}

// answered waits until the page has drawn the answer to the nth question.
func (l *login) answered(t *testing.T, r *rig, nth int) {
	t.Helper()
	count := func() int { l.mu.Lock(); defer l.mu.Unlock(); return l.asked }
	label := say.L("settings.login")
	if !r.host.Settle(func() bool { return count() >= nth && (l.broken != nil || viewtest.Find(r.w, label).Enabled()) }) {
		t.Fatalf("no answer to question %d of %d", nth, count())
	}
	r.host.Drain()
	viewtest.Settle(r.w)
}

func TestLogin(t *testing.T) {
	session := &login{on: true}
	r := rigOf(t, memory(t), prefs.Parts{Login: session})
	label := say.L("settings.login")
	viewtest.Tap(t, r.w, label)
	if viewtest.Find(r.w, label).Enabled() {
		t.Error("a second tap could come before the first is done")
	}
	session.answered(t, r, 2)
	if session.is() {
		t.Fatal("it was on, and a tap does not switch it off")
	}
	viewtest.Tap(t, r.w, label)
	session.answered(t, r, 3)
	if !session.is() {
		t.Error("a second tap does not switch it on")
	}
	session.mu.Lock()
	session.on = false // as a user may outside
	session.mu.Unlock()
	r.Show(nav.Route{Place: nav.Settings})
	session.answered(t, r, 4)
	viewtest.Tap(t, r.w, label)
	session.answered(t, r, 5)
	if !session.is() {
		t.Error("it shows what it remembers, not what is so")
	}
}

func TestLoginFails(t *testing.T) {
	session := &login{unset: fmt.Errorf("write: %w", errors.New("0xdeadbeef"))}
	r := rigOf(t, memory(t), prefs.Parts{Login: session})
	viewtest.Tap(t, r.w, say.L("settings.login"))
	session.answered(t, r, 2)
	if !viewtest.Shows(r.w, say.L("login.failed")) || viewtest.Shows(r.w, "0xdeadbeef") {
		t.Errorf("it shows %q", viewtest.Texts(r.w))
	}
	session.mu.Lock()
	session.unset = nil
	session.mu.Unlock()
	viewtest.Tap(t, r.w, say.L("settings.login")) // it is off still
	session.answered(t, r, 3)
	if !session.is() || viewtest.Shows(r.w, say.L("login.failed")) {
		t.Errorf("after it works again: on %v, %q", session.is(), viewtest.Texts(r.w))
	}
}

func TestLoginInASandbox(t *testing.T) {
	r := rigOf(t, memory(t), prefs.Parts{Login: &login{broken: autostart.ErrSandboxed}})
	if !r.host.Settle(func() bool { viewtest.Settle(r.w); return viewtest.Shows(r.w, say.L("login.sandboxed")) }) {
		t.Errorf("it shows %q", viewtest.Texts(r.w))
	}
	if viewtest.Find(r.w, say.L("settings.login")).Enabled() {
		t.Error("it can be switched")
	}
	none := rigOf(t, memory(t), prefs.Parts{})
	if viewtest.Shows(none.w, say.L("settings.login")) {
		t.Error("a switch for nothing")
	}
}

func TestLogs(t *testing.T) {
	r := newRig(t, memory(t))
	viewtest.Tap(t, r.w, say.L("settings.logs.open"))
	if r.opened != 1 {
		t.Errorf("opened %d times", r.opened)
	}
}
