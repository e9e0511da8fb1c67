package shell

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/learn"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/runsheet"
	"escale/views/say"
	"escale/views/theme"
)

// markEvery is how often the mark looks where its control is now, while it is
// shown: pages move what is on them.
const markEvery = 150 * time.Millisecond

// coach keeps the open lesson in sight while its tasks are done: beside the page
// and beside the run sheet. Its fields belong to the UI goroutine.
type coach struct {
	shell   *Shell
	content *pane // hidden while there is no lesson, or while it is on its own page
	page    *learn.Coach
	beside  *learn.Coach // of the run sheet, while it is open
	sheet   *kit.Layer   // which one
	task    string       // what the mark is for; empty for none
	brought bool         // the control of the task was scrolled into view
	looks   int          // how often the mark has looked for its control
	cancel  func()
	ticking func()
}

// lessons are what lessons are shown with.
func (s *Shell) lessons() learn.Parts {
	return learn.Parts{Teacher: s.app.Teacher, Host: s, Entries: []learn.Entry{
		{Icon: theme.IconMemory, Title: say.L("compare.lead"), Text: say.L("compare.subtitle"), Route: nav.Route{Place: nav.Compare}},
		{Icon: theme.IconTerminal, Title: say.L("playground.title"), Text: say.L("playground.subtitle"), Route: nav.Route{Place: nav.Playground}},
		{Icon: theme.IconHelp, Title: say.L("glossary.title"), Text: say.L("learn.glossary"), Route: nav.Route{Place: nav.Glossary}},
	}}
}

// Lesson implements nav.Teacher.
func (s *Shell) Lesson(id string) (nav.Route, bool) {
	return nav.Route{Place: nav.Learn, ID: id}, lesson.ByID(say.Language(), id) != nil
}

func newCoach(s *Shell) *coach {
	c := &coach{shell: s, ticking: func() {}, page: learn.NewCoach(s.lessons(), false)}
	c.content = newPane(container.NewStack(c.page.Content(), kit.Row(0, kit.Stretch(kit.VerticalDivider())), kit.Col(0, kit.Divider())))
	c.content.Hide()
	draw := post.Coalesce(s, c.draw)
	first, second := s.app.Teacher.Open.Subscribe(draw), s.app.Teacher.Progress.Subscribe(draw)
	c.cancel = func() { first(); second() }
	return c
}

func (c *coach) close() {
	c.cancel()
	c.ticking()
	c.page.Close()
	c.unbind()
}

// draw shows the panel where a lesson is open and the screen is another one.
func (c *coach) draw() {
	s := c.shell
	if s.frame == nil || s.layout == nil {
		return // not built yet
	}
	open := s.app.Teacher.Open.Get().Lesson != nil
	if !open {
		c.task = ""
	}
	if wanted := open && s.route.Place != nav.Learn; wanted != c.content.Visible() {
		if wanted {
			c.content.Show()
		} else {
			c.content.Hide()
		}
		s.frame.Refresh()
	}
	c.bind(open)
	c.point()
}

// bind puts the lesson beside the run sheet.
func (c *coach) bind(open bool) {
	s := c.shell
	if c.sheet == s.sheet && (c.beside != nil) == (open && s.sheet != nil) {
		return
	}
	c.unbind()
	if open && s.sheet != nil {
		c.sheet, c.beside = s.sheet, learn.NewCoach(s.lessons(), true)
		c.sheet.SetBeside(c.beside.Content())
	}
}

func (c *coach) unbind() {
	if c.beside != nil {
		c.beside.Close()
		c.sheet.SetBeside(nil)
	}
	c.sheet, c.beside = nil, nil
}

// source is what the run sheet is filled in with for a task.
func (c *coach) source(id string) runsheet.Source {
	open := c.shell.app.Teacher.Open.Get()
	if open.Lesson == nil {
		return runsheet.Source{}
	}
	task := open.Lesson.Task(id)
	if task == nil || task.Recipe == nil {
		return runsheet.Source{}
	}
	return runsheet.FromTask(open.Key+"/"+id, *task.Recipe, open.Foreign)
}

// Guide implements nav.Host.
func (s *Shell) Guide(id string) {
	open := s.app.Teacher.Open.Get()
	if open.Lesson == nil {
		return
	}
	task := open.Lesson.Task(id)
	if task == nil {
		return
	}
	route, there := s.routeOf(task, s.app.Teacher.Progress.Get(open.Key).Tasks[task.Open.What].Deed)
	if !there {
		s.Toast(kit.Caution, say.L("learn.away.container"), say.L("learn.away.container.text"))
	}
	s.coach.task, s.coach.brought, s.coach.looks = id, false, 0
	s.Open(route)
	s.coach.draw()
}

// routeOf is the screen of a task; of is what ticked the task that it goes on
// with. there tells whether that still is.
func (s *Shell) routeOf(task *lesson.Task, of lesson.Deed) (r nav.Route, there bool) {
	switch task.Open.Name {
	case lesson.OpenImage:
		return nav.Route{Place: nav.Repository, ID: task.Open.What}, true
	case lesson.OpenRun:
		return nav.Route{Place: nav.Run, ID: task.Recipe.Image(), Task: task.ID}, true
	case lesson.OpenContainers:
		return nav.Route{Place: nav.Containers}, true
	case lesson.OpenContainer:
		tab := "overview"
		if task.Open.Logs {
			tab = "logs"
		}
		for _, c := range s.app.Store.Containers.Get().Rows {
			if c.ID == of.ID && (of.Kind == lesson.OnContainer || of.Kind == lesson.OnFile) {
				return nav.Route{Place: nav.Container, ID: c.ID, Tab: tab}, true
			}
		}
		return nav.Route{Place: nav.Containers}, false
	case lesson.OpenImages:
		return nav.Route{Place: nav.Images}, true
	case lesson.OpenVolumes:
		return nav.Route{Place: nav.Volumes, ID: task.Open.What}, true
	case lesson.OpenEngine:
		return nav.Route{Place: nav.Engine}, true
	case lesson.OpenSettings:
		return nav.Route{Place: nav.Settings}, true
	}
	return nav.Route{Place: nav.Discover}, true
}

// point puts the mark around the control of the task that is under way, and
// follows it until the task is done or left.
func (c *coach) point() {
	c.ticking()
	s := c.shell
	at, sheet := kit.Area{}, s.sheet
	task := c.current()
	if task != nil {
		c.reveal(task.ID)
		at = c.find(task.Point)
		c.ticking = post.After(s, markEvery, c.point)
	}
	if sheet != nil {
		sheet.Pointer.Point(at)
		at = kit.Area{}
	}
	s.root.Pointer.Point(at)
}

// reveal brings the text of a task into view, once its panel was laid out.
func (c *coach) reveal(id string) {
	if c.looks++; c.looks != 2 {
		return
	}
	c.page.Reveal(id)
	if c.beside != nil {
		c.beside.Reveal(id)
	}
}

// current is the task that the mark is for; nil once it is done, and on the
// lesson's own page.
func (c *coach) current() *lesson.Task {
	s := c.shell
	open := s.app.Teacher.Open.Get()
	if open.Lesson == nil || c.task == "" || s.route.Place == nav.Learn && s.sheet == nil {
		return nil
	}
	if _, done := s.app.Teacher.Progress.Get(open.Key).Tasks[c.task]; done {
		return nil
	}
	return open.Lesson.Task(c.task)
}

// find is where a control is; empty where it cannot be seen. The first time, a
// control that is scrolled out of sight is brought into it.
func (c *coach) find(point string) kit.Area {
	s := c.shell
	if point == "" {
		return kit.Area{}
	}
	root, covered := fyne.CanvasObject(s.frame), s.covered()
	if s.sheet != nil && s.window.Canvas().Overlays().Top() == fyne.CanvasObject(s.sheet) {
		root, covered = s.sheet, false
	}
	if covered {
		return kit.Area{}
	}
	wanted := landmark(point)
	at, found := kit.Locate(root, wanted)
	if other := standIns[point]; !found && other != "" {
		wanted = landmarks[other]
		at, found = kit.Locate(root, wanted)
	}
	if found && at.Empty() && !c.brought && kit.Bring(root, wanted) {
		c.brought = true
		at, _ = kit.Locate(root, wanted)
	}
	return at
}
