// Package shell is the window: the sidebar, the routes between screens, the
// engine pill, toasts, the activity drawer and the keyboard. It is the one
// package of views that knows every screen.
package shell

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/task"
	"escale/views/enginepage"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/playground"
	"escale/views/post"
	"escale/views/prefs"
	"escale/views/runsheet"
	"escale/views/say"
	"escale/views/theme"
)

// Options are what a Shell needs besides the app.
type Options struct {
	Version string // of the program, "0.1.0"
	Log     *slog.Logger
	Hidden  bool        // Run shows the tray alone, where there is one
	Login   prefs.Login // nil where the session cannot be asked
	Logs    string      // the folder of the program's own logs
	Crashed string      // the report of the last run, which ended badly; empty

	notify func(title, text string) // a test's desktop; nil is the real one
}

// Shell is the window and what is in it. Its fields belong to the UI goroutine.
type Shell struct {
	post.Poster

	app     *app.App
	toolkit fyne.App
	window  fyne.Window
	log     *slog.Logger
	options Options

	root      *kit.Root
	layout    *frame
	frame     *fyne.Container // all of the window
	page      *fyne.Container // what is right of the sidebar
	sidebar   *sidebar
	banner    *banner
	drawer    *drawer
	coach     *coach
	body      *fyne.Container // the current screen
	screens   map[nav.Place]nav.Screen
	route     nav.Route
	history   []nav.Route
	sheet     *kit.Layer           // the run sheet, while it is open
	running   *runsheet.Sheet      // what is in it
	drafts    runsheet.Drafts      // what was typed into it before
	recipes   int                  // recipe files that were asked for
	machine   enginepage.Draft     // what was typed about the machine and not saved
	terminals playground.Terminals // of the playground's instances
	leaving   *kit.Layer           // the question whether to close, while it is open
	outside   *outside             // the tray, and what is told past the window
	hidden    bool                 // the window is closed, and the program goes on
	unmade    bool                 // the start was a hidden one, and there is no window yet
	away      bool                 // another program has the user's attention

	keys    fyne.ShortcutHandler
	cancels []func()
	looked  string // the appearance and text size in use
}

var _ nav.Host = (*Shell)(nil)

// New makes the window of an app. Call Run to show it.
func New(a *app.App, toolkit fyne.App, poster post.Poster, o Options) *Shell {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Shell{
		Poster: poster, app: a, toolkit: toolkit, log: o.Log, options: o, hidden: o.Hidden, unmade: o.Hidden, away: o.Hidden,
		drafts: runsheet.Drafts{}, machine: enginepage.Draft{}, terminals: playground.Terminals{},
	}
	s.applyLanguage()
	s.applyLook()
	s.window = toolkit.NewWindow(say.L("shell.title"))
	s.window.SetPadded(false)
	s.window.SetMaster()
	s.window.SetIcon(theme.Logo())
	restorePlace(s.window, a.Settings.Get().Window)
	s.outside = newOutside(s, o.notify)
	s.build()
	s.Open(s.firstRoute())
	s.watch()
	s.bindKeys()
	s.window.SetCloseIntercept(s.closeWindow)
	s.offerReport()
	return s
}

// Run shows the window, and the tray, until the user quits.
func (s *Shell) Run() {
	stopInspector := s.inspect()
	stopSignals := s.endOnSignals()
	s.begin()
	s.toolkit.Run()
	stopSignals()
	stopInspector()
	s.end()
}

// begin shows the window and the tray, or the tray alone. The tray comes after
// the first frame, and before the loop: see tray.NewBar. A hidden window is not
// shown and hidden again, but not made: the toolkit has its display without one,
// the tray brings a small unseen window of its own, and nothing can flash.
func (s *Shell) begin() {
	if s.hidden {
		s.app.Stats.Pause(true)
	} else {
		s.window.Show()
	}
	s.outside.begin()
}

// arrive puts the window where it was the last time. Call it once the window is
// on a screen, which it is not before the loop begins.
func (s *Shell) arrive() {
	if s.unmade {
		return
	}
	bringIntoView(s.window)
	if s.app.Settings.Get().Window.Maximized {
		maximize(s.window)
	}
}

// end stops following everything.
func (s *Shell) end() {
	s.discard()
	s.terminals.Close()
	s.outside.close()
	for _, cancel := range s.cancels {
		cancel()
	}
}

// build fills the window with new widgets in the current language.
func (s *Shell) build() {
	s.screens = map[nav.Place]nav.Screen{}
	s.body = container.NewStack()
	s.sidebar = newSidebar(s)
	s.banner = newBanner(s)
	s.drawer = newDrawer(s)
	s.page = kit.Col(0, s.banner.content, kit.Grow(s.body))
	side := kit.Row(0, kit.Stretch(kit.Fixed(theme.SidebarWidth, 0, s.sidebar.content)), kit.Stretch(kit.VerticalDivider()))
	s.coach = newCoach(s)
	s.layout = &frame{sidebar: side, page: s.page, coach: s.coach.content, drawer: s.drawer.content}
	s.frame = container.New(s.layout, side, s.page, s.coach.content, s.drawer.content)
	root := kit.NewRoot(s.frame)
	if s.root != nil { // in another language: what can be undone still can
		root.TakeToasts(s.root)
	}
	s.root = root
	s.layout.clear = s.root.Toasts.SetRoom
	s.window.SetContent(s.root)
}

// discard closes what build made.
func (s *Shell) discard() {
	if s.sheet != nil {
		s.sheet.Close()
	}
	for _, screen := range s.screens {
		screen.Close()
	}
	s.sidebar.close()
	s.banner.close()
	s.drawer.close()
	s.coach.close()
}

// watch follows what concerns the window as a whole.
func (s *Shell) watch() {
	s.cancels = append(s.cancels,
		s.app.Settings.Subscribe(post.Coalesce(s, s.settingsChanged)),
		s.app.Stats.Latest.Subscribe(post.Coalesce(s, s.rest)),
		s.app.Releases.State.Subscribe(post.Coalesce(s, s.tellRelease)),
		s.app.Tasks.OnEnd(func(ended task.Task) { s.Post(func() { s.announce(ended) }) }),
	)
	life := s.toolkit.Lifecycle()
	life.SetOnStarted(s.arrive)
	life.SetOnEnteredForeground(s.entered)
	life.SetOnExitedForeground(func() { s.away = true; s.remember() }) // also when a signal ends the toolkit's loop
}

// settingsChanged applies a new language, appearance or text size at once.
// Only a language needs other widgets; the rest is drawn anew as it is.
func (s *Shell) settingsChanged() {
	s.applyLook()
	if !s.applyLanguage() {
		return
	}
	route, draft := s.route, ""
	opened := s.drawer.content.Visible()
	if page, ok := s.screens[nav.Settings].(*prefs.Page); ok {
		draft = page.Draft()
	}
	s.discard()
	s.window.SetTitle(say.L("shell.title"))
	s.build()
	s.show(route)
	if opened {
		s.drawer.toggle()
	}
	if page, ok := s.screens[nav.Settings].(*prefs.Page); ok {
		page.Resume(draft)
	}
	s.outside.draw()
}

// close keeps where the window was, and ends the program.
func (s *Shell) close() {
	s.remember()
	post.End()
	if s.unmade { // no window could take the program with it
		s.toolkit.Quit()
		return
	}
	s.window.Close()
}

func (s *Shell) endOnSignals() (stop func()) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-ctx.Done():
			cancel() // a second signal ends the program at once
			s.Post(s.close)
		case <-done:
		}
	}()
	return func() { close(done); <-ended; cancel() }
}
