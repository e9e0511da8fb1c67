package playground

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/playground"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// page is one instance.
type page struct {
	screen  *Screen
	content fyne.CanvasObject
	now     playground.Instance // as it was drawn

	head   *kit.Head
	badge  *kit.StateLabel
	extend *kit.Press
	over   *kit.Press
	shut   *kit.Press

	start *start
	work  fyne.CanvasObject // the terminal and what is beside it
	term  *terminal
	side  *side
}

func newPage(s *Screen, name string) *page {
	p := &page{screen: s, badge: kit.StateBadge(kit.IsStarting, "")}
	p.extend = kit.Button(kit.Secondary, theme.IconClock, say.L("playground.extend"), func() { s.extend(name) })
	p.over = kit.Button(kit.Secondary, theme.IconRefresh, say.L("playground.over"), func() { s.askOver(p.now) })
	p.shut = kit.Button(kit.Secondary, theme.IconTrash, say.L("playground.close"), func() { s.askClose(p.now) })
	p.head = kit.Toolbar("", "", p.badge, p.extend, p.over, p.shut).Whole()
	p.start, p.term, p.side = newStart(), newTerminal(s, name), newSide(s, name)
	p.side.suggest = p.term.suggest
	p.work = container.New(&split{}, p.term.content, kit.Scrolled(kit.Inset(0, 10, 0, 0, p.side.content)))
	back := kit.BackLink(say.L("playground.title"), func() { s.host.Open(nav.Route{Place: nav.Playground}) })
	p.content = kit.PageFilled(kit.Col(theme.Space1, back, p.head), container.NewStack(p.start.content, p.work))
	return p
}

func (p *page) close() { p.term.close() }

// draw is the only writer of the page.
func (p *page) draw(i playground.Instance, now time.Time) {
	p.now = i
	p.head.SetTitle(called(i))
	p.head.SetSubtitle(facts(i, now))
	condition, word := stateOf(i)
	p.badge.Set(condition, word)
	kit.SetVisible(p.extend, i.Phase == playground.Running)
	kit.SetVisible(p.over, i.Phase != playground.Closing && i.Phase != playground.Starting)
	kit.SetVisible(p.shut, i.Phase != playground.Closing)
	running := i.Phase == playground.Running
	kit.SetVisible(p.work, running)
	kit.SetVisible(p.start.content, !running)
	if running {
		p.term.draw(i)
		p.side.draw(i)
	} else {
		p.screen.parts.Terminals.drop(i.Name)
		p.start.draw(i)
	}
	p.head.Refresh()
}

// The measures of the two parts.
const (
	sideWidth  = 310
	leastWidth = 820 // for two columns
)

// split places the side at the right of the terminal, and below it where the page
// is too narrow for both.
type split struct{}

// MinSize implements fyne.Layout.
func (*split) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := float32(0)
	for _, o := range objects {
		width = max(width, o.MinSize().Width)
	}
	return fyne.NewSize(width, objects[0].MinSize().Height+theme.Space3+80)
}

// Layout implements fyne.Layout.
func (*split) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	main, side := objects[0], objects[1]
	main.Move(fyne.NewPos(0, 0))
	if zoom := max(1, theme.Zoom()); size.Width >= leastWidth*zoom {
		width := sideWidth * zoom
		main.Resize(fyne.NewSize(size.Width-width-theme.Space4, size.Height))
		side.Move(fyne.NewPos(size.Width-width, 0))
		side.Resize(fyne.NewSize(width, size.Height))
		return
	}
	height := max(main.MinSize().Height, float32(int(size.Height*0.56)))
	main.Resize(fyne.NewSize(size.Width, height))
	side.Move(fyne.NewPos(0, height+theme.Space3))
	side.Resize(fyne.NewSize(size.Width, max(0, size.Height-height-theme.Space3)))
}
