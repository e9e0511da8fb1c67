package learn

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// Coach is the open lesson beside another screen: its text stays in sight while
// its tasks are done.
type Coach struct {
	parts   Parts
	content fyne.CanvasObject
	step    *stepView
	scroll  *container.Scroll
	title   *kit.Text
	where   *kit.Text
	back    *kit.Press
	next    *kit.Press
	cancel  func()
	ahead   func() // lets what follows a task be
}

// NewCoach returns the panel. over says that it lies above the page, beside a
// sheet.
func NewCoach(parts Parts, over bool) *Coach {
	c := &Coach{
		parts: parts, step: newStepView(parts, true),
		title: kit.NewText("", theme.SmallLabel, theme.InkMuted).Ellipsis(),
		where: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(), ahead: func() {},
	}
	c.back = kit.IconButton(theme.IconChevronLeft, say.L("learn.back"), func() { c.turn(-1) })
	c.next = kit.SmallButton(kit.Secondary, "", say.L("learn.next"), func() { c.turn(1) })
	head := kit.Row(theme.Space2, kit.NewIcon(theme.IconLearn, theme.IconBase, theme.Accent), kit.Grow(c.title))
	foot := []fyne.CanvasObject{c.back, kit.Grow(c.where)}
	if !over {
		head = kit.Row(theme.Space2, kit.NewIcon(theme.IconLearn, theme.IconBase, theme.Accent), kit.Grow(c.title),
			kit.Link(say.L("learn.page"), c.page), kit.IconButton(theme.IconCross, say.L("learn.leave"), parts.Teacher.Close))
		foot = append(foot, c.next)
	} else {
		foot = []fyne.CanvasObject{kit.Grow(c.where)}
	}
	c.scroll = kit.Scrolled(kit.Inset(theme.Space3, theme.Space4, theme.Space4, theme.Space4, c.step.box))
	column := kit.Col(0, kit.Inset(10, theme.Space3, 8, theme.Space4, head), kit.Divider(), kit.Grow(c.scroll),
		kit.Divider(), kit.Inset(theme.Space3, theme.Space4, theme.Space3, theme.Space4, kit.Row(theme.Space2, foot...)))
	back := kit.NewSurface(theme.Surface, 0)
	if over {
		back = kit.NewSurface(theme.Surface, theme.RadiusSheet).WithStroke(theme.Hairline).WithElevation(kit.Floating)
	}
	c.content = container.NewStack(back, column)
	c.cancel = parts.follow(c.draw)
	c.draw()
	return c
}

// Content is the panel.
func (c *Coach) Content() fyne.CanvasObject { return c.content }

// Close ends following the lesson.
func (c *Coach) Close() { c.cancel(); c.ahead() }

// Reveal brings a task of the step in view to the top. Call it once the panel was
// laid out.
func (c *Coach) Reveal(id string) {
	for _, t := range c.step.tasks {
		if t.task.ID == id {
			c.scroll.ScrollToOffset(fyne.NewPos(0, t.content.Position().Y))
		}
	}
}

func (c *Coach) draw() {
	l, open, r := c.parts.now()
	if l == nil {
		return
	}
	c.title.SetText(l.Title)
	at := stepAt(l, r)
	c.where.SetText(say.L("learn.step", "Step", at+1, "Steps", len(l.Steps)))
	c.back.Hidden = at == 0
	made, ticked := c.step.draw(l, open, r)
	if made {
		c.scroll.ScrollToTop()
	}
	c.content.Refresh()
	if made || ticked != nil {
		c.ahead()
	}
	if ticked != nil {
		c.ahead = post.After(c.parts.Host, settleTime, func() { c.goOn(ticked) })
	}
}

// settleTime is enough for a panel to be laid out.
const settleTime = 100 * time.Millisecond

// How much of what follows a task is to be seen once that is done, and of the
// task.
const (
	ahead  = 90
	behind = 56 // its tick
)

// goOn brings what follows a task into view, where little of it is: what
// happened, and what to do next.
func (c *Coach) goOn(after *taskView) {
	end := after.content.Position().Y + after.content.Size().Height
	if end+ahead > c.scroll.Offset.Y+c.scroll.Size().Height {
		c.scroll.ScrollToOffset(fyne.NewPos(0, max(c.scroll.Offset.Y, end-behind)))
	}
}

// turn shows another step: here where it has tasks, and else on its page, as
// after the last.
func (c *Coach) turn(by int) {
	l, _, r := c.parts.now()
	if l == nil {
		return
	}
	to := stepAt(l, r) + by
	c.parts.Teacher.Turn(to)
	if to >= len(l.Steps) || to >= 0 && !here(l.Steps[to]) {
		c.page()
	}
}

// here tells whether a step can be read beside another screen.
func here(s lesson.Step) bool { return len(s.Tasks()) > 0 }

// page shows the lesson on its own page.
func (c *Coach) page() { c.parts.Host.Open(nav.Route{Place: nav.Learn}) }
