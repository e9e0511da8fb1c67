package lesson

import (
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// The names of screens that a task may open.
const (
	OpenDiscover   = "discover"
	OpenImage      = "discover/" // What: a repository
	OpenRun        = "run"
	OpenContainers = "containers"
	OpenContainer  = "container" // What: the task that its container ticked
	OpenImages     = "images"
	OpenVolumes    = "volumes" // What: a volume, or empty
	OpenEngine     = "engine"
	OpenSettings   = "settings"
)

// Screen is where a task is done.
type Screen struct {
	Name string // one of the above
	What string
	Logs bool // OpenContainer: its log
}

// screenOf reads the value of "open".
func screenOf(text string) (Screen, bool) {
	name, what, more := strings.Cut(text, "/")
	switch name {
	case OpenRun, OpenContainers, OpenImages, OpenEngine, OpenSettings:
		return Screen{Name: name}, !more
	case OpenDiscover:
		if !more {
			return Screen{Name: name}, true
		}
		named, err := reference.ParseNormalizedNamed(what)
		if err != nil || !reference.IsNameOnly(named) {
			return Screen{}, false
		}
		return Screen{Name: OpenImage, What: reference.FamiliarName(named)}, true
	case OpenVolumes:
		return Screen{Name: name, What: what}, !more || volumeName(what)
	case OpenContainer:
		what, logs := strings.CutSuffix(what, "/logs")
		return Screen{Name: name, What: what, Logs: logs}, idPattern.MatchString(what)
	}
	return Screen{}, false
}

func volumeName(name string) bool {
	return len(name) >= 2 && strings.IndexFunc(name, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", r)
	}) < 0
}

// points are the controls that a mark may point at, by screen; empty is every
// screen.
var points = map[string][]string{
	"": {
		"sidebar.discover", "sidebar.containers", "sidebar.images", "sidebar.volumes", "sidebar.engine",
		"sidebar.settings", "sidebar.learn", "sidebar.activity",
	},
	OpenDiscover:   {"discover.search"},
	OpenImage:      {"repository.run"},
	OpenRun:        {"run.name", "run.ports", "run.volumes", "run.environment", "run.options", "run.command", "run.memory", "run.network", "run.go"},
	OpenContainers: {"containers.search", "containers.list"},
	OpenContainer: {
		"container.open", "container.power", "container.restart", "container.menu", "container.overview", "container.logs",
	},
	OpenImages:   {"images.pull", "images.list", "images.clean"},
	OpenVolumes:  {"volumes.create", "volumes.list", "volumes.clean"},
	OpenEngine:   {"engine.start"},
	OpenSettings: {},
}

// Variable is the environment variable whose value a point of the run sheet
// names; "" with any other point.
func Variable(point string) string {
	name, is := strings.CutPrefix(point, pointVariable)
	if !is {
		return ""
	}
	return name
}

// pointVariable begins the points at values of variables that the recipe names.
const pointVariable = "run.environment/"

// Points are all controls that a mark may point at, sorted.
func Points() []string {
	var all []string
	for _, some := range points {
		all = append(all, some...)
	}
	slices.Sort(all)
	return all
}

// PointsOf are the controls of a screen, as "open" names it.
func PointsOf(open string) []string {
	screen, _ := screenOf(open)
	return pointsOf(screen.Name)
}

// pointsOf are the controls of a screen and around it; the run sheet lies over
// all others.
func pointsOf(screen string) []string {
	if screen == OpenRun {
		return points[screen]
	}
	return slices.Concat(points[screen], points[""])
}
