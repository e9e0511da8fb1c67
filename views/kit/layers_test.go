package kit_test

import (
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMenu(t *testing.T) {
	viewtest.App(t)
	var got string
	pick := func(s string) func() { return func() { got = s } }
	anchor := kit.Button(kit.Secondary, "", "Open", nothing)
	w := viewtest.Window(t, kit.Col(0, kit.Start(anchor)), 400, 300)
	open := func() {
		kit.ShowMenu(anchor,
			kit.MenuItem{Icon: theme.IconLogs, Label: "Logs", Shortcut: "Ctrl+L", OnTapped: pick("logs")},
			kit.MenuItem{Label: "Pause", Disabled: true, Reason: "It is stopped", OnTapped: pick("pause")},
			kit.MenuSeparator(),
			kit.MenuItem{Icon: theme.IconTrash, Label: "Remove", Danger: true, OnTapped: pick("remove")})
	}
	open()
	viewtest.Key(w, fyne.KeyDown)
	viewtest.Key(w, fyne.KeyDown) // skips what cannot be chosen
	viewtest.Key(w, fyne.KeyReturn)
	if got != "remove" || w.Canvas().Overlays().Top() != nil {
		t.Errorf("Down, Down, Enter chose %q, menu still open: %v", got, w.Canvas().Overlays().Top() != nil)
	}
	got = ""
	open()
	viewtest.Key(w, fyne.KeyEscape)
	if got != "" || w.Canvas().Overlays().Top() != nil {
		t.Error("Esc did not just close the menu")
	}
	open()
	test.TapCanvas(w.Canvas(), fyne.NewPos(390, 290))
	if w.Canvas().Overlays().Top() != nil {
		t.Error("a click outside left the menu open")
	}
	open()
	viewtest.Tap(t, w, "Logs")
	if got != "logs" {
		t.Errorf("a tap chose %q", got)
	}
}

func TestMenuStaysInWindow(t *testing.T) {
	viewtest.App(t)
	w := viewtest.Window(t, kit.Gap(0, 0), 300, 200)
	items := make([]kit.MenuItem, 40)
	for i := range items {
		items[i] = kit.MenuItem{Label: "A rather long label of an item"}
	}
	kit.ShowMenuAt(w.Canvas(), fyne.NewPos(295, 195), items...)
	viewtest.Settle(w)
	panel := test.WidgetRenderer(w.Canvas().Overlays().Top().(fyne.Widget)).Objects()[1]
	at, size := panel.Position(), panel.Size()
	if at.X < 0 || at.Y < 0 || at.X+size.Width > 300 || at.Y+size.Height > 200 {
		t.Errorf("menu lies at %v, %v in a window of 300×200", at, size)
	}
}

func TestChoice(t *testing.T) {
	viewtest.App(t)
	var got string
	choice := kit.Choice([]string{"no", "always", "on-failure"}, "no", func(s string) { got = s })
	w := viewtest.Window(t, kit.Col(0, kit.Field("Restart", "", choice)), 300, 300)
	viewtest.Tap(t, w, "Restart")
	viewtest.Tap(t, w, "on-failure")
	if got != "on-failure" || choice.Selected() != got {
		t.Errorf("chose %q, shows %q", got, choice.Selected())
	}
	got = ""
	choice.SetSelected("always")
	if got != "" {
		t.Error("SetSelected called back")
	}
}

func TestSheetFocusAndEscape(t *testing.T) {
	viewtest.App(t)
	opener := kit.Button(kit.Primary, "", "Open", nothing)
	w := viewtest.Window(t, kit.Col(0, opener), 900, 600)
	w.Canvas().Focus(opener)
	agree, asked := false, 0
	input := kit.NewInput("", "Name", 0)
	sheet := kit.Sheet(kit.NewText("Head", theme.Heading, theme.Ink), input, kit.Button(kit.Primary, "", "Go", nothing))
	layer := kit.ShowSheet(w.Canvas(), sheet, func() bool { asked++; return agree })
	if w.Canvas().Focused() == opener {
		t.Fatal("the focus stayed behind the sheet")
	}
	for range 8 { // Tab goes round inside
		w.Canvas().FocusNext()
		if w.Canvas().Focused() == opener {
			t.Fatal("Tab left the sheet")
		}
	}
	layer.Focus(input.Focusable())
	viewtest.Key(w, fyne.KeyEscape)
	if asked != 1 || !layer.Open() {
		t.Errorf("asked %d times, open %v; want 1 and open", asked, layer.Open())
	}
	agree = true
	viewtest.Key(w, fyne.KeyEscape)
	if layer.Open() || w.Canvas().Focused() != opener {
		t.Errorf("after Esc: open %v, focus %T", layer.Open(), w.Canvas().Focused())
	}
}

func TestConfirm(t *testing.T) {
	viewtest.App(t)
	w := viewtest.Window(t, kit.Gap(0, 0), 900, 600)
	answers := []bool{}
	ask := func() {
		kit.Confirm(w.Canvas(), kit.Confirmation{
			Title: "Remove web?", Text: "Its log goes too.", Lost: []string{"web"}, Option: "Its volumes too",
			Verb: "Remove", Cancel: "Keep", Destructive: true, OnConfirm: func(option bool) { answers = append(answers, option) },
		})
		viewtest.Settle(w)
	}
	ask()
	viewtest.Key(w, fyne.KeyReturn) // the safe button has the focus
	if len(answers) != 0 || w.Canvas().Overlays().Top() != nil {
		t.Fatal("Enter did not keep it")
	}
	ask()
	viewtest.Tap(t, w, "Its volumes too")
	viewtest.Tap(t, w, "Remove")
	if len(answers) != 1 || !answers[0] {
		t.Errorf("answers = %v, want [true]", answers)
	}
}

func TestToasts(t *testing.T) {
	viewtest.App(t)
	q := viewtest.NewQueue()
	defer kit.UsePoster(q)()
	root := kit.NewRoot(kit.Gap(0, 0))
	w := viewtest.Window(t, root, 900, 600)
	retried := false
	for _, title := range []string{"one", "two", "three", "four"} {
		root.Toasts.Add(kit.Toast{Tone: kit.Problem, Title: title, Actions: []kit.ToastAction{{Label: "Retry " + title, Tapped: func() { retried = true }}}})
	}
	if root.Toasts.Count() != 3 || viewtest.Shows(w, "one") {
		t.Errorf("%d toasts, want the newest 3", root.Toasts.Count())
	}
	root.Toasts.Add(kit.Toast{Tone: kit.Problem, Title: "four"})
	if root.Toasts.Count() != 3 {
		t.Error("the same toast is there twice")
	}
	viewtest.Tap(t, w, "Retry three")
	if !retried || root.Toasts.Count() != 2 {
		t.Errorf("retried %v, %d toasts left", retried, root.Toasts.Count())
	}
	dismiss := root.Toasts.Add(kit.Toast{Title: "five"})
	dismiss()
	dismiss()
	root.Toasts.Clear()
	if root.Toasts.Count() != 0 {
		t.Error("Clear left some")
	}
}

func TestToastWaitsUnderDialog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		viewtest.App(t)
		q := viewtest.NewQueue()
		defer kit.UsePoster(q)()
		root := kit.NewRoot(kit.Gap(0, 0))
		w := viewtest.Window(t, root, 900, 600)
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait(); q.Drain() }
		root.Toasts.Add(kit.Toast{Title: "web is running"})
		dialog := kit.ShowDialog(w.Canvas(), kit.Gap(10, 10), 300, nil)
		pass(7 * time.Second)
		if root.Toasts.Count() != 1 {
			t.Error("left while a dialog lay over it")
		}
		dialog.Close()
		pass(7 * time.Second)
		if root.Toasts.Count() != 0 {
			t.Error("stays for ever")
		}
	})
}

func TestTooltip(t *testing.T) {
	viewtest.App(t)
	q := viewtest.NewQueue()
	defer kit.UsePoster(q)()
	button := kit.IconButton(theme.IconTrash, "Delete", nothing)
	w := viewtest.Window(t, kit.Col(0, kit.Start(button)), 300, 200)
	out := viewtest.Hover(t, w, "Delete")
	if !q.Settle(func() bool { return viewtest.Shows(w, "Delete") }) {
		t.Fatal("no tooltip")
	}
	out()
	if viewtest.Shows(w, "Delete") {
		t.Error("the tooltip stayed")
	}
}
