package shell

import (
	"fyne.io/fyne/v2"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/say"
)

// landmarks find the controls that lessons point at, by their names on screen:
// see lesson.Points.
var landmarks = map[string]func(fyne.CanvasObject) bool{
	"sidebar.discover":   called(func() string { return say.L("nav.discover") }),
	"sidebar.containers": called(func() string { return say.L("nav.containers") }),
	"sidebar.images":     called(func() string { return say.L("nav.images") }),
	"sidebar.volumes":    called(func() string { return say.L("nav.volumes") }),
	"sidebar.engine":     called(func() string { return say.L("nav.engine") }),
	"sidebar.settings":   called(func() string { return say.L("nav.settings") }),
	"sidebar.learn":      called(func() string { return say.L("nav.learn") }),
	"sidebar.activity":   called(func() string { return say.L("tasks.title") }),

	"discover.search": field(func() string { return say.L("discover.search") }),
	"repository.run":  called(func() string { return say.L("action.run") }),

	"run.name":        field(func() string { return say.L("run.name") }),
	"run.ports":       called(func() string { return say.L("run.ports.add") }),
	"run.volumes":     called(func() string { return say.L("run.volumes.add") }),
	"run.environment": called(func() string { return say.L("run.env.add") }),
	"run.options":     called(func() string { return say.L("run.more") }),
	"run.command":     field(func() string { return say.L("run.command") }),
	"run.memory":      field(func() string { return say.L("run.memory") }),
	"run.network":     field(func() string { return say.L("run.network") }),
	"run.go":          called(func() string { return say.L("action.run") }),

	"containers.search": field(func() string { return say.L("containers.search") }),
	"containers.list":   list,

	"container.open":     called(func() string { return say.L("action.open") }),
	"container.power":    called(func() string { return say.L("action.stop") }, func() string { return say.L("action.start") }),
	"container.restart":  called(func() string { return say.L("action.restart") }), // in the menu where there is no room
	"container.menu":     called(func() string { return say.L("action.more") }),
	"container.overview": called(func() string { return say.L("container.tab.overview") }),
	"container.logs":     called(func() string { return say.L("container.tab.logs") }),

	"images.pull":  called(func() string { return say.L("images.pull") }),
	"images.list":  list,
	"images.clean": called(func() string { return say.L("images.clean") }, func() string { return say.L("action.more") }),

	"volumes.create": called(func() string { return say.L("volumes.new") }),
	"volumes.list":   list,
	"volumes.clean":  called(func() string { return say.L("action.more") }),

	"engine.start": text(func() string { return say.L("engine.ladder") }),
}

// landmark finds what a lesson points at.
func landmark(point string) func(fyne.CanvasObject) bool {
	if name := lesson.Variable(point); name != "" {
		return field(func() string { return say.L("run.env.value", "Name", name) })
	}
	return landmarks[point]
}

// standIns are where a control is while there is no room for it.
var standIns = map[string]string{"container.restart": "container.menu"}

// called finds a control by one of its names.
func called(names ...func() string) func(fyne.CanvasObject) bool {
	return func(o fyne.CanvasObject) bool {
		press, is := o.(*kit.Press)
		if !is {
			return false
		}
		for _, name := range names {
			if press.Label() == name() {
				return true
			}
		}
		return false
	}
}

// field finds an input or a choice by its name or its placeholder.
func field(name func() string) func(fyne.CanvasObject) bool {
	return func(o fyne.CanvasObject) bool {
		switch o := o.(type) {
		case *kit.Input:
			return o.Label() == name() || o.Placeholder() == name()
		case *kit.Dropdown:
			return o.Press().Label() == name()
		}
		return false
	}
}

// text finds a heading.
func text(words func() string) func(fyne.CanvasObject) bool {
	return func(o fyne.CanvasObject) bool {
		t, is := o.(*kit.Text)
		return is && t.Text() == words()
	}
}

// list finds the list of a page.
func list(o fyne.CanvasObject) bool { _, is := o.(*kit.List); return is }
