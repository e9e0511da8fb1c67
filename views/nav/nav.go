// Package nav is how screens reach each other and the window without importing
// either: they ask for a route, and the shell opens it.
package nav

import (
	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/post"
)

// Place names a screen.
type Place string

// The places of the app.
const (
	Discover   Place = "discover"
	Repository Place = "repository" // ID: the repository's name on the Hub
	Containers Place = "containers"
	Container  Place = "container" // ID: a container's ID; Tab: "overview" or "logs"
	Images     Place = "images"
	Volumes    Place = "volumes" // ID: a volume to select, or empty
	Networks   Place = "networks"
	Engine     Place = "engine"
	Settings   Place = "settings"
	Commands   Place = "commands"
	Glossary   Place = "glossary"   // ID: a term to show, or empty
	Compare    Place = "compare"    // a container with a virtual machine
	Playground Place = "playground" // ID: an instance, or empty for all of them
	Learn      Place = "learn"      // ID: a lesson that comes with Escale, or empty
	Run        Place = "run"        // a sheet over the current screen; ID: an image reference
)

// Route is a place, and what to show there.
type Route struct {
	Place Place
	ID    string
	Tab   string
	For   string // Run: the image that needs a container of this one; mostly empty
	File  string // Run: the path of a recipe file, Learn: of a lesson, instead of ID; mostly empty
	Line  string // Run: a docker run line that somebody pasted, instead of ID; mostly empty
	Kept  string // Run: the image of a container that was kept from the playground, instead of ID; mostly empty
	Task  string // Run: the task of the open lesson that fills the form in, instead of ID; mostly empty
}

// Host is what a screen may ask of the window. All methods belong to the UI
// goroutine, except Post, which any goroutine may call.
type Host interface {
	post.Poster
	// Open shows a route.
	Open(Route)
	// Back returns to where the current route was opened from.
	Back()
	// Window is the app's window, for overlays and the clipboard.
	Window() fyne.Window
	// Toast tells that something happened, without taking the focus.
	Toast(tone kit.Tone, title, text string, actions ...ToastAction)
	// Fail tells about an error in plain words, with Retry when retry is given.
	Fail(err error, retry func())
	// ShowActivity shows the long work that is under way beside the page.
	ShowActivity()
	// Guide shows where a task of the open lesson is done, and points at it.
	Guide(task string)
	// Browse opens a web address in the user's browser; http and https only.
	Browse(url string)
	// Copy puts text on the clipboard and says so.
	Copy(text string)
}

// ToastAction is a button of a toast.
type ToastAction struct {
	Label  string
	Tapped func()
}

// Screen is one place of the window. All methods belong to the UI goroutine.
type Screen interface {
	// Content is made once.
	Content() fyne.CanvasObject
	// Show is called each time the screen comes into view, with its route.
	Show(Route)
	// Hide is called when another screen takes its place: stop what costs.
	Hide()
	// Close ends subscriptions and goroutines; the screen is not used again.
	Close()
}

// Searcher is a Screen with a search field that Ctrl+F focuses.
type Searcher interface{ FocusSearch() }

// Lister is a Screen with a list that the arrow keys enter.
type Lister interface{ FocusList() }

// Refresher is a Screen that Ctrl+R reads again.
type Refresher interface{ Refresh() }

// Teacher is a Host that has lessons.
type Teacher interface {
	// Lesson is where the lesson with this ID is; false when there is none.
	Lesson(id string) (Route, bool)
}

// LessonAt is where a lesson is; false where the host has no lessons, or none
// with this ID.
func LessonAt(h Host, id string) (Route, bool) {
	teacher, ok := h.(Teacher)
	if !ok || id == "" {
		return Route{}, false
	}
	return teacher.Lesson(id)
}
