package learn

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/app/progress"
	"escale/app/teacher"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// reader is the open lesson on a page of its own.
type reader struct {
	parts   Parts
	content fyne.CanvasObject
	step    *stepView
	scroll  *container.Scroll
	title   *kit.Text
	foreign *fyne.Container
	pager   *pager
}

func newReader(parts Parts, all func()) *reader {
	r := &reader{parts: parts, step: newStepView(parts, false), title: kit.NewText("", theme.Strong, theme.Ink).Ellipsis(), foreign: container.NewStack()}
	r.pager = newPager(parts, all)
	again := kit.IconButton(theme.IconRefresh, say.L("learn.restart"), parts.restart)
	head := kit.Row(theme.Space3, kit.BackLink(say.L("learn.all"), all), kit.Grow(r.title), r.foreign, again)
	r.scroll = kit.Scrolled(kit.Inset(theme.Space5, theme.Space5, theme.Space6, theme.Space5, kit.AtMost(proseWidth, r.step.box)))
	r.content = kit.Col(0,
		kit.Inset(14, theme.Space5, theme.Space3, theme.Space5, head), kit.Divider(),
		kit.Grow(r.scroll),
		kit.Divider(), kit.Inset(theme.Space3, theme.Space5, theme.Space3, theme.Space5, r.pager.content))
	return r
}

func (r *reader) draw(l *lesson.Lesson, open teacher.Open, p progress.Record) {
	r.title.SetText(l.Title)
	r.foreign.Objects = nil
	if open.Foreign {
		r.foreign.Objects = []fyne.CanvasObject{kit.Tag(theme.IconInfo, say.L("learn.foreign"), theme.Busy, theme.BusySoft)}
	}
	r.foreign.Refresh()
	if made, _ := r.step.draw(l, open, p); made {
		r.scroll.ScrollToTop()
	}
	r.pager.draw(l, p)
}

// pager turns the steps of a lesson.
type pager struct {
	parts   Parts
	all     func()
	content *fyne.Container
	where   *kit.Text
	back    *kit.Press
	next    *kit.Press

	step, steps int
}

func newPager(parts Parts, all func()) *pager {
	p := &pager{parts: parts, all: all, where: kit.NewText("", theme.Small, theme.InkFaint).AlignCenter().Ellipsis()}
	p.back = kit.Button(kit.Secondary, theme.IconChevronLeft, say.L("learn.back"), func() { parts.Teacher.Turn(p.step - 1) })
	p.next = kit.Button(kit.Primary, "", say.L("learn.next"), p.forward)
	p.content = kit.Row(theme.Space3, p.back, kit.Grow(p.where), p.next)
	return p
}

func (p *pager) draw(l *lesson.Lesson, r progress.Record) {
	p.step, p.steps = stepAt(l, r), len(l.Steps)
	p.where.SetText(say.L("learn.step", "Step", p.step+1, "Steps", p.steps))
	p.back.Hidden = p.step == 0
	p.next.SetLabel(say.L("learn.next"))
	if p.step == p.steps-1 {
		p.next.SetLabel(say.L("learn.finish"))
	}
	p.content.Refresh()
}

// forward shows the next step; after the last, the lesson is closed, with a word
// on how it stands.
func (p *pager) forward() {
	if p.step < p.steps-1 {
		p.parts.Teacher.Turn(p.step + 1)
		return
	}
	l, _, r := p.parts.now()
	p.all()
	if left := openTasks(l, r); left > 0 {
		p.parts.Host.Toast(kit.Note, l.Title, say.N("learn.open.tasks", left))
		return
	}
	p.parts.Host.Toast(kit.Good, say.L("learn.over.title", "Title", l.Title), say.L("learn.over.text"))
}
