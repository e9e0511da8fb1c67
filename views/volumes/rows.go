package volumes

import (
	"cmp"
	"slices"
	"strings"

	"escale/app/store"
	"escale/engine"
)

// order is how the list is sorted.
type order int

const (
	byName order = iota
	bySize
)

// row is one volume and what is being done to it.
type row struct {
	engine.Volume
	busy store.Verb
	gone bool // removed meanwhile; it leaves when the pointer does
}

// rowsOf makes the list's rows from what the store holds. Volumes whose name
// the engine chose come after those that somebody named.
func rowsOf(volumes []engine.Volume, busy map[string]store.Busy, query string, by order) []row {
	query = strings.ToLower(strings.TrimSpace(query))
	var rows []row
	for _, v := range volumes {
		if query == "" || matches(v, query) {
			rows = append(rows, row{Volume: v, busy: busy[v.Name].Verb})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		if by == bySize {
			return cmp.Or(cmp.Compare(b.SizeBytes, a.SizeBytes), strings.Compare(a.Name, b.Name))
		}
		return cmp.Or(last(a.Anonymous, b.Anonymous), strings.Compare(a.Name, b.Name))
	})
	return rows
}

func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// matches looks in the name and in the names of the containers that use it.
func matches(v engine.Volume, query string) bool {
	if strings.Contains(strings.ToLower(v.Name), query) {
		return true
	}
	return slices.ContainsFunc(v.UsedBy, func(u engine.VolumeUse) bool {
		return strings.Contains(strings.ToLower(u.Container), query)
	})
}

// total adds the sizes that are known, and tells whether all are.
func total(volumes []engine.Volume) (sum int64, whole bool) {
	whole = true
	for _, v := range volumes {
		if v.SizeBytes < 0 {
			whole = false
			continue
		}
		sum += v.SizeBytes
	}
	return sum, whole
}

// unused are the volumes that no container mounts, running or not.
func unused(volumes []engine.Volume) []engine.Volume {
	var free []engine.Volume
	for _, v := range volumes {
		if len(v.UsedBy) == 0 {
			free = append(free, v)
		}
	}
	return free
}

// anonymous keeps the volumes whose name the engine chose.
func anonymous(volumes []engine.Volume) []engine.Volume {
	var kept []engine.Volume
	for _, v := range volumes {
		if v.Anonymous {
			kept = append(kept, v)
		}
	}
	return kept
}

// settle returns the rows to show. While the pointer is over them none moves:
// each is brought up to date where it stands, and pending tells that others wait.
func settle(shown, wanted []row, hovered bool) (rows []row, pending bool) {
	same := slices.EqualFunc(shown, wanted, func(a, b row) bool { return a.Name == b.Name })
	if !hovered || len(shown) == 0 || same {
		return wanted, false
	}
	newest := make(map[string]row, len(wanted))
	for _, r := range wanted {
		newest[r.Name] = r
	}
	rows = make([]row, len(shown))
	for i, r := range shown {
		if now, ok := newest[r.Name]; ok {
			rows[i] = now
			continue
		}
		r.gone, r.busy = true, ""
		rows[i] = r
	}
	return rows, true
}

// nameProblem tells why a new volume cannot be called name.
type nameProblem int

const (
	nameFine nameProblem = iota
	nameEmpty
	nameShort
	nameLetters
	nameTaken
)

// checkName holds a name to the engine's rule, [a-zA-Z0-9][a-zA-Z0-9_.-]+, and
// to the names in use.
func checkName(name string, volumes []engine.Volume) nameProblem {
	switch {
	case name == "":
		return nameEmpty
	case !wellFormed(name):
		return nameLetters
	case len(name) < 2:
		return nameShort
	case slices.ContainsFunc(volumes, func(v engine.Volume) bool { return v.Name == name }):
		return nameTaken
	}
	return nameFine
}

func wellFormed(name string) bool {
	for i, r := range name {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !plain && (i == 0 || !strings.ContainsRune("_.-", r)) {
			return false
		}
	}
	return true
}
