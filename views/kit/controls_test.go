package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestButton(t *testing.T) {
	viewtest.App(t)
	taps := 0
	b := kit.Button(kit.Primary, theme.IconPlay, "Start", func() { taps++ })
	w := viewtest.Window(t, kit.Col(0, kit.Start(b)), 300, 100)
	viewtest.Tap(t, w, "Start")
	b.SetBusy("Starting…")
	test.Tap(b)
	if taps != 1 || b.Enabled() || b.Label() != "Starting…" {
		t.Errorf("busy: %d taps, enabled %v, label %q", taps, b.Enabled(), b.Label())
	}
	b.SetDisabled("No engine")
	b.SetBusy("")
	if b.Enabled() || b.Reason() != "No engine" || b.Label() != "Start" {
		t.Errorf("disabled: enabled %v, reason %q, label %q", b.Enabled(), b.Reason(), b.Label())
	}
	b.SetDisabled("")
	b.SetLabel("Stop")
	viewtest.Tap(t, w, "Stop")
	if taps != 2 {
		t.Errorf("%d taps, want 2", taps)
	}
}

func TestButtonTakesItsWordsLater(t *testing.T) {
	viewtest.App(t)
	taps := 0
	b := kit.SmallButton(kit.Secondary, "", "", func() { taps++ })
	w := viewtest.Window(t, kit.Col(0, kit.Start(b)), 300, 100)
	narrow := b.MinSize().Width
	b.SetLabel("Start all")
	viewtest.Tap(t, w, "Start all")
	if taps != 1 || b.MinSize().Width <= narrow {
		t.Errorf("%d taps, %v wide, %v before", taps, b.MinSize().Width, narrow)
	}
}

// The actions beside a title move below it when it would be cut.
func TestToolbarKeepsItsTitle(t *testing.T) {
	viewtest.App(t)
	search := kit.Fixed(200, 34, kit.NewSurface(theme.Sunken, 8))
	head := kit.Toolbar("A long title of a page", "What is here", search)
	test.NewTempWindow(t, head)
	head.Resize(fyne.NewSize(600, 44))
	wide := head.MinSize().Height
	head.Resize(fyne.NewSize(300, 44))
	if narrow := head.MinSize().Height; narrow < wide+34 {
		t.Errorf("%v high with room, %v without", wide, narrow)
	}
	head.Resize(fyne.NewSize(600, 44))
	if again := head.MinSize().Height; again != wide {
		t.Errorf("%v high again, %v before", again, wide)
	}
}

// TestToolbarKeepsItsWords: one that is asked to does not cut its second line.
func TestToolbarKeepsItsWords(t *testing.T) {
	viewtest.App(t)
	words := "What is here, in a line that is longer than the title"
	search := kit.Fixed(200, 34, kit.NewSurface(theme.Sunken, 8))
	cut, whole := kit.Toolbar("Title", words, search), kit.Toolbar("Title", words, search).Whole()
	test.NewTempWindow(t, kit.Col(0, cut, whole))
	for _, head := range []*kit.Head{cut, whole} {
		head.Resize(fyne.NewSize(400, 44))
	}
	if one, two := cut.MinSize().Height, whole.MinSize().Height; two < one+34 {
		t.Errorf("%v high cut, %v whole", one, two)
	}
	whole.Resize(fyne.NewSize(800, 44))
	if one, two := cut.MinSize().Height, whole.MinSize().Height; one != two {
		t.Errorf("with room it is %v high, not %v", two, one)
	}
}

// TestLongCommandKeepsItsButton: it scrolls, and the button beside it is whole.
func TestLongCommandKeepsItsButton(t *testing.T) {
	viewtest.App(t)
	bar := kit.CommandBar("Copy", "Copied", "docker run").Within(116)
	w := viewtest.Window(t, kit.Col(0, bar), 400, 400)
	low := bar.Size().Height
	bar.SetCommand("docker run" + strings.Repeat(" -e NAME=value", 60) + " nginx")
	viewtest.Settle(w)
	if high := bar.Size().Height; high <= low || high > 116 {
		t.Errorf("%v high with a long command, %v with a short one", high, low)
	}
	at, within := fyne.CurrentApp().Driver().AbsolutePositionForObject(bar.Copy), fyne.CurrentApp().Driver().AbsolutePositionForObject(bar)
	if at.Y < within.Y || at.Y+bar.Copy.Size().Height > within.Y+bar.Size().Height {
		t.Errorf("the button at %v, %v high, is not whole in the bar at %v, %v high", at.Y, bar.Copy.Size().Height, within.Y, bar.Size().Height)
	}
}

func TestRowKeepsItsVeilOverItsButtons(t *testing.T) {
	viewtest.App(t)
	inner := kit.SmallButton(kit.Secondary, "", "Stop", nothing)
	var state kit.State
	menu := false
	row := kit.NewPress(kit.Row(0, kit.NewText("web", theme.Body, theme.Ink), inner), 8, kit.RowLook, nothing).OnState(func(s kit.State) { state = s })
	row.OnSecondary = func(fyne.Position) { menu = true }
	viewtest.Window(t, row, 300, 60)
	row.MouseIn(&desktop.MouseEvent{})
	row.MouseOut()
	inner.MouseIn(&desktop.MouseEvent{})
	if !state.Hovered {
		t.Error("the row lost its veil over its own button")
	}
	inner.TappedSecondary(&fyne.PointEvent{})
	if !menu {
		t.Error("the button swallowed the row's menu")
	}
	inner.MouseOut()
	if state.Hovered {
		t.Error("the row kept its veil")
	}
}

func TestFocusRingIsForTheKeyboard(t *testing.T) {
	viewtest.App(t)
	var state kit.State
	b := kit.Chip("All", 3, false, nothing)
	w := viewtest.Window(t, kit.Col(0, kit.Start(b)), 300, 60)
	b.OnState(func(s kit.State) { state = s })
	b.Tapped(&fyne.PointEvent{})
	if w.Canvas().Focused() != b || state.Focused {
		t.Errorf("after a click: focus on %T, ring %v", w.Canvas().Focused(), state.Focused)
	}
	w.Canvas().Unfocus()
	w.Canvas().FocusNext()
	if !state.Focused {
		t.Error("no ring after Tab")
	}
}

func TestInputs(t *testing.T) {
	viewtest.App(t)
	var changed, searched, submitted string
	name := kit.NewInput("", "hello", 0)
	name.OnChanged = func(s string) { changed = s }
	name.OnSubmitted = func(s string) { submitted = s }
	field := kit.Field("Name", "help", name)
	search := kit.SearchField("Search", "Clear", 200, func(s string) { searched = s })
	w := viewtest.Window(t, kit.Col(0, field, search), 300, 300)
	viewtest.Type(t, w, "Name", "web")
	viewtest.Key(w, fyne.KeyReturn)
	if changed != "web" || submitted != "web" {
		t.Errorf("changed %q, submitted %q", changed, submitted)
	}
	name.SetText("quiet")
	if changed != "web" || name.Text() != "quiet" {
		t.Errorf("SetText: changed %q, text %q", changed, name.Text())
	}
	field.SetHint(kit.Problem, "That name is taken.", nil)
	if !viewtest.Shows(w, "That name is taken.") || viewtest.Shows(w, "help") {
		t.Error("the hint does not replace the help")
	}
	field.ClearHint()
	if !viewtest.Shows(w, "help") {
		t.Error("the help did not come back")
	}
	viewtest.Type(t, w, "Search", "ng")
	viewtest.Key(w, fyne.KeyEscape)
	if searched != "" || search.Query() != "" {
		t.Errorf("Esc left the query %q, told %q", search.Query(), searched)
	}
	viewtest.Type(t, w, "Search", "ng")
	viewtest.Tap(t, w, "Clear")
	if search.Query() != "" || viewtest.Find(w, "Clear") != nil {
		t.Error("the cross did not clear the search and go")
	}
}

func TestGroupsAndSwitches(t *testing.T) {
	viewtest.App(t)
	chip, tab, on := -1, -1, false
	chips := kit.Chips(0, func(i int) { chip = i }, kit.ChipItem{Label: "All", Count: 2}, kit.ChipItem{Label: "Off", Count: -1})
	tabs := kit.Tabs(0, func(i int) { tab = i }, "Overview", "Logs")
	toggle := kit.Toggle("Follow", false, func(b bool) { on = b })
	w := viewtest.Window(t, kit.Col(0, chips, tabs, kit.Start(toggle)), 400, 200)
	viewtest.Tap(t, w, "Off")
	viewtest.Tap(t, w, "Logs")
	viewtest.Tap(t, w, "Follow")
	if chip != 1 || tab != 1 || !on || !toggle.On() {
		t.Errorf("chip %d, tab %d, on %v", chip, tab, on)
	}
	w.Canvas().Focus(tabs.Press(1))
	viewtest.Key(w, fyne.KeyLeft)
	if tab != 0 || tabs.Selected() != 0 {
		t.Errorf("Left selected tab %d", tab)
	}
	chips.SetCount(0, 12)
	if !viewtest.Shows(w, "12") {
		t.Error("the count did not change")
	}
}

func TestCopyButton(t *testing.T) {
	app := viewtest.App(t)
	q := viewtest.NewQueue()
	defer kit.UsePoster(q)()
	bar := kit.CommandBar("Copy", "Copied", "docker run nginx")
	w := viewtest.Window(t, kit.Col(0, bar), 400, 100)
	bar.SetCommand("docker run -e 'A=b c' nginx")
	viewtest.Tap(t, w, "Copy")
	if got := app.Clipboard().Content(); got != "docker run -e 'A=b c' nginx" {
		t.Errorf("clipboard = %q", got)
	}
	if viewtest.Find(w, "Copied") == nil {
		t.Error("the button does not say so")
	}
	if !q.Settle(func() bool { return viewtest.Find(w, "Copy") != nil }) {
		t.Error("the button did not come back")
	}
}

func TestCopyIcon(t *testing.T) {
	app := viewtest.App(t)
	q := viewtest.NewQueue()
	defer kit.UsePoster(q)()
	w := viewtest.Window(t, kit.Row(0, kit.CopyIcon("Copy it", "Copied", func() string { return "secret" })), 400, 100)
	viewtest.Tap(t, w, "Copy it")
	if got := app.Clipboard().Content(); got != "secret" || viewtest.Find(w, "Copied") == nil {
		t.Errorf("clipboard = %q, and the button says so: %v", got, viewtest.Find(w, "Copied") != nil)
	}
	if !q.Settle(func() bool { return viewtest.Find(w, "Copy it") != nil }) {
		t.Error("the button did not come back")
	}
}

// Two commands are two lines, on screen and on the clipboard.
func TestCommandsOnLinesOfTheirOwn(t *testing.T) {
	app := viewtest.App(t)
	const both = "docker network create web\ndocker run -e 'A=b\nc' nginx"
	bar := kit.CommandBar("Copy", "Copied", "docker network create web")
	w := viewtest.Window(t, kit.Col(0, bar), 700, 300)
	one := bar.MinSize().Height
	bar.SetCommand(both + "\n")
	viewtest.Settle(w)
	if two := bar.MinSize().Height; two < one+10 {
		t.Errorf("two commands are %v high, one is %v", two, one)
	}
	if !viewtest.Shows(w, both) {
		t.Errorf("shown: %q", viewtest.Texts(w))
	}
	viewtest.Tap(t, w, "Copy")
	if got := app.Clipboard().Content(); got != both+"\n" {
		t.Errorf("clipboard = %q", got)
	}
}

func TestStepLadderKeepsWhatIsThere(t *testing.T) {
	viewtest.App(t)
	extra := kit.Meter(0.1, theme.AccentFill, 6)
	ladder := kit.StepLadder(kit.Step{Title: "Pull", Progress: kit.Working, Extra: extra}, kit.Step{Title: "Start"})
	w := viewtest.Window(t, kit.Col(0, ladder), 300, 200)
	ladder.SetSteps(kit.Step{Title: "Pull", Progress: kit.Done, Time: "2 s"}, kit.Step{Title: "Start", Progress: kit.Working}, kit.Step{Title: "Check"})
	viewtest.Settle(w)
	for _, words := range []string{"Pull", "2 s", "Start", "Check"} {
		if !viewtest.Shows(w, words) {
			t.Errorf("%q is not shown", words)
		}
	}
}

func TestTextZoom(t *testing.T) {
	app := viewtest.App(t)
	defer theme.SetZoom(1)
	text := kit.NewText("Containers", theme.Body, theme.Ink)
	viewtest.Window(t, kit.Col(0, kit.Start(text)), 300, 100)
	before := text.MinSize()
	theme.SetZoom(1.5)
	app.Settings().SetTheme(theme.New(theme.AlwaysLight))
	if after := text.MinSize(); after.Width < before.Width*1.3 {
		t.Errorf("zoomed from %v to %v", before, after)
	}
}
