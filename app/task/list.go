package task

import (
	"maps"
	"slices"

	"escale/app/store"
)

// edit replaces one task of the list by what change makes of it.
func (m *Manager) edit(id int, change func(*Task)) {
	m.List.Update(func(old []Task) []Task {
		i := slices.IndexFunc(old, func(t Task) bool { return t.ID == id })
		if i < 0 {
			return old
		}
		list := slices.Clone(old)
		change(&list[i])
		return list
	})
}

// drop takes a task off the list and forgets its work.
func (m *Manager) drop(id int) {
	m.mu.Lock()
	delete(m.jobs, id)
	m.mu.Unlock()
	m.List.Update(func(old []Task) []Task {
		return slices.DeleteFunc(slices.Clone(old), func(t Task) bool { return t.ID == id })
	})
}

// trim drops the oldest ended tasks of a list that has grown too long.
func (m *Manager) trim() {
	list := m.List.Get()
	over := len(list) - kept
	for i := len(list) - 1; i >= 0 && over > 0; i-- {
		if list[i].Over() {
			m.drop(list[i].ID)
			over--
		}
	}
}

// mark says that t's object is busy.
func (m *Manager) mark(t Task) {
	if t.ObjectID == "" {
		return
	}
	m.busy.Update(func(old map[string]store.Busy) map[string]store.Busy {
		b := maps.Clone(old)
		b[t.ObjectID] = store.Busy{Verb: t.Verb, Since: t.Started, TaskID: t.ID}
		return b
	})
}

// unmark takes t's mark away, or passes it to another task on the same object.
func (m *Manager) unmark(t Task) {
	if t.ObjectID == "" {
		return
	}
	m.busy.Update(func(old map[string]store.Busy) map[string]store.Busy {
		if old[t.ObjectID].TaskID != t.ID {
			return old
		}
		b := maps.Clone(old)
		delete(b, t.ObjectID)
		for _, o := range m.List.Get() {
			if o.ID != t.ID && o.ObjectID == t.ObjectID && !o.Over() {
				b[t.ObjectID] = store.Busy{Verb: o.Verb, Since: o.Started, TaskID: o.ID}
				break
			}
		}
		return b
	})
}
