package kit

import (
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
// or a progress bar: give the same object again to keep it.
type Step struct {
	Title, Detail, Time string
	Progress            Progress
	Extra               fyne.CanvasObject
}

// Ladder shows the steps of a long operation, joined by a rail.
type Ladder struct {
	composite

	col   *fyne.Container
	rungs []*rung
}

// StepLadder returns a ladder of steps.
func StepLadder(steps ...Step) *Ladder {
	l := &Ladder{col: Col(0)}
	l.body = l.col
	l.ExtendBaseWidget(l)
	l.SetSteps(steps...)
	return l
}

// SetSteps shows other steps, or the same ones further on. What did not change
// is not drawn again.
func (l *Ladder) SetSteps(steps ...Step) {
	changed := len(steps) != len(l.rungs)
	for len(l.rungs) < len(steps) {
		l.rungs = append(l.rungs, newRung())
	}
	l.rungs = l.rungs[:len(steps)]
	objects := make([]fyne.CanvasObject, len(steps))
	for i, step := range steps {
		changed = l.rungs[i].set(step, i == len(steps)-1) || changed
		objects[i] = l.rungs[i].row
	}
	if changed {
		SetChildren(l.col, objects...)
	}
}

// rung is one step on screen.
type rung struct {
	step   Step
	last   bool
	row    *fyne.Container
	title  *Text
	time   *Text
	detail *Paragraph
	extra  *fyne.Container
	disc   *disc
	line   *Surface
	rail   *fyne.Container
	foot   *fyne.Container
}

func newRung() *rung {
	r := &rung{
		step:  Step{Progress: -1},
		title: NewText("", theme.Label, theme.Ink).Ellipsis(), time: NewText("", theme.MonoSmall, theme.InkFaint),
		detail: NewParagraph("", theme.Small, theme.InkMuted), extra: Col(0),
		disc: newDisc(24), line: NewSurface(theme.Outline, 1),
	}
	head := Fixed(0, 24, Row(theme.Space2, Grow(r.title), r.time))
	r.foot = Gap(0, 14).(*fyne.Container)
	text := Col(2, head, r.detail, r.extra, r.foot)
	r.rail = Inset(0, 11, 3, 11, Fixed(2, 1, r.line))
	r.row = Row(14, Stretch(Col(3, r.disc, Grow(r.rail))), Grow(text))
	return r
}

// set shows a step and tells whether it changed.
func (r *rung) set(step Step, last bool) bool {
	if r.step == step && r.last == last {
		return false
	}
	extra := r.step.Extra != step.Extra
	r.step, r.last = step, last
	style, ink := theme.Label, theme.Ink
	switch step.Progress {
	case Working:
		style = theme.Strong
	case Waiting:
		ink = theme.InkFaint
	case Broken:
		style, ink = theme.Strong, theme.Danger
	case Done:
	}
	r.title.SetStyle(style)
	r.title.Set(step.Title, ink)
	r.time.SetText(step.Time)
	r.detail.SetText(step.Detail)
	r.detail.Hidden = step.Detail == ""
	r.disc.Set(step.Progress)
	r.line.Set(either(step.Progress == Done, theme.Running, theme.Outline), theme.Transparent, Flat)
	r.rail.Hidden, r.foot.Hidden = last, last
	r.extra.Hidden = step.Extra == nil
	if extra && step.Extra != nil {
		SetChildren(r.extra, Inset(8, 0, 0, 0, step.Extra))
	}
	r.row.Refresh()
	return true
}

// disc is the round mark of a step.
type disc struct {
	composite

	back *Surface
	icon *Icon
}

func newDisc(size float32) *disc {
	d := &disc{back: NewSurface(theme.Transparent, theme.RadiusPill), icon: NewIcon("", 15, theme.Ink)}
	d.body = Fixed(size, size, container.NewStack(d.back, container.NewCenter(d.icon)))
	d.ExtendBaseWidget(d)
	d.Set(Waiting)
	return d
}

func (d *disc) Set(p Progress) {
	d.icon.Hidden = p == Waiting
	switch p {
	case Done:
		d.back.Set(theme.RunningSoft, theme.Transparent, Flat)
		d.icon.Set(theme.IconCheck, theme.Running)
	case Working:
		d.back.Set(theme.AccentSoft, theme.Transparent, Flat)
		d.icon.Set(theme.IconSpinner, theme.Accent)
	case Broken:
		d.back.Set(theme.DangerSoft, theme.Transparent, Flat)
		d.icon.Set(theme.IconCross, theme.Danger)
	case Waiting:
		d.back.Set(theme.Transparent, theme.Outline, Flat)
	}
	d.body.Refresh()
}
