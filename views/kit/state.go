package kit

import (
	"fyne.io/fyne/v2"
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

// StateBadge is the pill used in headers: tinted, icon and word.
func StateBadge(c Condition, word string) fyne.CanvasObject {
	look := conditionLooks[c]
	row := Row(6, NewIcon(look.icon, 12, look.ink), NewText(word, theme.SmallLabel, look.ink))
	body := Fixed(0, 24, Inset(0, 10, 0, 9, row))
	return container.NewStack(NewSurface(look.soft, theme.RadiusPill), body)
}

// StateWord is the lighter form used in rows: icon and word, no fill.
func StateWord(c Condition, word string) fyne.CanvasObject {
	look := conditionLooks[c]
	return Row(6, NewIcon(look.icon, 12, look.ink), Grow(NewText(word, theme.SmallLabel, look.ink).Ellipsis()))
}
