package kit_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// growing is a log whose lines are its numbers, from first to end.
type growing struct{ first, end int }

func (g *growing) Len() int           { return g.end - g.first }
func (g *growing) Bounds() (int, int) { return g.first, g.end }
func (g *growing) Line(i int) kit.LogText {
	return kit.LogText{Stamp: "14:00:00", Spans: []kit.Span{{Text: fmt.Sprint("line ", i)}}}
}

// inSight returns the lines that the view copies when none is selected, without
// their timestamps.
func inSight(v *kit.LogView) (first, last string) {
	v.OnCopy = func(text string) {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		first, last = lines[0], lines[len(lines)-1]
	}
	v.CopySelection()
	return strings.TrimPrefix(first, "14:00:00 "), strings.TrimPrefix(last, "14:00:00 ")
}

func TestLogCopiesWhatIsShown(t *testing.T) {
	viewtest.App(t)
	v := kit.NewLogView(&growing{end: 2})
	viewtest.Window(t, v, 600, 220)
	copied := ""
	v.OnCopy = func(text string) { copied = text }
	for stamps, want := range map[bool]string{
		true: "14:00:00 line 0\n14:00:00 line 1\n", false: "line 0\nline 1\n",
	} {
		v.SetStamps(stamps)
		v.SelectAll()
		v.CopySelection()
		if copied != want {
			t.Errorf("with stamps shown %v it copies %q, want %q", stamps, copied, want)
		}
	}
}

func TestLogFollows(t *testing.T) {
	viewtest.App(t)
	g := &growing{end: 100}
	v := kit.NewLogView(g)
	var told []bool
	v.OnFollow = func(on bool) { told = append(told, on) }
	w := viewtest.Window(t, v, 600, 220) // ten rows
	w.Canvas().Focus(v)
	g.end = 200
	v.Refresh()
	if first, last := inSight(v); first != "line 190" || last != "line 199" {
		t.Errorf("following shows %s to %s", first, last)
	}
	v.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 100)})
	g.end = 300
	v.Refresh()
	if _, last := inSight(v); last == "line 299" || v.Following() {
		t.Errorf("after scrolling up it shows %s, following %v", last, v.Following())
	}
	viewtest.Key(w, fyne.KeyHome)
	if first, _ := inSight(v); first != "line 0" {
		t.Errorf("Home shows %s", first)
	}
	g.first = 50 // old lines went
	v.Refresh()
	if first, _ := inSight(v); first != "line 50" {
		t.Errorf("after old lines went it starts at %s", first)
	}
	viewtest.Key(w, fyne.KeyPageDown)
	if first, _ := inSight(v); first != "line 59" {
		t.Errorf("Page down shows %s first", first)
	}
	viewtest.Key(w, fyne.KeyEnd)
	if _, last := inSight(v); last != "line 299" || fmt.Sprint(told) != "[false true]" {
		t.Errorf("End shows %s, told %v", last, told)
	}
	v.ScrollTo(120)
	if first, _ := inSight(v); first != "line 115" {
		t.Errorf("ScrollTo(120) shows %s first", first)
	}
}

func TestLogSelection(t *testing.T) {
	viewtest.App(t)
	g := &growing{end: 100}
	v := kit.NewLogView(g)
	viewtest.Window(t, v, 600, 220)
	at := func(y float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(100, y)} }
	v.MouseDown(&desktop.MouseEvent{PointEvent: at(50), Button: desktop.MouseButtonPrimary})
	v.Dragged(&fyne.DragEvent{PointEvent: at(100)})
	v.MouseUp(nil)
	if first, end, ok := v.Selection(); !ok || first != 92 || end != 95 {
		t.Errorf("selected %d to %d, %v", first, end, ok)
	}
	if first, last := inSight(v); first != "line 92" || last != "line 94" {
		t.Errorf("copies %s to %s", first, last)
	}
	v.TypedShortcut(&fyne.ShortcutSelectAll{})
	if first, end, _ := v.Selection(); first != 0 || end != 100 {
		t.Errorf("selected %d to %d", first, end)
	}
}

func TestLogSurvivesAnything(t *testing.T) {
	viewtest.App(t)
	long := strings.Repeat("wörter und 漢字 ", 3000)
	for name, source := range map[string]kit.LogSource{
		"empty":    kit.PlainLog{},
		"long":     kit.PlainLog{long, "", long},
		"controls": kit.PlainLog{"\x00\x1b[31m\t\x7f\u202e\u200d\ufffd e\u0301 👩‍👩‍👧"},
	} {
		t.Run(name, func(t *testing.T) {
			v := kit.NewLogView(source)
			v.SetQuery("wörter")
			w := viewtest.Window(t, v, 300, 200)
			for _, wrap := range []bool{true, false} {
				v.SetWrap(wrap)
				for _, key := range []fyne.KeyName{fyne.KeyHome, fyne.KeyPageDown, fyne.KeyRight, fyne.KeyEnd, fyne.KeyUp} {
					v.TypedKey(&fyne.KeyEvent{Name: key})
					w.Canvas().Capture()
				}
			}
		})
	}
}

func TestLogFollowsTheme(t *testing.T) {
	app := viewtest.App(t)
	v := kit.NewLogView(&growing{end: 10})
	w := viewtest.Window(t, v, 300, 200)
	light := w.Canvas().Capture().At(150, 195)
	app.Settings().SetTheme(theme.New(theme.AlwaysDark))
	if dark := w.Canvas().Capture().At(150, 195); dark == light {
		t.Error("the log kept the colours of the light theme")
	}
}

func BenchmarkLogDraw(b *testing.B) {
	viewtest.App(b)
	v := kit.NewLogView(sampleLog())
	v.SetQuery("/wp-admin")
	viewtest.Window(b, v, 1000, 700)
	var img image.Image
	for b.Loop() {
		img = v.Draw(1000, 700)
	}
	_ = img
}

// TestLogShowsTheMatch looks for the match of a line that is longer than the
// view is wide, and taller than the view is high once it is wrapped.
func TestLogShowsTheMatch(t *testing.T) {
	viewtest.App(t)
	far := strings.Repeat("-", 3000) + "NEEDLE" + strings.Repeat("-", 3000)
	lines := kit.PlainLog{"needle at the start " + strings.Repeat("-", 3000), far, "-"}
	for len(lines) < 60 {
		lines = append(lines, "-")
	}
	v := kit.NewLogView(lines)
	v.SetQuery("needle")
	w := viewtest.Window(t, v, 400, 220)
	marked := func() bool {
		w.Canvas().Capture()
		return paints(v.Draw(400, 220), theme.MatchHere)
	}
	for _, wrap := range []bool{false, true} {
		v.SetWrap(wrap)
		marked() // the first picture tells how wide the view is
		for _, line := range []int{1, 0, 1} {
			v.SetCurrent(line)
			v.ScrollTo(line)
			if !marked() {
				t.Errorf("wrapped %v: the match in line %d is out of sight", wrap, line)
			}
		}
	}
	v.SetWrap(false)
	v.SetCurrent(1)
	v.ScrollTo(1)
	v.SetQuery("")
	if !paints(v.Draw(400, 220), theme.Outline) {
		t.Error("nothing shows that the view is scrolled to the right")
	}
	v.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(2, 218)}, Button: desktop.MouseButtonPrimary})
	v.MouseUp(nil)
	v.SetQuery("needle")
	v.SetCurrent(0)
	if !marked() {
		t.Error("a click at the left of the bar does not show where lines start")
	}
	if _, _, ok := v.Selection(); ok {
		t.Error("a click on the bar selects lines")
	}
}

// paints tells whether a picture has a pixel of a colour.
func paints(img image.Image, token theme.Color) bool {
	want := base.Color(token)
	r, g, b, _ := want.RGBA()
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if pr, pg, pb, _ := img.At(x, y).RGBA(); pr == r && pg == g && pb == b {
				return true
			}
		}
	}
	return false
}
