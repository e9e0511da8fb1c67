package viewtest_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestSettleWaitsForOtherGoroutines(t *testing.T) {
	defer goleak.VerifyNone(t)
	q, done := viewtest.NewQueue(), false
	go q.Post(func() { q.Post(func() { done = true }) })
	if !q.Settle(func() bool { return done }) || q.Drain() != 0 {
		t.Error("did not settle")
	}
}

func TestHands(t *testing.T) {
	viewtest.App(t)
	tapped := 0
	hidden := kit.Button(kit.Primary, "", "Hidden", func() {})
	hidden.Hide()
	w := viewtest.Window(t, kit.Col(0, kit.Button(kit.Primary, "", "Go", func() { tapped++ }), hidden, kit.NewInput("old", "Name", 0),
		kit.NewText("Hello", theme.Body, theme.Ink)), 300, 200)
	viewtest.Tap(t, w, "Go")
	viewtest.Type(t, w, "Name", "new")
	if tapped != 1 || viewtest.Input(t, w, "Name").Text() != "new" {
		t.Errorf("tapped %d, typed %q", tapped, viewtest.Input(t, w, "Name").Text())
	}
	if viewtest.Find(w, "Hidden") != nil || !viewtest.Shows(w, "Hello") || viewtest.Shows(w, "Hidden") {
		t.Error("sees the wrong things")
	}
	typed := fyne.KeyName("")
	w.Canvas().Unfocus()
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { typed = e.Name })
	viewtest.Key(w, fyne.KeyF5)
	if typed != fyne.KeyF5 {
		t.Errorf("the window got %q", typed)
	}
}

func TestFits(t *testing.T) {
	viewtest.App(t)
	viewtest.Fits(t, kit.NewText("short", theme.Body, theme.Ink), viewtest.Smallest)
}
