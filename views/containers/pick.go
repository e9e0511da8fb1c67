package containers

import (
	"slices"

	"escale/engine"
)

// picks are the IDs of the containers that the user has chosen.
type picks map[string]bool

// keep drops those that are gone.
func (p picks) keep(rows []engine.Container) {
	if len(p) == 0 {
		return
	}
	here := make(map[string]bool, len(rows))
	for _, c := range rows {
		here[c.ID] = true
	}
	for id := range p {
		if !here[id] {
			delete(p, id)
		}
	}
}

func (p picks) toggle(id string) {
	if p[id] {
		delete(p, id)
		return
	}
	p[id] = true
}

// between picks all containers from one line to another, both included.
func (p picks) between(items []item, from, to int) {
	from, to = min(from, to), max(from, to)
	for _, it := range items[max(from, 0):min(to+1, len(items))] {
		if !it.heading && !it.gone {
			p[it.c.ID] = true
		}
	}
}

// picked are the chosen containers that the list shows.
func (s *Screen) picked() []engine.Container {
	var rows []engine.Container
	if len(s.pick) == 0 {
		return nil
	}
	for _, it := range s.answer.items {
		if !it.heading && !it.gone && s.pick[it.c.ID] {
			rows = append(rows, it.c)
		}
	}
	return rows
}

func sameIDs(a, b []string) bool { return slices.Equal(a, b) }
