package kit

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Progress is how far a step has come.
type Progress int

// The progress of a step.
const (
	Waiting Progress = iota
	Working
	Done
	Broken
)

// Step is one rung of a ladder. Detail explains it; Extra holds a retry button
// or a progress bar.
type Step struct {
	Title, Detail, Time string
	Progress            Progress
	Extra               fyne.CanvasObject
}

// StepLadder shows the steps of a long operation, joined by a rail.
func StepLadder(steps ...Step) fyne.CanvasObject {
	rungs := make([]fyne.CanvasObject, len(steps))
	for i, step := range steps {
		rungs[i] = rung(step, i == len(steps)-1)
	}
	return Col(0, rungs...)
}

func rung(step Step, last bool) fyne.CanvasObject {
	title := theme.Label
	ink := theme.Ink
	switch step.Progress {
	case Working:
		title = theme.Strong
	case Waiting:
		ink = theme.InkFaint
	case Broken:
		title, ink = theme.Strong, theme.Danger
	}
	head := Fixed(0, 24, Row(theme.Space2,
		Grow(NewText(step.Title, title, ink).Ellipsis()),
		NewText(step.Time, theme.MonoSmall, theme.InkFaint),
	))
	lines := []fyne.CanvasObject{head}
	if step.Detail != "" {
		lines = append(lines, NewParagraph(step.Detail, theme.Small, theme.InkMuted))
	}
	if step.Extra != nil {
		lines = append(lines, Inset(8, 0, 0, 0, step.Extra))
	}
	text := Inset(0, 0, either(last, float32(0), float32(14)), 0, Col(2, lines...))
	return Row(14, Stretch(rail(step.Progress, last)), Grow(text))
}

func rail(p Progress, last bool) fyne.CanvasObject {
	disc := Fixed(24, 24, stepDisc(p))
	if last {
		return Col(0, disc)
	}
	line := NewSurface(either(p == Done, theme.Running, theme.Outline), 1)
	return Col(3, disc, Grow(Inset(0, 11, 3, 11, Fixed(2, 0, line))))
}

func stepDisc(p Progress) fyne.CanvasObject {
	disc := func(fill, stroke theme.Color, icon theme.IconName, ink theme.Color) fyne.CanvasObject {
		parts := []fyne.CanvasObject{NewSurface(fill, theme.RadiusPill).WithStroke(stroke)}
		if icon != "" {
			parts = append(parts, container.NewCenter(NewIcon(icon, 15, ink)))
		}
		return container.NewStack(parts...)
	}
	switch p {
	case Done:
		return disc(theme.RunningSoft, theme.Transparent, theme.IconCheck, theme.Running)
	case Working:
		return disc(theme.AccentSoft, theme.Transparent, theme.IconSpinner, theme.Accent)
	case Broken:
		return disc(theme.DangerSoft, theme.Transparent, theme.IconCross, theme.Danger)
	}
	return disc(theme.Transparent, theme.Outline, "", theme.InkFaint)
}

// StepNumber is the disc before a lesson: its number, or a tick when done.
func StepNumber(number int, done, next bool) fyne.CanvasObject {
	if done {
		return Fixed(28, 28, stepDisc(Done))
	}
	fill, ink := theme.IdleSoft, theme.InkMuted
	if next {
		fill, ink = theme.AccentFill, theme.OnAccent
	}
	return Fixed(28, 28, container.NewStack(
		NewSurface(fill, theme.RadiusPill),
		container.NewCenter(NewText(fmt.Sprint(number), theme.SmallLabel, ink))))
}

// CheckRow is one condition of a task, ticked live by the app.
func CheckRow(done bool, text string) fyne.CanvasObject {
	progress, ink := Waiting, theme.InkMuted
	if done {
		progress, ink = Done, theme.Ink
	}
	return Row(10, Fixed(22, 22, stepDisc(progress)), Grow(NewText(text, theme.Body, ink).Ellipsis()))
}
