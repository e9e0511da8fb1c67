package playground

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/playground"
	"escale/app/tty"
	"escale/views/kit"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// frameTime is the least time between two drawings of a terminal.
const frameTime = 33 * time.Millisecond

// terminal is the shell of an instance on screen.
type terminal struct {
	screen  *Screen
	name    string
	content fyne.CanvasObject

	view   *kit.Terminal
	foot   *kit.Text
	ended  *kit.HintLine
	again  *kit.Press
	column *fyne.Container

	session    *tty.Session // that is followed
	unfollow   func()
	cols, rows int // that fit
	drawn      time.Time
	pending    func() // stops the drawing that is due; nil for none
	focused    bool   // it was given the keyboard since it is in view
}

func newTerminal(s *Screen, name string) *terminal {
	t := &terminal{screen: s, name: name, unfollow: func() {}, foot: kit.NewText(say.L("playground.term.foot"), theme.Caption, theme.InkFaint).Ellipsis()}
	t.view = kit.NewTerminal(kit.TermModel{
		Frame: t.frame, Text: t.text, Size: t.size, Typed: func(text string) { t.send([]byte(text)) },
		Key: t.key, Paste: t.paste, Copy: s.host.Copy, Menu: t.menu,
	})
	t.again = kit.SmallButton(kit.Secondary, theme.IconTerminal, say.L("playground.term.again"), t.reopen)
	t.ended = kit.Hint(kit.Note, "", t.again)
	frame := container.NewStack(kit.NewSurface(theme.Surface, theme.RadiusBase).WithStroke(theme.Outline), kit.Pad(3, t.view))
	t.column = kit.Col(theme.Space2, kit.Grow(frame), t.ended, t.foot)
	t.content = t.column
	return t
}

// close stops following the session, which goes on.
func (t *terminal) close() {
	t.unfollow()
	if t.pending != nil {
		t.pending()
	}
}

// draw opens a shell in an instance that runs, where none is open yet.
func (t *terminal) draw(i playground.Instance) {
	s, ok := t.screen.parts.Terminals[i.Name]
	if !ok {
		s = tty.Start(func(ctx context.Context, rows, cols int) (tty.Conn, error) {
			return t.screen.parts.Playground.Shell(ctx, i.Name, rows, cols)
		}, max(t.cols, 80), max(t.rows, 24))
		t.screen.parts.Terminals[i.Name] = s
	}
	if s != t.session {
		t.follow(s)
	}
	t.drawState()
}

func (t *terminal) follow(s *tty.Session) {
	t.unfollow()
	t.session = s
	if t.cols > 0 {
		s.Resize(t.cols, t.rows)
	}
	output := s.Output.Subscribe(post.Coalesce(t.screen.host, func() {
		if t.session == s {
			t.paint()
		}
	}))
	state := s.State.Subscribe(post.Coalesce(t.screen.host, func() {
		if t.session == s {
			t.drawState()
			t.paint()
		}
	}))
	t.unfollow = func() { output(); state() }
	t.paint()
}

// paint draws what was printed: at once after a pause, and else some times a second.
func (t *terminal) paint() {
	if t.pending != nil {
		return
	}
	if wait := frameTime - time.Since(t.drawn); wait > 0 {
		t.pending = post.After(t.screen.host, wait, func() { t.pending = nil; t.paint() })
		return
	}
	t.drawn = time.Now()
	t.view.Refresh()
}

// drawState says when there is no shell.
func (t *terminal) drawState() {
	state := t.session.State.Get()
	over := state.Phase == tty.Over
	words := say.L("playground.term.ended")
	if state.Err != nil {
		m := say.Error(state.Err)
		words = m.Title + ". " + m.Hint
	}
	if over != t.ended.Visible() {
		kit.SetVisible(t.ended, over)
		t.column.Refresh()
	}
	if over {
		t.ended.Set(kit.Note, words, t.again)
	}
	if state.Phase == tty.Opened && !t.focused && t.screen.shown && t.screen.open == t.name {
		t.focused = true
		t.view.Focus() // it is what the page is for
	}
}

// reopen opens another shell.
func (t *terminal) reopen() {
	t.screen.parts.Terminals.drop(t.name)
	t.focused = false
	t.screen.draw()
}

func (t *terminal) frame(up int) kit.TermFrame {
	if t.session == nil {
		return kit.TermFrame{}
	}
	f := t.session.Screen.Frame(up)
	out := kit.TermFrame{
		Cols: f.Cols, Rows: f.Rows, Cells: make([]kit.TermCell, len(f.Cells)), Back: f.Back, Up: f.Up,
		CursorX: f.CursorX, CursorY: f.CursorY, Cursor: f.Cursor && t.session.State.Get().Phase == tty.Opened,
	}
	for i, c := range f.Cells {
		out.Cells[i] = kit.TermCell{
			Text: c.Text, Wide: c.Wide, Fg: paintOf(c.Fg), Bg: paintOf(c.Bg),
			Bold: c.Bold, Faint: c.Faint, Underline: c.Underline, Reverse: c.Reverse,
		}
	}
	return out
}

func (t *terminal) text(from, to kit.TermPlace) string {
	if t.session == nil {
		return ""
	}
	return t.session.Screen.Text(tty.Place(from), tty.Place(to))
}

func (t *terminal) size(cols, rows int) {
	t.cols, t.rows = cols, rows
	if t.session != nil {
		t.session.Resize(cols, rows)
	}
}

// send gives the shell what was typed.
func (t *terminal) send(p []byte) {
	if t.session != nil {
		t.session.Send(p)
	}
}

func (t *terminal) key(k kit.TermKey) {
	if t.session == nil {
		return
	}
	var p []byte
	switch letter := letterOf(k.Name); {
	case letter != 0 && k.Control:
		p = tty.Control(letter)
	case letter != 0 && k.Alt:
		p = append([]byte{0x1b}, strings.ToLower(string(rune(letter)))...)
	default:
		p = t.session.Screen.Key(keys[k.Name], tty.Mods{Shift: k.Shift, Alt: k.Alt, Control: k.Control})
	}
	t.send(p)
}

// letterOf is the character of a key; 0 for one that has none.
func letterOf(name fyne.KeyName) byte {
	switch {
	case name == fyne.KeySpace:
		return ' '
	case len(name) == 1:
		return name[0]
	}
	return 0
}

func (t *terminal) paste(text string) {
	if t.session == nil || text == "" {
		return
	}
	p, ok := t.session.Screen.Paste(text)
	if !ok || !t.session.Send(p) {
		t.screen.host.Toast(kit.Caution, say.L("playground.term.long"), say.L("playground.term.long.text"))
	}
}

// suggest types a command, for the user to send with Enter.
func (t *terminal) suggest(command string) {
	t.paste(command)
	t.view.Focus()
}

func (t *terminal) menu(at fyne.Position) {
	c := t.screen.host.Window().Canvas()
	kit.ShowMenuAt(c, at,
		kit.MenuItem{Icon: theme.IconCopy, Label: say.L("action.copy"), Disabled: t.view.Chosen() == "", OnTapped: func() { t.view.CopyChosen() }},
		kit.MenuItem{Icon: theme.IconFile, Label: say.L("playground.term.paste"), OnTapped: func() { t.view.PasteFrom(fyne.CurrentApp().Clipboard()) }},
		kit.MenuItem{Label: say.L("playground.term.all"), OnTapped: t.view.ChooseAll},
	)
}
