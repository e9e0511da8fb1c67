package feed

import (
	"slices"
	"sync"
	"time"
)

// marks remember what must be read again, and when. Events only mark; one
// goroutine per kind takes the marks and reads.
type marks struct {
	single  bool          // objects can be read one by one
	changed chan struct{} // wakes the reader

	mu    sync.Mutex
	dirty map[string]bool
	first time.Time // when the oldest of dirty was marked
	last  time.Time // … and the newest
	read  hurry     // somebody waits for a dirty object

	full   bool      // the whole list is out of date …
	since  time.Time // … for so long
	list   hurry     // somebody waits for the list
	rested time.Time // lists that nobody waits for rest until then
}

// hurry is who waits: then there is no settling and no resting.
type hurry []chan struct{}

func newMarks(single bool) *marks {
	return &marks{single: single, changed: make(chan struct{}, 1), dirty: map[string]bool{}}
}

// touch marks one object.
func (m *marks) touch(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mark(id)
}

// stale marks the whole list.
func (m *marks) stale() { m.touch("") }

// force marks one object, or the list when id is empty, to be read at once. The
// channel it returns is closed when that has been done.
func (m *marks) force(id string) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	done := make(chan struct{})
	if m.mark(id) {
		m.list = append(m.list, done)
	} else {
		m.read = append(m.read, done)
	}
	return done
}

// mark runs under mu and reports whether it marked the whole list.
func (m *marks) mark(id string) (whole bool) {
	now := time.Now()
	if whole = id == "" || !m.single; whole {
		if !m.full {
			m.full, m.since = true, now
		}
	} else {
		if len(m.dirty) == 0 {
			m.first = now
		}
		m.dirty[id], m.last = true, now
	}
	select {
	case m.changed <- struct{}{}:
	default:
	}
	return whole
}

// rest keeps lists that nobody waits for from starting before t.
func (m *marks) rest(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rested = t
}

// work is what a reader has to do now.
type work struct {
	full bool
	ids  map[string]bool // changed objects; with full, those of the list that have changed
	done hurry
}

// finish tells those who wait.
func (w work) finish() {
	for _, c := range w.done {
		close(c)
	}
}

// take returns what is due at now. When nothing is, next tells when something
// will be; it is zero when nothing is marked.
func (m *marks) take(now time.Time) (w work, next time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list, read := m.due()
	switch {
	case !list.IsZero() && !now.Before(list):
		w = work{full: true, ids: m.dirty, done: slices.Concat(m.list, m.read)}
		m.full, m.list = false, nil
	case !read.IsZero() && !now.Before(read):
		w = work{ids: m.dirty, done: m.read}
	case list.IsZero() || !read.IsZero() && read.Before(list):
		return work{}, read
	default:
		return work{}, list
	}
	m.dirty, m.read = map[string]bool{}, nil
	return w, time.Time{}
}

// due tells when the list and when single objects must be read; zero is never.
// It runs under mu.
func (m *marks) due() (list, read time.Time) {
	many := len(m.dirty) > fullFrom
	if len(m.dirty) > 0 {
		read = earlier(m.last.Add(settle), m.first.Add(settleMost))
		if len(m.read) > 0 {
			read = m.first
		}
	}
	if m.full {
		list = m.since.Add(settle)
	}
	if many {
		if list.IsZero() || read.Before(list) {
			list = read
		}
		read = time.Time{}
	}
	switch {
	case list.IsZero():
	case len(m.list) > 0, many && len(m.read) > 0:
		list = m.first // long ago, or just now
		if m.full {
			list = m.since
		}
	case list.Before(m.rested):
		list = m.rested
	}
	return list, read
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
