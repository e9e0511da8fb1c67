package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// SearchBox is an Input with a magnifier, and a cross while it is not empty.
type SearchBox struct {
	composite

	Input *Input

	clear     *Press
	onChanged func(string)
}

// SearchField returns a search input. onChanged is called for each change by
// the user, at once: debounce what is costly. Esc clears it first.
func SearchField(placeholder, clearLabel string, width float32, onChanged func(query string)) *SearchBox {
	s := &SearchBox{Input: NewInput("", placeholder, width), onChanged: onChanged}
	SetChildren(s.Input.lead, Inset(0, 0, 0, 10, Row(0, NewIcon(theme.IconSearch, 16, theme.InkFaint))))
	s.clear = IconButton(theme.IconCross, clearLabel, s.Clear)
	s.clear.Hide()
	s.Input.AddButton(s.clear)
	s.Input.OnChanged = func(string) { s.changed() }
	s.Input.OnEscape = func() bool {
		if s.Input.Text() == "" {
			return false
		}
		s.Clear()
		return true
	}
	s.body = s.Input
	s.ExtendBaseWidget(s)
	return s
}

// Query is the text of the search.
func (s *SearchBox) Query() string { return s.Input.Text() }

// SetQuery replaces the text without calling onChanged.
func (s *SearchBox) SetQuery(query string) { s.Input.SetText(query); s.showClear() }

// Clear empties the search, and tells.
func (s *SearchBox) Clear() {
	s.Input.SetText("")
	s.changed()
}

// leastWidth lets a search shrink where its usual width would not fit.
func (s *SearchBox) leastWidth() float32 { return min(zoomed(140), s.MinSize().Width) }

// Focus puts the cursor into the search and selects its text.
func (s *SearchBox) Focus() { s.Input.Focus(); s.Input.SelectAll() }

func (s *SearchBox) changed() {
	s.showClear()
	if s.onChanged != nil {
		s.onChanged(s.Input.Text())
	}
}

func (s *SearchBox) showClear() {
	if hidden := s.Input.Text() == ""; hidden != s.clear.Hidden {
		s.clear.Hidden = hidden
		s.Input.body.Refresh()
	}
}

// FieldBox is a labelled control with a line below it that comes and goes.
type FieldBox struct {
	composite

	title *Text
	help  *Paragraph
	hint  *HintLine
	col   *fyne.Container
	parts []fyne.CanvasObject // of col, from above
}

// Field puts a label above a control and help below it; either may be empty.
func Field(label, help string, control fyne.CanvasObject) *FieldBox {
	f := &FieldBox{help: NewParagraph(help, theme.Small, theme.InkFaint), hint: Hint(Note, "", nil)}
	f.title = NewText(label, theme.SmallLabel, theme.Ink).Ellipsis()
	f.title.Hidden = label == ""
	f.help.Hidden = help == ""
	f.hint.Hide()
	if named, ok := control.(interface{ SetName(string) }); ok && label != "" {
		named.SetName(label)
	}
	if input, ok := control.(*Input); ok && input.width > 0 {
		control = Start(control) // keeps its width
	}
	f.parts = []fyne.CanvasObject{f.title, control, f.help, f.hint}
	f.col = Col(6, f.parts...)
	f.body = f.col
	f.ExtendBaseWidget(f)
	return f
}

// WithMark puts a mark after the label.
func (f *FieldBox) WithMark(mark *Press) *FieldBox {
	f.parts[0] = Titled(f.title, mark)
	SetChildren(f.col, f.parts...)
	return f
}

// SetHint shows a line below the control; action may be nil.
func (f *FieldBox) SetHint(tone Tone, text string, action fyne.CanvasObject) {
	f.hint.Set(tone, text, action)
	f.showHint(true)
}

// ClearHint takes the line away.
func (f *FieldBox) ClearHint() { f.showHint(false) }

// SetHelp replaces the help.
func (f *FieldBox) SetHelp(help string) {
	f.help.SetText(help)
	f.help.Hidden = help == "" || f.hint.Visible()
	f.col.Refresh()
}

func (f *FieldBox) showHint(on bool) {
	f.hint.Hidden = !on
	f.help.Hidden = on || f.help.text == ""
	f.col.Refresh()
	f.Refresh()
}
