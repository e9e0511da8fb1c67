// Package playground is the screen of disposable instances: the list of them, and
// each with its terminal, its containers and its time.
package playground

import (
	"context"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/playground"
	"escale/app/store"
	"escale/app/task"
	"escale/app/tty"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
)

// Parts are what the screen works with.
type Parts struct {
	Playground *playground.Playground // nil without a machine
	Store      *store.Store
	Tasks      *task.Manager
	// Keep copies a container of an instance to the engine in use, as a task.
	Keep func(instance, id, name string) int
	Host nav.Host
	// Terminals outlive the screen.
	Terminals Terminals
}

// Terminals are the shells that are open, by instance. The UI goroutine owns them.
type Terminals map[string]*tty.Session

// Close ends all of them.
func (t Terminals) Close() {
	for name := range t {
		t.drop(name)
	}
}

func (t Terminals) drop(name string) {
	if s, ok := t[name]; ok {
		s.Close()
		delete(t, name)
	}
}

// How often what goes on by itself is drawn: the steps of a start, and the time
// that is left.
const (
	stepsTick = time.Second
	timeTick  = time.Minute
)

// How long the helper may take to answer.
const (
	askWait   = 15 * time.Second
	closeWait = 45 * time.Second
)

// Screen is the page. Its fields belong to the UI goroutine.
type Screen struct {
	parts   Parts
	host    nav.Host
	content *fyne.Container

	list  *list
	pages map[string]*page
	open  string // the instance in view; empty: the list

	room    int // for more; -1 while that is not known
	count   int // of instances, when it was asked
	asked   int // how often it was asked
	keeping map[int]bool
	shown   bool
	stop    func()
	cancels []func()
}

var _ nav.Screen = (*Screen)(nil)

// New returns the screen. Close it when it leaves the window for good.
func New(parts Parts) *Screen {
	s := &Screen{
		parts: parts, host: parts.Host, content: container.NewStack(), pages: map[string]*page{}, keeping: map[int]bool{},
		room: -1, stop: func() {},
	}
	s.list = newList(s)
	draw := post.Coalesce(s.host, s.draw)
	s.cancels = []func(){
		parts.Store.Machine.Subscribe(draw), parts.Store.Connection.Subscribe(draw), parts.Tasks.List.Subscribe(draw),
		parts.Tasks.OnEnd(func(t task.Task) { s.host.Post(func() { s.ended(t) }) }),
	}
	if parts.Playground != nil {
		s.cancels = append(s.cancels, parts.Playground.Instances.Subscribe(draw))
	}
	s.draw()
	return s
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen.
func (s *Screen) Show(r nav.Route) {
	s.shown, s.open = true, r.ID
	if p, ok := s.pages[r.ID]; ok {
		p.term.focused = false // whoever comes back goes on typing
	}
	s.ask()
	s.draw()
}

// Hide implements nav.Screen. Instances and their terminals go on.
func (s *Screen) Hide() { s.shown = false; s.stop() }

// Close implements nav.Screen.
func (s *Screen) Close() {
	s.shown = false
	for _, cancel := range s.cancels {
		cancel()
	}
	s.stop()
	for name := range s.pages {
		s.forget(name)
	}
}

func (s *Screen) forget(name string) {
	s.pages[name].close()
	delete(s.pages, name)
}

// instances are those that there are.
func (s *Screen) instances() []playground.Instance {
	if s.parts.Playground == nil {
		return nil
	}
	return s.parts.Playground.Instances.Get()
}

// ask asks what there is room for, beside the UI goroutine. Of several answers the
// last question's counts.
func (s *Screen) ask() {
	if s.parts.Playground == nil {
		return
	}
	s.asked++
	mine := s.asked
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), askWait)
		defer cancel()
		room, err := s.parts.Playground.Left(ctx)
		s.host.Post(func() {
			if mine != s.asked || err != nil {
				return // making one will say what is wrong
			}
			s.room = room
			s.draw()
		})
	}()
}

// draw is the only writer.
func (s *Screen) draw() {
	all, now := s.instances(), time.Now()
	for name := range s.pages {
		if !slices.ContainsFunc(all, func(i playground.Instance) bool { return i.Name == name }) {
			s.forget(name)
			s.parts.Terminals.drop(name)
		}
	}
	if len(all) != s.count {
		s.count = len(all)
		s.ask()
	}
	s.list.draw(all, now)
	view, tick := s.list.content, timeTick
	for _, i := range all {
		if i.Name != s.open {
			continue
		}
		p, ok := s.pages[i.Name]
		if !ok {
			p = newPage(s, i.Name)
			s.pages[i.Name] = p
		}
		p.draw(i, now)
		view = p.content
		if i.Phase == playground.Starting {
			tick = stepsTick
		}
	}
	if len(s.content.Objects) != 1 || s.content.Objects[0] != view {
		s.content.Objects = []fyne.CanvasObject{view}
		s.content.Refresh()
	}
	s.stop()
	if s.shown && len(all) > 0 {
		s.stop = post.After(s.host, tick, s.draw)
	}
}

// why says why no more instances can be made; empty when they can.
func (s *Screen) why() string {
	m := s.parts.Store.Machine.Get()
	switch {
	case s.parts.Playground == nil, m.Checked && !m.Live && m.Missing != nil:
		return say.L("playground.nomachine")
	case len(s.instances()) >= playground.Most:
		return say.L("playground.most", "Most", strconv.Itoa(playground.Most))
	case s.room == 0:
		return say.L("playground.noroom", "Size", say.Bytes(playground.MemoryBytes))
	}
	return ""
}

// create makes an instance and shows it.
func (s *Screen) create() {
	name, err := s.parts.Playground.Create()
	if err != nil {
		s.draw() // it says why
		return
	}
	s.host.Open(nav.Route{Place: nav.Playground, ID: name})
}

// do does something with the helper beside the UI goroutine, and tells when it
// could not be done.
func (s *Screen) do(wait time.Duration, what func(ctx context.Context) error) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		defer cancel()
		if err := what(ctx); err != nil {
			s.host.Post(func() { s.host.Fail(err, func() { s.do(wait, what) }) })
		}
	}()
}

// extend gives an instance its whole time again.
func (s *Screen) extend(name string) {
	s.do(askWait, func(ctx context.Context) error { return s.parts.Playground.Extend(ctx, name) })
}

// lost is what goes with an instance's content.
func lost(i playground.Instance) []string {
	var names []string
	for _, c := range i.Containers.Rows {
		names = append(names, c.Name)
	}
	if len(names) > 5 {
		names = append(names[:5], say.N("playground.lost.more", len(names)-5))
	}
	return names
}

// askOver throws what is in an instance away and starts it anew, once the user has
// agreed.
func (s *Screen) askOver(i playground.Instance) {
	if i.Phase != playground.Running {
		s.over(i.Name) // nothing is in it
		return
	}
	kit.Confirm(s.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("playground.over.title", "Name", called(i)), Text: say.L("playground.over.text"), Lost: lost(i),
		Verb: say.L("playground.over"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { s.over(i.Name) },
	})
}

func (s *Screen) over(name string) {
	s.parts.Terminals.drop(name)
	s.parts.Playground.StartOver(name)
}

// askClose throws an instance away, once the user has agreed.
func (s *Screen) askClose(i playground.Instance) {
	if i.Phase == playground.Over || i.Phase == playground.Failed {
		s.closeOne(i.Name) // it has gone already
		return
	}
	kit.Confirm(s.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("playground.close.title", "Name", called(i)), Text: say.L("playground.close.text"), Lost: lost(i),
		Verb: say.L("playground.close"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { s.closeOne(i.Name) },
	})
}

func (s *Screen) closeOne(name string) {
	s.parts.Terminals.drop(name)
	s.do(closeWait, func(ctx context.Context) error { return s.parts.Playground.Close(ctx, name) })
}

// called is what an instance is called.
func called(i playground.Instance) string {
	return say.L("playground.instance", "Number", strconv.Itoa(i.Number()))
}
