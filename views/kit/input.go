package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// Input is a text input in the kit's own frame, because the frame of Fyne's
// entry is drawn inside its bounds and does not line up with buttons.
type Input struct {
	composite

	OnChanged   func(text string) // what the user types; SetText is silent
	OnSubmitted func(text string) // Enter
	OnEscape    func() bool       // true when used

	frame   *Surface
	entry   *bareEntry
	lead    *fyne.Container
	tail    *fyne.Container
	edge    theme.Color
	focused bool
	silent  bool
	name    string
	width   float32
}

// NewInput returns a one-line input; a zero width lets it stretch.
func NewInput(text, placeholder string, width float32) *Input {
	i := newInput(text, placeholder)
	i.width = width
	i.body = container.New(&fixed{width: width, height: theme.ControlHeight, fill: true, grows: true}, i.layers())
	i.ExtendBaseWidget(i)
	return i
}

// NewArea returns an input of several lines.
func NewArea(text, placeholder string, lines int) *Input {
	i := newInput(text, placeholder)
	i.entry.MultiLine = true
	i.entry.Wrapping = fyne.TextWrapWord
	i.entry.SetMinRowsVisible(lines)
	i.body = i.layers()
	i.ExtendBaseWidget(i)
	return i
}

// NewPassword returns an input that hides its text, with a button that shows
// it. The labels name the button in its two states.
func NewPassword(text, placeholder, showLabel, hideLabel string) *Input {
	i := NewInput(text, placeholder, 0)
	i.entry.Password = true
	i.entry.Refresh()
	var eye *Press
	eye = IconButton(theme.IconEye, showLabel, func() {
		i.entry.Password = !i.entry.Password
		i.entry.Refresh()
		eye.SetIcon(either(i.entry.Password, theme.IconEye, theme.IconEyeOff))
		eye.SetLabel(either(i.entry.Password, showLabel, hideLabel))
	})
	i.AddButton(eye)
	return i
}

func newInput(text, placeholder string) *Input {
	i := &Input{edge: theme.Outline, lead: Row(0, Gap(2, 0)), tail: Row(0)}
	i.frame = NewSurface(theme.Surface, theme.RadiusBase).WithStroke(i.edge)
	i.entry = newBareEntry(i, text, placeholder)
	return i
}

func (i *Input) layers() fyne.CanvasObject {
	look := theme.BareLine()
	if i.entry.MultiLine {
		look = theme.Bare()
	}
	bare := container.NewThemeOverride(i.entry, look)
	return container.NewStack(i.frame, Row(0, i.lead, GrowStretch(bare), i.tail))
}

// Text is what is in the input.
func (i *Input) Text() string { return i.entry.Text }

// SetText replaces the text without calling OnChanged.
func (i *Input) SetText(text string) {
	if i.entry.Text != text {
		i.silent = true
		i.entry.SetText(text)
		i.silent = false
	}
}

// SetPlaceholder replaces the words shown while it is empty.
func (i *Input) SetPlaceholder(text string) { i.entry.SetPlaceHolder(text) }

// Placeholder is the words shown while it is empty.
func (i *Input) Placeholder() string { return i.entry.PlaceHolder }

// SetProblem colours the frame. The words go into the hint of the Field.
func (i *Input) SetProblem(tone Tone) { i.setEdge(toneLooks[tone].ink) }

// ClearProblem gives the frame its usual colour.
func (i *Input) ClearProblem() { i.setEdge(theme.Outline) }

// SetDisabled stops typing.
func (i *Input) SetDisabled(on bool) {
	if on {
		i.entry.Disable()
	} else {
		i.entry.Enable()
	}
	i.frame.Set(either(on, theme.IdleSoft, theme.Surface), i.frame.Stroke, Flat)
}

// Enabled tells whether the user can type.
func (i *Input) Enabled() bool { return !i.entry.Disabled() }

// Focus puts the cursor into the input.
func (i *Input) Focus() {
	if c := canvasOf(i); c != nil {
		c.Focus(i.entry)
	}
}

// SelectAll selects the whole text.
func (i *Input) SelectAll() { i.entry.TypedShortcut(&fyne.ShortcutSelectAll{}) }

// Focusable is what takes the keyboard, for Layer.Focus.
func (i *Input) Focusable() fyne.Focusable { return i.entry }

// SetName says what the input is for to tools that read the screen.
func (i *Input) SetName(name string) { i.name = name }

// Label is what the input is for: its name, else its placeholder.
func (i *Input) Label() string { return either(i.name != "", i.name, i.entry.PlaceHolder) }

// Mono shows the text in the monospaced face.
func (i *Input) Mono() *Input { i.entry.TextStyle.Monospace = true; return i }

// AddButton puts a small button at the end of the frame.
func (i *Input) AddButton(button *Press) *Input {
	SetChildren(i.tail, append(i.tail.Objects, Fixed(30, 30, button), Gap(2, 0))...)
	return i
}

func (i *Input) setEdge(edge theme.Color) {
	if i.edge != edge {
		i.edge = edge
		i.paint()
	}
}

func (i *Input) paint() {
	i.frame.Stroke = either(i.focused && i.edge == theme.Outline, theme.Accent, i.edge)
	i.frame.StrokeWidth = either(i.focused, float32(2), float32(1))
	i.frame.Refresh()
}

// bareEntry is an entry that reports to the frame around it.
type bareEntry struct {
	widget.Entry

	input *Input
}

func newBareEntry(i *Input, text, placeholder string) *bareEntry {
	e := &bareEntry{input: i}
	e.ExtendBaseWidget(e)
	e.Text, e.PlaceHolder = text, placeholder
	e.OnChanged = func(text string) {
		if i.OnChanged != nil && !i.silent {
			i.OnChanged(text)
		}
	}
	e.OnSubmitted = func(text string) {
		if i.OnSubmitted != nil {
			i.OnSubmitted(text)
		}
	}
	return e
}

// Label is what the entry is for, for tools that read the screen.
func (e *bareEntry) Label() string { return e.input.Label() }

// FocusGained implements fyne.Focusable.
func (e *bareEntry) FocusGained() { e.Entry.FocusGained(); e.input.focused = true; e.input.paint() }

// FocusLost implements fyne.Focusable.
func (e *bareEntry) FocusLost() { e.Entry.FocusLost(); e.input.focused = false; e.input.paint() }

// TypedKey implements fyne.Focusable.
func (e *bareEntry) TypedKey(key *fyne.KeyEvent) {
	switch {
	case key.Name == fyne.KeyEscape:
		if e.input.OnEscape == nil || !e.input.OnEscape() {
			passKey(e, key)
		}
	case key.Name == fyne.KeyF5, !e.MultiLine && (key.Name == fyne.KeyUp || key.Name == fyne.KeyDown):
		passKey(e, key)
	default:
		e.Entry.TypedKey(key)
	}
}
