// Package runsheet is the sheet that makes and starts a container: a form that
// comes filled in, the work with its progress, and how it ended.
package runsheet

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/recipe"
	"escale/app/run"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
)

// typingPause is how long the port doctor waits for the user to type on.
const typingPause = 200 * time.Millisecond

// mode is what the sheet shows.
type mode int

const (
	filling mode = iota
	working
	ended // well or badly
)

// Sheet runs one image. All fields belong to the UI goroutine.
type Sheet struct {
	app     *app.App
	host    nav.Host
	route   nav.Route // ID: the image to run; For: the one that needs it
	source  Source    // who filled the form in; zero when Escale did
	drafts  Drafts
	onClose func()

	content          fyne.CanvasObject
	head, body, foot *fyne.Container

	form   run.Form
	given  run.Form // as the source filled it in
	mode   mode
	closed bool

	f *formView
	w *workView

	doctor   run.Doctor
	verdicts map[portKey]run.Verdict
	tags     tagList
	detailOf string // the reference whose image was last read
	taskID   int
	result   string // the task's container
	endOf    task.Task
	drawn    string           // what the end shows: "failed", else the container's state
	seen     bool             // the container was on the list
	loop     engine.Container // as it was when the engine last waited to start it again
	steadyIn time.Duration    // how long it must then run for all to be well
	steady   func()           // stops waiting for that

	resumed  bool            // the form came back from a draft
	met      string          // the companion that was asked, and its network
	joining  int             // the task that connects a companion
	sharing  machine.Sharing // what of the machine's folders is drawn
	shared   []machine.SharedFolder
	recalled string // the volume whose containers were asked for its password

	join    func(id, network string) int // connects a companion, as a task
	spawn   func(func(ctx context.Context))
	recheck func() // asks the doctor, after a pause
	undo    []func()
}

// New returns a sheet for the image that the route names, with what drafts has
// of it. onClose is called when the user wants it gone; the owner then calls
// Close.
func New(a *app.App, h nav.Host, route nav.Route, drafts Drafts, onClose func()) *Sheet {
	return NewFrom(a, h, route, Source{}, drafts, onClose)
}

// NewFrom is New for a form that a source fills in; the route's ID does not
// matter then.
func NewFrom(a *app.App, h nav.Host, route nav.Route, source Source, drafts Drafts, onClose func()) *Sheet {
	s := &Sheet{
		app: a, host: h, route: route, source: source, drafts: drafts, onClose: onClose, join: a.JoinNetwork,
		head: container.NewStack(), body: container.NewStack(), foot: container.NewStack(),
		verdicts: map[portKey]run.Verdict{}, steadyIn: steadyTime,
	}
	s.content = kit.Sheet(s.head, s.body, s.foot)
	var stop func()
	s.spawn, stop = spawner()
	s.undo = append(s.undo, stop)
	recheck, quiet := post.Debounce(h, typingPause, s.examine)
	s.recheck, s.undo = recheck, append(s.undo, quiet)
	s.watch() // before the form is filled: what comes in between is not missed
	s.fill()
	s.f = newFormView(s)
	s.w = newWorkView(s)
	s.connected()
	s.show(filling)
	s.examine()
	s.loadTags()
	s.learn()
	return s
}

// spawner starts goroutines whose context ends with stop.
func spawner() (spawn func(func(ctx context.Context)), stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	return func(f func(ctx context.Context)) { running.Go(func() { f(ctx) }) }, cancel
}

// watch draws again what the store says anew.
func (s *Sheet) watch() {
	on := func(subscribe func(func()) func(), draw func()) {
		changed := post.Coalesce(s.host, func() {
			if !s.closed {
				draw()
			}
		})
		s.undo = append(s.undo, subscribe(changed))
	}
	on(s.app.Store.Containers.Subscribe, s.storeChanged)
	on(s.app.Store.Volumes.Subscribe, s.storeChanged)
	on(s.app.Store.Networks.Subscribe, s.storeChanged)
	on(s.app.Store.Images.Subscribe, s.storeChanged)
	on(s.app.Store.Connection.Subscribe, func() { s.connected(); s.storeChanged() })
	on(s.app.Store.Machine.Subscribe, s.machineChanged)
	on(s.app.Tasks.List.Subscribe, s.taskChanged)
}

// Content is the whole sheet, for kit.ShowSheet.
func (s *Sheet) Content() fyne.CanvasObject { return s.content }

// MayClose tells whether Esc, or a click beside the sheet, closes it. It always
// does: work goes on in the background, and what was typed is kept.
func (s *Sheet) MayClose() bool { return true }

// Close ends what the sheet has under way, but not the work that the user
// started. The sheet is not used again.
func (s *Sheet) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.keep()
	if s.mode == ended {
		s.app.Tasks.Dismiss(s.taskID) // the user saw how it ended
	}
	for _, undo := range s.undo {
		undo()
	}
	s.w.stopClock()
	s.stopWaiting()
}

// Tells reports whether the sheet itself tells how a task ended.
func (s *Sheet) Tells(id int) bool { return id != 0 && s.taskID == id }

// later brings the end of a goroutine's work back to the UI goroutine.
func (s *Sheet) later(f func()) {
	s.host.Post(func() {
		if !s.closed {
			f()
		}
	})
}

// show changes what the sheet is about.
func (s *Sheet) show(m mode) {
	s.mode = m
	switch m {
	case filling:
		s.w.stopClock()
		set(s.head, s.f.head())
		set(s.body, s.f.body)
		set(s.foot, s.f.foot)
		s.f.started = false
		s.f.build()
	case working:
		s.w.begin()
		set(s.head, s.w.head)
		set(s.body, s.w.body)
		set(s.foot, s.w.foot)
		s.w.draw()
		s.focus(nil) // an Enter too many must not cancel
	case ended:
		s.w.stopClock()
		s.drawEnd()
	}
}

// focus moves the keyboard to a control, or to the sheet itself, once it is on
// screen. A menu or a question above the sheet keeps it.
func (s *Sheet) focus(o *kit.Press) {
	s.later(func() {
		c := s.host.Window().Canvas() // the driver knows the sheet's own only once it was painted
		top := c.Overlays().Top()
		layer, ok := top.(fyne.Focusable)
		switch {
		case !ok || !holds(top, s.content):
		case s.typing(c, top):
		case o != nil && o.Enabled() && holds(top, o):
			c.Focus(o)
		default:
			c.Focus(layer)
		}
	})
}

// typing tells whether the user has already gone to a control of the form.
func (s *Sheet) typing(c fyne.Canvas, top fyne.CanvasObject) bool {
	at, ok := c.Focused().(fyne.CanvasObject)
	return ok && at != top && s.mode == filling && holds(s.body, at)
}

// holds tells whether a control is inside an object.
func holds(outer, inner fyne.CanvasObject) bool {
	found := false
	kit.Walk(outer, func(o fyne.CanvasObject) bool {
		found = found || o == inner
		return !found
	})
	return found
}

func set(place *fyne.Container, o fyne.CanvasObject) {
	place.Objects = []fyne.CanvasObject{o}
	place.Refresh()
}

// submit runs what the form says.
func (s *Sheet) submit() {
	if s.mode != filling || s.f.reason() != "" {
		return
	}
	s.taskID = s.app.RunImage(s.form.Spec(), s.form.Copies()...)
	s.show(working)
}

// address is where a row's port is reached from here.
func (s *Sheet) address(row run.PortRow) string {
	host, _ := row.Numbers()
	return recipe.Place("{address}", s.form.Name, s.browseHost(), host)
}

func (s *Sheet) url(row run.PortRow) string {
	host, inside := row.Numbers()
	url := recipe.Place("{url}", s.form.Name, s.browseHost(), host)
	if inside == 443 || inside == 8443 {
		return "https" + url[len("http"):]
	}
	return url
}

func (s *Sheet) browseHost() string {
	return run.BrowseHost(s.app.Store.Connection.Get().Endpoint)
}

// in is a recipe's text in the user's language.
func in(w recipe.Words) string { return w.In(say.Language()) }
