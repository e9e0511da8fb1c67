package images

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/views/say"
)

// order is how the list is sorted.
type order int

const (
	byName order = iota
	bySize
	byAge
)

// user is a container that needs an image.
type user struct {
	id, name string
	running  bool
}

// row is one reference of one image, or an image that has none.
type row struct {
	id       string
	ref      string // what to call it in commands: a tag, or the ID
	name     string // what to call it on the screen
	nameless bool
	also     []string // its other references
	size     int64
	created  time.Time
	users    []user
	busy     store.Verb // what is being done to it, or empty
	gone     bool       // removed meanwhile; it leaves when the pointer does
}

// key tells rows apart across reloads.
func (r row) key() string { return r.id + " " + r.ref }

// rowsOf makes the list's rows from what the store holds.
func rowsOf(images []engine.Image, containers []engine.Container, busy map[string]store.Busy, query string, by order) []row {
	var rows []row
	query = strings.ToLower(strings.TrimSpace(query))
	for _, image := range images {
		for _, r := range imageRows(image) {
			if query != "" && !strings.Contains(strings.ToLower(r.name+" "+r.id), query) {
				continue
			}
			r.users = usersOf(image, r.ref, containers)
			r.busy = busyWith(busy, r)
			rows = append(rows, r)
		}
	}
	sortRows(rows, by)
	return rows
}

func imageRows(image engine.Image) []row {
	base := row{id: image.ID, size: image.SizeBytes, created: image.Created}
	if len(image.Tags) == 0 {
		base.ref, base.name, base.nameless = image.ID, say.L("images.noname"), true
		return []row{base}
	}
	rows := make([]row, len(image.Tags))
	for i, tag := range image.Tags {
		r := base
		r.ref, r.name = tag, tag
		for _, other := range image.Tags {
			if other != tag {
				r.also = append(r.also, other)
			}
		}
		rows[i] = r
	}
	return rows
}

// usersOf are the containers that need this reference of the image: those made
// from it, and those made from the image by a name it no longer has.
func usersOf(image engine.Image, ref string, containers []engine.Container) []user {
	var users []user
	for _, c := range containers {
		if c.ImageID != image.ID {
			continue
		}
		if len(image.Tags) < 2 || c.Image == ref || !slices.Contains(image.Tags, c.Image) {
			users = append(users, user{id: c.ID, name: c.Name, running: c.Active()})
		}
	}
	slices.SortFunc(users, func(a, b user) int { return strings.Compare(a.name, b.name) })
	return users
}

func busyWith(busy map[string]store.Busy, r row) store.Verb {
	for _, key := range []string{r.ref, r.id} {
		if b, ok := busy[key]; ok {
			return b.Verb
		}
	}
	return ""
}

func sortRows(rows []row, by order) {
	slices.SortStableFunc(rows, func(a, b row) int {
		first := 0
		switch by {
		case bySize:
			first = cmp.Compare(b.size, a.size)
		case byAge:
			first = b.created.Compare(a.created)
		case byName:
		}
		return cmp.Or(first, named(a, b), strings.Compare(a.name, b.name), strings.Compare(a.id, b.id))
	})
}

// named puts images without a name last.
func named(a, b row) int {
	switch {
	case a.nameless == b.nameless:
		return 0
	case a.nameless:
		return 1
	}
	return -1
}

// total is what the images take together; shared layers count for each.
func total(images []engine.Image) int64 {
	var sum int64
	for _, image := range images {
		sum += max(0, image.SizeBytes)
	}
	return sum
}

// counted says how many images there are, and how many rows they take: one for
// each name, which is what the filter counts.
func counted(images, rows int) string {
	words := say.N("images.count", images)
	if rows != images {
		words = say.N("images.count.rows", rows, "Images", words)
	}
	return words
}

// userNames are the names of users, joined.
func userNames(users []user) string {
	names := make([]string, len(users))
	for i, u := range users {
		names[i] = u.name
	}
	return strings.Join(names, ", ")
}

// filtered keeps the rows that a filter lets through.
func filtered(rows []row, by filter) []row {
	if by == showAll {
		return rows
	}
	var kept []row
	for _, r := range rows {
		if (len(r.users) > 0) == (by == showUsed) {
			kept = append(kept, r)
		}
	}
	return kept
}

// settle returns the rows to show. While the pointer is over them none moves:
// each is brought up to date where it stands, and pending tells that others wait.
func settle(shown, wanted []row, hovered bool) (rows []row, pending bool) {
	if !hovered || len(shown) == 0 || sameOrder(shown, wanted) {
		return wanted, false
	}
	newest := make(map[string]row, len(wanted))
	for _, r := range wanted {
		newest[r.key()] = r
	}
	rows = make([]row, len(shown))
	for i, r := range shown {
		if now, ok := newest[r.key()]; ok {
			rows[i] = now
			continue
		}
		r.gone, r.busy = true, ""
		rows[i] = r
	}
	return rows, true
}

func sameOrder(a, b []row) bool {
	return slices.EqualFunc(a, b, func(x, y row) bool { return x.key() == y.key() })
}
