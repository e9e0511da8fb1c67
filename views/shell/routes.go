package shell

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/recipefile"
	"escale/app/settings"
	"escale/views/cmdlog"
	"escale/views/compare"
	"escale/views/container"
	"escale/views/containers"
	"escale/views/discover"
	"escale/views/enginepage"
	"escale/views/glossary"
	"escale/views/images"
	"escale/views/kit"
	"escale/views/learn"
	"escale/views/nav"
	"escale/views/playground"
	"escale/views/prefs"
	"escale/views/runsheet"
	"escale/views/say"
	"escale/views/volumes"
)

// most is how many routes Back remembers.
const most = 50

// makeScreen is the route table: one line for each screen.
func (s *Shell) makeScreen(p nav.Place) nav.Screen {
	switch p {
	case nav.Containers:
		return containers.New(s.app, s)
	case nav.Container:
		return container.New(s.app, s)
	case nav.Images:
		return images.New(s.app, s)
	case nav.Volumes:
		return volumes.New(s.app, s)
	case nav.Repository:
		return discover.NewDetails(s.app, s)
	case nav.Engine:
		return enginepage.New(enginepage.Parts{
			Store: s.app.Store, Session: s.app.Session, Machine: s.app, Tasks: s.app.Tasks, Host: s, Draft: s.machine,
		})
	case nav.Settings:
		return prefs.New(prefs.Parts{
			Settings: s.app.Settings, Host: s, Version: s.options.Version, Login: s.options.Login, Releases: s.app.Releases,
			OpenLogs: func() { s.reveal(s.options.Logs) },
		})
	case nav.Commands:
		return cmdlog.New(s.app.Commands, s.app.Store.Connection, s)
	case nav.Glossary:
		return glossary.New(s)
	case nav.Compare:
		return compare.New(compare.Parts{Comparer: s.app.Compare, Store: s.app.Store, Operator: s.app, Host: s})
	case nav.Playground:
		return playground.New(playground.Parts{
			Playground: s.app.Playground, Store: s.app.Store, Tasks: s.app.Tasks, Keep: s.app.KeepContainer, Host: s, Terminals: s.terminals,
		})
	case nav.Learn:
		return learn.New(s.lessons())
	case nav.Discover, nav.Networks, nav.Run:
	}
	return discover.New(s.app, s)
}

// Open implements nav.Host.
func (s *Shell) Open(r nav.Route) {
	if r.Place == nav.Run {
		s.openRun(r)
		return
	}
	if s.sheet != nil {
		s.sheet.Close()
	}
	if s.layout.over {
		s.drawer.hide() // it would cover what was asked for
	}
	if s.route.Place != "" && s.route != r {
		s.history = append(s.history, s.route)
		if len(s.history) > most {
			s.history = s.history[1:]
		}
	}
	s.show(r)
}

// Back implements nav.Host.
func (s *Shell) Back() {
	if len(s.history) == 0 {
		s.show(nav.Route{Place: nav.Containers})
		return
	}
	last := s.history[len(s.history)-1]
	s.history = s.history[:len(s.history)-1]
	s.show(last)
}

func (s *Shell) show(r nav.Route) {
	if old, ok := s.screens[s.route.Place]; ok {
		old.Hide()
	}
	screen, ok := s.screens[r.Place]
	if !ok {
		screen = s.makeScreen(r.Place)
		s.screens[r.Place] = screen
	}
	s.route = r
	s.body.Objects = []fyne.CanvasObject{screen.Content()}
	screen.Show(r)
	s.body.Refresh()
	s.sidebar.draw()
	s.banner.draw()
	s.coach.draw()
}

// openRun shows the run sheet over the current screen.
func (s *Shell) openRun(r nav.Route) {
	if r.File != "" {
		s.readRecipe(r)
		return
	}
	if r.Task != "" {
		s.showRun(r, s.coach.source(r.Task))
		return
	}
	if r.Kept != "" {
		if kept, known := s.app.Kept(r.Kept); known {
			s.showRun(r, runsheet.FromKept(kept))
		}
		return
	}
	if r.Line == "" {
		s.showRun(r, runsheet.Source{})
		return
	}
	source, err := runsheet.FromLine(r.Line)
	if err != nil {
		s.Toast(kit.Problem, say.L("paste.title"), say.LineProblem(err))
		return
	}
	s.showRun(r, source)
}

// readRecipe reads the file that a route names, beside the UI goroutine, and
// shows the sheet that it fills in. Of several, the one asked for last counts.
func (s *Shell) readRecipe(r nav.Route) {
	s.recipes++
	asked := s.recipes
	go func() {
		file, err := recipefile.Read(r.File)
		s.Post(func() {
			switch {
			case asked != s.recipes:
			case err != nil:
				words := say.RecipeProblem(err)
				s.Toast(kit.Problem, words.Title, say.L("recipe.bad.file", "Name", filepath.Base(r.File), "Hint", words.Hint))
			default:
				s.showRun(r, runsheet.FromFile(r.File, file))
			}
		})
	}()
}

func (s *Shell) showRun(r nav.Route, source runsheet.Source) {
	if s.sheet != nil {
		s.sheet.Close()
	}
	var sheet *runsheet.Sheet
	var layer *kit.Layer
	sheet = runsheet.NewFrom(s.app, s, r, source, s.drafts, func() { layer.Close() })
	layer = kit.ShowSheet(s.window.Canvas(), sheet.Content(), sheet.MayClose)
	layer.OnClosed = func() { sheet.Close(); s.sheet, s.running = nil, nil; s.coach.draw() }
	s.sheet, s.running = layer, sheet
	s.coach.draw()
}

// current is the screen in view.
func (s *Shell) current() nav.Screen { return s.screens[s.route.Place] }

// firstRoute is where the last session ended, or Discover at the first start.
func (s *Shell) firstRoute() nav.Route {
	place, id, _ := strings.Cut(s.app.Settings.Get().LastRoute, ":")
	switch p := nav.Place(place); p {
	case nav.Containers, nav.Images, nav.Volumes, nav.Engine, nav.Settings, nav.Commands, nav.Glossary, nav.Compare, nav.Playground, nav.Learn:
		return nav.Route{Place: p}
	case nav.Repository:
		return nav.Route{Place: p, ID: id}
	case nav.Container:
		if id != "" {
			return nav.Route{Place: p, ID: id, Tab: "overview"}
		}
	case nav.Discover, nav.Networks, nav.Run:
	}
	return nav.Route{Place: nav.Discover}
}

// remember keeps the place of the window and the screen for the next start.
func (s *Shell) remember() {
	was := s.app.Settings.Get()
	where := currentPlace(s.window, was.Window)
	place := string(s.route.Place)
	switch s.route.Place {
	case nav.Repository, nav.Container:
		place += ":" + s.route.ID
	case nav.Discover, nav.Containers, nav.Images, nav.Volumes, nav.Networks, nav.Engine, nav.Settings, nav.Commands, nav.Glossary, nav.Compare, nav.Playground, nav.Learn, nav.Run:
	}
	if !where.Placed { // the window is hidden, or going
		where.X, where.Y, where.Placed = was.Window.X, was.Window.Y, was.Window.Placed
		if was.Window.Maximized {
			where = was.Window
		}
	}
	if was.Window == where && was.LastRoute == place {
		return
	}
	err := s.app.Settings.Update(func(p *settings.Prefs) { p.Window, p.LastRoute = where, place })
	if err != nil {
		s.log.Error("the window's place was not kept", "error", err)
	}
}
