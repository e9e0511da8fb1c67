package cmdlog

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/cmdlog"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

const (
	rowHeight = 58
	textStart = 8 + 16 + 12
)

func (s *Screen) newList() *kit.List {
	list := kit.NewList(kit.ListModel{
		Length: func() int { return len(s.rows) },
		Height: func(kit.RowKind) float32 { return rowHeight },
		Create: func(kit.RowKind) fyne.CanvasObject { return s.newLine() },
		Update: func(i int, o fyne.CanvasObject) { s.lines[o].set(s.rows[i]) },
		Open:   func(i int) { s.open(s.rows[i]) },
		Menu: func(i int, at fyne.Position) {
			e := s.rows[i]
			kit.ShowMenuAt(s.host.Window().Canvas(), at,
				kit.MenuItem{Icon: theme.IconCopy, Label: say.L("cmdlog.copy"), OnTapped: func() { s.host.Copy(e.Line()) }},
				kit.MenuItem{Icon: theme.IconInfo, Label: say.L("cmdlog.open"), OnTapped: func() { s.open(e) }})
		},
		Name: func(i int) string { return s.rows[i].Line() },
	}, textStart)
	list.OnHover = func(inside bool) {
		if !inside && s.pending {
			s.draw()
		}
	}
	return list
}

// line is the widgets of one row; they are used again for others.
type line struct {
	screen *Screen
	entry  cmdlog.Entry
	icon   *kit.Icon
	text   *kit.Text
	about  *kit.Text
}

func (s *Screen) newLine() fyne.CanvasObject {
	l := &line{
		screen: s, icon: kit.NewIcon(theme.IconCheck, 16, theme.Running), text: kit.NewText("", theme.MonoSmall, theme.Ink).Ellipsis(),
		about: kit.NewText("", theme.Small, theme.InkMuted).Ellipsis(),
	}
	copies := kit.CopyIcon(say.L("cmdlog.copy"), say.L("action.copied"), func() string { return l.entry.Line() })
	o := kit.Inset(0, 8, 0, 8, kit.Row(theme.Space3, l.icon, kit.Grow(kit.Col(3, l.text, l.about)), copies))
	s.lines[o] = l
	return o
}

func (l *line) set(e cmdlog.Entry) {
	l.entry = e
	l.icon.Set(mark(e.State))
	l.text.SetText(oneLine(e.Line()))
	ink := theme.InkMuted
	if e.State == cmdlog.Failed {
		ink = theme.Danger
	}
	l.about.Set(l.screen.about(e), ink)
}

func mark(state cmdlog.State) (theme.IconName, theme.Color) {
	switch state {
	case cmdlog.Failed:
		return theme.IconWarning, theme.Danger
	case cmdlog.Cancelled:
		return theme.IconCross, theme.InkFaint
	case cmdlog.Running:
		return theme.IconSpinner, theme.Busy
	case cmdlog.Done:
	}
	return theme.IconCheck, theme.Running
}

// about says in one line when it was, how it went, and how long it took.
func (s *Screen) about(e cmdlog.Entry) string {
	parts := []string{clock(e.At), outcome(e)}
	if e.Times > 1 {
		parts = append(parts, say.N("cmdlog.times", e.Times))
	}
	if s.several && e.Place.Name != "" {
		parts = append(parts, e.Place.Name)
	}
	return strings.Join(parts, " · ")
}

func outcome(e cmdlog.Entry) string {
	switch e.State {
	case cmdlog.Failed:
		return say.L("cmdlog.failed", "Why", say.Error(e.Err).Title)
	case cmdlog.Cancelled:
		return say.L("cmdlog.cancelled", "Time", took(e))
	case cmdlog.Running:
		return say.L("cmdlog.running")
	case cmdlog.Done:
	}
	return say.L("cmdlog.done", "Time", took(e))
}

// took is exact where that is less than a tenth of a second, too.
func took(e cmdlog.Entry) string {
	if e.Took < 100*time.Millisecond {
		return say.L("cmdlog.ms", "N", max(e.Took.Milliseconds(), 1))
	}
	return say.Seconds(e.Took)
}

func clock(at time.Time) string { return at.Local().Format(time.TimeOnly) }

// oneLine puts a command that has line ends in it on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

func contains(e cmdlog.Entry, query string) bool {
	return strings.Contains(fold(e.Search()), query) || strings.Contains(fold(e.Line()), query)
}

// open shows the whole of one command.
func (s *Screen) open(e cmdlog.Entry) {
	var layer *kit.Layer
	parts := []fyne.CanvasObject{
		kit.NewText(say.L("cmdlog.one.title"), theme.Heading, theme.Ink),
		kit.NewText(s.about(e), theme.Small, theme.InkMuted).Ellipsis(),
		scrolledAt(240, kit.CommandBar(say.L("action.copy"), say.L("action.copied"), e.Line())),
	}
	if e.State == cmdlog.Failed {
		words := say.Error(e.Err)
		parts = append(parts, kit.Callout(kit.Problem, words.Title, words.Hint))
	}
	if secrets := e.Secrets(); len(secrets) > 0 {
		parts = append(parts, kit.Callout(kit.Note, say.L("cmdlog.secret.title"), say.L("cmdlog.secret.text", "Names", strings.Join(secrets, ", "))))
	}
	if e.Long {
		parts = append(parts, kit.Callout(kit.Caution, say.L("cmdlog.long.title"), say.L("cmdlog.long.text")))
	}
	done := kit.Button(kit.Primary, "", say.L("action.close"), func() { layer.Close() })
	parts = append(parts, kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), done))
	layer = kit.ShowDialog(s.host.Window().Canvas(), kit.Col(theme.Space3, parts...), 620, nil)
	layer.Focus(done)
}

// scrolledAt scrolls what is higher than it may be.
func scrolledAt(height float32, o fyne.CanvasObject) fyne.CanvasObject {
	o.Resize(fyne.NewSize(560, 0)) // wrapped text knows its height at a width
	if o.MinSize().Height <= height {
		return o
	}
	return kit.Fixed(0, height, kit.Scrolled(o))
}
