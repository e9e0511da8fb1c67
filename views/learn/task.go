package learn

import (
	"fyne.io/fyne/v2"

	"escale/app/lesson"
	"escale/app/progress"
	"escale/app/teacher"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// taskView is a task with its tick. There is nothing to click that ticks it.
type taskView struct {
	task    *lesson.Task
	content fyne.CanvasObject
	back    *kit.Surface
	icon    *kit.Icon
	state   *kit.Paragraph
	tools   *fyne.Container
	hint    *kit.HintLine
	body    *fyne.Container
}

func newTaskView(parts Parts, t *lesson.Task, compact bool) *taskView {
	v := &taskView{
		task: t, icon: kit.NewIcon(theme.IconRing, 22, theme.InkFaint),
		state: kit.NewParagraph("", theme.Small, theme.InkMuted), hint: kit.Hint(kit.Note, t.Hint, nil),
	}
	rank := kit.Primary
	if compact {
		rank = kit.Secondary
	}
	tools := []fyne.CanvasObject{kit.SmallButton(rank, theme.IconChevronRight, say.L("learn.show"), func() { parts.Host.Guide(t.ID) })}
	if t.Hint != "" {
		tools = append(tools, kit.Link(say.L("learn.hint"), func() { v.toggleHint() }))
	}
	v.hint.Hide()
	v.tools = kit.Flow(theme.Space2, tools...)
	v.body = kit.Col(theme.Space2,
		kit.NewText(say.L("learn.task"), theme.Caption, theme.InkFaint).Ellipsis(),
		kit.NewParagraph(t.Text, theme.Strong, theme.Ink), v.state, v.hint, v.tools)
	row := kit.Row(theme.Space3, kit.Stretch(kit.Col(0, v.icon)), kit.Grow(v.body))
	v.back, v.content = padded(theme.Surface, theme.Accent, row)
	return v
}

func (v *taskView) toggleHint() {
	if v.hint.Visible() {
		v.hint.Hide()
	} else {
		v.hint.Show()
	}
	v.body.Refresh()
}

// draw is the only writer of the tick, and tells whether it is new.
func (v *taskView) draw(open teacher.Open, r progress.Record) (ticked bool) {
	tick, done := r.Tasks[v.task.ID]
	switch {
	case done:
		v.icon.Set(theme.IconCheck, theme.Running)
		v.back.Set(theme.RunningSoft, theme.Transparent, kit.Flat)
		v.state.SetColor(theme.Running)
		v.state.SetText(say.L("learn.task.done", "Time", clock(tick.At)))
	case open.Blind:
		v.icon.Set(theme.IconRing, theme.InkFaint)
		v.back.Set(theme.Surface, theme.Outline, kit.Flat)
		v.state.SetColor(theme.Busy)
		v.state.SetText(say.L("learn.task.blind"))
	default:
		v.icon.Set(theme.IconRing, theme.Accent)
		v.back.Set(theme.Surface, theme.Accent, kit.Flat)
		v.state.SetColor(theme.InkMuted)
		v.state.SetText(say.L("learn.task.waiting"))
	}
	if v.tools.Hidden != done {
		v.tools.Hidden, ticked = done, done
		v.body.Refresh()
	}
	if done && v.hint.Visible() {
		v.hint.Hide()
		v.body.Refresh()
	}
	return ticked
}
