// Package tray is Escale in the desktop's tray: what its menu says, made from
// what the store knows, and the way to the toolkit that shows it.
package tray

import "slices"

// State is what the icon shows of the engine.
type State string

// The states.
const (
	Running  State = "running"
	Starting State = "starting" // it is looked for, started or read
	Stopped  State = "stopped"  // nobody started it, or somebody stopped it
	Trouble  State = "trouble"  // it is lost, does not answer, or cannot be used
)

// Do is what an entry does when it is chosen.
type Do string

// The deeds of a menu.
const (
	Nothing       Do = ""
	Browse        Do = "browse" // Target: a web address
	Logs          Do = "logs"   // Target: a container's ID, also of the next five
	Start         Do = "start"
	Stop          Do = "stop"
	Restart       Do = "restart"
	Pause         Do = "pause"
	Resume        Do = "resume"
	PauseAll      Do = "pauseall"
	ResumeAll     Do = "resumeall"
	ShowAll       Do = "showall"
	Quick         Do = "quick" // Target: a recipe's ID
	StartEngine   Do = "startengine"
	StopEngine    Do = "stopengine"
	RestartEngine Do = "restartengine"
	LookAgain     Do = "lookagain"
	ShowEngine    Do = "showengine"
	Open          Do = "open"
	Quit          Do = "quit"
)

// Action is what to do, and to what. The zero value does nothing.
type Action struct {
	Do     Do
	Target string
}

// Item is one line of a menu: with Items it opens them, else it acts.
type Item struct {
	Label     string
	Disabled  bool
	Separator bool // a line, nothing else
	Action    Action
	Items     []Item
}

// Equal tells whether two items look the same and do the same.
func (i Item) Equal(o Item) bool {
	return i.Label == o.Label && i.Disabled == o.Disabled && i.Separator == o.Separator && i.Action == o.Action &&
		slices.EqualFunc(i.Items, o.Items, Item.Equal)
}

// Menu is the whole tray. It never changes: another one takes its place.
type Menu struct {
	State State
	Items []Item
}

// Equal tells whether showing o instead of m would change nothing.
func (m Menu) Equal(o Menu) bool {
	return m.State == o.State && slices.EqualFunc(m.Items, o.Items, Item.Equal)
}
