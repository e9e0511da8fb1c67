package shell

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/tray"
)

// destination is one entry of the sidebar.
type destination struct {
	place nav.Place
	icon  theme.IconName
	label func() string
	count func(*store.Store) int // -1 shows none; nil as well
}

// destinations are the entries, in the order of Ctrl+1, Ctrl+2…
var destinations = []destination{
	{nav.Discover, theme.IconDiscover, func() string { return say.L("nav.discover") }, nil},
	{
		nav.Containers, theme.IconContainer, func() string { return say.L("nav.containers") },
		func(s *store.Store) int { return counted(s.Containers.Get()) },
	},
	{
		nav.Images, theme.IconImage, func() string { return say.L("nav.images") },
		func(s *store.Store) int { return counted(s.Images.Get()) },
	},
	{
		nav.Volumes, theme.IconVolume, func() string { return say.L("nav.volumes") },
		func(s *store.Store) int { return counted(s.Volumes.Get()) },
	},
	{nav.Engine, theme.IconEngine, func() string { return say.L("nav.engine") }, nil},
	{nav.Settings, theme.IconSettings, func() string { return say.L("nav.settings") }, nil},
	{nav.Learn, theme.IconLearn, func() string { return say.L("nav.learn") }, nil},
}

// atFoot are the destinations at the foot of the sidebar; the others stand at its
// top.
var atFoot = map[nav.Place]bool{nav.Engine: true, nav.Settings: true}

func counted[T any](s store.Snapshot[T]) int {
	if !s.Loaded {
		return -1
	}
	return len(s.Rows)
}

// sidebar is the navigation column.
type sidebar struct {
	shell   *Shell
	content fyne.CanvasObject
	items   []*kit.NavItem
	work    *kit.NavItem    // opens the activity drawer
	quick   *kit.NavItem    // the tray's menu, where the desktop shows no tray
	column  *fyne.Container // all of them
	foot    *fyne.Container
	pill    *kit.Pill
	cancels []func()
	ticking func()
}

func newSidebar(s *Shell) *sidebar {
	b := &sidebar{shell: s, ticking: func() {}}
	var top, foot []fyne.CanvasObject
	for _, d := range destinations {
		item := kit.SidebarItem(d.icon, d.label(), -1, false, func() { s.Open(nav.Route{Place: d.place}) })
		b.items = append(b.items, item)
		if atFoot[d.place] {
			foot = append(foot, item)
		} else {
			top = append(top, item)
		}
	}
	b.work = kit.SidebarItem(theme.IconClock, say.L("tasks.title"), -1, false, func() { s.drawer.toggle() })
	b.quick = kit.SidebarItem(theme.IconMore, say.L("tray.quickactions"), -1, false, s.quickMenu)
	b.foot = kit.Col(2, append([]fyne.CanvasObject{b.quick, b.work}, foot...)...)
	b.pill = kit.EnginePill(kit.IsStarting, "", "", func() { s.Open(nav.Route{Place: nav.Engine}) })
	b.column = kit.Col(0,
		brand(),
		kit.Col(2, top...),
		kit.Grow(kit.Gap(0, 0)),
		b.foot,
		kit.Gap(0, theme.Space2),
		b.pill)
	b.content = container.NewStack(kit.NewSurface(theme.Sidebar, 0),
		kit.Inset(theme.Space4, theme.Space3, theme.Space3, theme.Space3, b.column))
	draw := post.Coalesce(s, b.draw)
	all := s.app.Store
	b.cancels = []func(){
		all.Connection.Subscribe(draw), all.Containers.Subscribe(draw), all.Images.Subscribe(draw), all.Volumes.Subscribe(draw),
	}
	b.setQuick(s.outside.hosted == tray.Absent)
	b.draw()
	return b
}

// setQuick shows the entry that stands in for the tray, or hides it.
func (b *sidebar) setQuick(on bool) {
	if on {
		b.quick.Show()
	} else {
		b.quick.Hide()
	}
	b.foot.Refresh()
	b.column.Refresh() // the foot is taller now, or less tall
}

func (b *sidebar) close() {
	b.ticking()
	for _, cancel := range b.cancels {
		cancel()
	}
}

// draw is the only writer of the items and the pill.
func (b *sidebar) draw() {
	for i, d := range destinations {
		count := -1
		if d.count != nil {
			count = d.count(b.shell.app.Store)
		}
		b.items[i].SetCount(count)
		b.items[i].Select(d.place == home(b.shell.route.Place))
	}
	c := b.shell.app.Store.Connection.Get()
	now := time.Now()
	condition, status, detail := pillWords(c, now)
	b.pill.Set(condition, status, detail)
	b.ticking()
	if c.Phase == store.Reconnecting && c.NextTry.After(now) {
		b.ticking = post.After(b.shell, time.Second, b.draw)
	}
}

// setActivity shows how many tasks are under way.
func (b *sidebar) setActivity(running int) {
	if running == 0 {
		running = -1
	}
	b.work.SetCount(running)
}

// home is the destination that a route belongs to.
func home(p nav.Place) nav.Place {
	switch p {
	case nav.Container:
		return nav.Containers
	case nav.Repository:
		return nav.Discover
	case nav.Compare, nav.Glossary, nav.Playground:
		return nav.Learn
	case nav.Discover, nav.Containers, nav.Images, nav.Volumes, nav.Networks, nav.Engine, nav.Settings, nav.Commands, nav.Learn, nav.Run:
	}
	return p
}

// pillWords say in two lines how the engine is.
func pillWords(c store.Connection, now time.Time) (condition kit.Condition, status, detail string) {
	detail = c.Endpoint.Name
	if c.Endpoint.Kind == engine.EndpointEnv && c.Version.Product != "" {
		detail = c.Version.Product // rather than "DOCKER_HOST"
	}
	switch c.Phase {
	case store.Searching:
		return kit.IsStarting, say.L("pill.searching"), detail
	case store.Connecting:
		return kit.IsStarting, say.L("pill.connecting"), detail
	case store.Loading:
		return kit.IsStarting, say.L("pill.loading"), detail
	case store.Reconnecting:
		if wait := c.NextTry.Sub(now); wait > time.Second {
			detail = say.L("pill.retry", "Time", say.Duration(wait))
		}
		return kit.IsUnknown, say.L("pill.reconnecting"), detail
	case store.Unresponsive:
		return kit.IsUnknown, say.L("pill.unresponsive"), detail
	case store.Failed:
		if name, halted := c.Halted(); halted {
			return kit.IsStopped, say.L("pill.stopped"), name
		}
		return kit.IsFailed, say.L("pill.failed"), say.L("pill.none")
	case store.Ready:
	}
	return kit.IsRunning, say.L("pill.ready"), detail
}

func brand() fyne.CanvasObject {
	mark := canvas.NewImageFromResource(theme.Logo())
	mark.FillMode = canvas.ImageFillContain
	return kit.Inset(2, 8, theme.Space4, 8, kit.Row(10,
		kit.Fixed(26, 26, mark), kit.NewText(say.L("shell.title"), theme.Heading, theme.Ink)))
}
