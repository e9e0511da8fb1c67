package kit

import (
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Condition is the life of a container, of the engine, or of a task.
type Condition int

// The conditions. Each has an icon and a word: colour alone says nothing.
const (
	IsRunning Condition = iota
	IsStopped
	IsStarting
	IsPaused
	IsFailed
	IsUnknown
)

// conditionLook is how a condition is shown.
type conditionLook struct {
	icon      theme.IconName
	ink, soft theme.Color
}

var conditionLooks = map[Condition]conditionLook{
	IsRunning:  {theme.IconDot, theme.Running, theme.RunningSoft},
	IsStopped:  {theme.IconRing, theme.Idle, theme.IdleSoft},
	IsStarting: {theme.IconSpinner, theme.Busy, theme.BusySoft},
	IsPaused:   {theme.IconPause, theme.Paused, theme.PausedSoft},
	IsFailed:   {theme.IconCrash, theme.Danger, theme.DangerSoft},
	IsUnknown:  {theme.IconHelp, theme.Idle, theme.IdleSoft},
}

// StateLabel is a condition in words, with its icon.
type StateLabel struct {
	composite

	back *Surface // nil in a row
	icon *Icon
	text *Text
}

// StateBadge is the pill used in headers: tinted, icon and word.
func StateBadge(c Condition, word string) *StateLabel {
	s := newStateLabel(c, word)
	s.back = NewSurface(conditionLooks[c].soft, theme.RadiusPill)
	s.body = container.NewStack(s.back, Fixed(0, 24, Inset(0, 10, 0, 9, Row(6, s.icon, s.text))))
	s.ExtendBaseWidget(s)
	return s
}

// StateWord is the lighter form used in rows: icon and word, no fill.
func StateWord(c Condition, word string) *StateLabel {
	s := newStateLabel(c, word)
	s.body = Row(6, s.icon, Grow(s.text.Ellipsis()))
	s.ExtendBaseWidget(s)
	return s
}

func newStateLabel(c Condition, word string) *StateLabel {
	look := conditionLooks[c]
	return &StateLabel{icon: NewIcon(look.icon, 12, look.ink), text: NewText(word, theme.SmallLabel, look.ink)}
}

// Set shows another condition.
func (s *StateLabel) Set(c Condition, word string) {
	look := conditionLooks[c]
	s.icon.Set(look.icon, look.ink)
	s.text.Set(word, look.ink)
	if s.back != nil {
		s.back.Set(look.soft, theme.Transparent, Flat)
	}
}
