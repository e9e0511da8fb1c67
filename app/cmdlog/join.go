package cmdlog

import (
	"slices"
	"time"

	"escale/engine"
)

// joined makes one entry of the making and the start of a container between
// which nothing was done with it: they are one docker run. It returns a copy.
func joined(changes []Entry) []Entry {
	all := make([]Entry, 0, len(changes))
	for _, e := range changes {
		if at := madeFor(all, e); at >= 0 {
			e = both(all[at], e)
			all = slices.Delete(all, at, at+1)
		}
		all = append(all, e)
	}
	return all
}

// madeFor finds the entry that made the container that e starts for the first
// time; -1 when there is none, or something was done with it since.
func madeFor(before []Entry, e Entry) int {
	if e.verb != start || e.State != Done && e.State != Running || len(e.uses) == 0 {
		return -1
	}
	id := e.uses[0]
	for i, b := range slices.Backward(before) {
		if b.made == id && b.verb == create && b.State == Done && b.Place == e.Place && !b.Long {
			return i
		}
		if slices.Contains(b.uses, id) {
			return -1
		}
	}
	return -1
}

func both(made, started Entry) Entry {
	e := made
	e.words = append(words("run", "-d"), made.words[1:]...)
	e.State, e.Err = started.State, started.Err
	e.Took = 0
	if started.State != Running {
		e.Took = started.At.Add(started.Took).Sub(made.At).Round(time.Microsecond)
	}
	return e
}

// Needed is something that must be there before a script is run.
type Needed struct {
	Kind engine.Kind
	Name string
}

// builtin are networks that every engine has, or that are none.
var builtin = []string{"bridge", "host", "none", "podman", "default", "nat"}
