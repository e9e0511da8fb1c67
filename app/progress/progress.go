// Package progress keeps how far the user has come with each lesson, in a file
// of this computer that nobody else reads.
package progress

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/adrg/xdg"
	"github.com/moby/sys/atomicwriter"

	"escale/app/lesson"
	"escale/app/store"
)

// ErrDamaged is returned by Open, next to a usable store, when the file held
// something else than progress.
var ErrDamaged = errors.New("progress is damaged")

const (
	soon        = 500 * time.Millisecond // how long changes gather before they are written
	mostBytes   = 8 << 20
	mostLessons = 500
)

// Record is how far the user has come with one lesson. Its maps and slices are
// never edited.
type Record struct {
	Begun    time.Time       `json:"begun"`
	Done     time.Time       `json:"done,omitzero"` // when everything was first done
	Step     int             `json:"step"`          // where the user was, from 0
	Reached  int             `json:"reached"`       // the furthest step that was shown
	Tasks    map[string]Tick `json:"tasks,omitempty"`
	Answered []int           `json:"answered,omitempty"` // the right answers found, by question, from 1; 0 is none yet

	// What was there when the lesson, and the steps with open tasks, were begun.
	Lesson lesson.Mark         `json:"lesson"`
	Steps  map[int]lesson.Mark `json:"steps,omitempty"`
}

// Tick is a task that was done.
type Tick struct {
	At   time.Time   `json:"at"`
	Deed lesson.Deed `json:"deed"`
}

// Started tells whether the lesson was begun at all.
func (r Record) Started() bool { return !r.Begun.IsZero() }

// Finished tells whether the lesson was done.
func (r Record) Finished() bool { return !r.Done.IsZero() }

func (r Record) clone() Record {
	r.Tasks, r.Steps, r.Answered = maps.Clone(r.Tasks), maps.Clone(r.Steps), slices.Clone(r.Answered)
	if r.Tasks == nil {
		r.Tasks = map[string]Tick{}
	}
	if r.Steps == nil {
		r.Steps = map[int]lesson.Mark{}
	}
	return r
}

// Store keeps the records and their file. Safe for concurrent use.
type Store struct {
	path    string // empty keeps them in memory only
	records *store.Value[map[string]Record]

	mu      sync.Mutex
	pending *time.Timer // a write that is put off; nil when none
	err     error       // of the last write

	writing sync.Mutex // held while the file is written, so that the newest is written last
}

// DefaultPath is where progress is kept on this system.
func DefaultPath() string { return filepath.Join(xdg.DataHome, "escale", "lessons.json") }

// Open reads the progress at path; without a file there is none, and an empty
// path keeps it in memory. The store is usable even when an error is returned:
// ErrDamaged after a damaged file was renamed to path + ".bad", and else what
// kept the file from being read.
func Open(path string) (*Store, error) {
	s := &Store{path: path, records: store.NewValue(map[string]Record{})}
	if path == "" {
		return s, nil
	}
	file, err := os.Open(path) //nolint:gosec // the user's own file
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read progress: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return s, fmt.Errorf("read progress: %w", err)
	}
	var records map[string]Record
	if err := json.Unmarshal(data, &records); err != nil || len(data) > mostBytes || len(records) > mostLessons {
		return s, fmt.Errorf("read progress: %w", errors.Join(ErrDamaged, err, os.Rename(path, path+".bad")))
	}
	known := make(map[string]Record, len(records))
	for key, r := range records {
		known[key] = r.sound()
	}
	s.records.Set(known)
	return s, nil
}

// sound is a record whose numbers are in range.
func (r Record) sound() Record {
	r.Step, r.Reached = max(r.Step, 0), max(r.Reached, 0)
	return r.clone()
}

// Get returns the record of a lesson; its zero value when it was never begun.
func (s *Store) Get(key string) Record { return s.records.Get()[key] }

// Any tells whether any lesson was begun.
func (s *Store) Any() bool { return len(s.records.Get()) > 0 }

// Update changes a record, tells the subscribers and writes the file half a
// second later. It does not wait for the disk.
func (s *Store) Update(key string, edit func(*Record)) {
	s.change(func(records map[string]Record) {
		r := records[key].clone()
		edit(&r)
		records[key] = r
	})
}

// Forget removes the records of these lessons, or all of them when none is
// named, and returns what was removed, for Restore.
func (s *Store) Forget(keys ...string) map[string]Record {
	gone := map[string]Record{}
	s.change(func(records map[string]Record) {
		for key, r := range records {
			if len(keys) == 0 || slices.Contains(keys, key) {
				gone[key] = r
				delete(records, key)
			}
		}
	})
	return gone
}

// Restore undoes Forget.
func (s *Store) Restore(gone map[string]Record) {
	s.change(func(records map[string]Record) { maps.Copy(records, gone) })
}

// change edits a copy of the records, and has it written. That comes second: a
// Flush in between would take what is not there yet for written.
func (s *Store) change(edit func(map[string]Record)) {
	s.records.Update(func(records map[string]Record) map[string]Record {
		records = maps.Clone(records)
		edit(records)
		return records
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil && s.path != "" {
		// A failed write is tried again, and reported, by Flush at the end.
		s.pending = time.AfterFunc(soon, func() { _ = s.Flush() })
	}
}

// Subscribe calls f after each change, on the goroutine that made it, until
// cancel is called.
func (s *Store) Subscribe(f func()) (cancel func()) { return s.records.Subscribe(f) }

// Flush writes the file now, if something has changed. Call it before the
// program ends.
func (s *Store) Flush() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	wanted := s.pending != nil || s.err != nil
	if s.pending != nil {
		s.pending.Stop()
		s.pending = nil
	}
	s.mu.Unlock()
	if !wanted {
		return nil
	}
	data, err := json.Marshal(s.records.Get())
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.path), 0o700)
	}
	if err == nil {
		err = atomicwriter.WriteFile(s.path, append(data, '\n'), 0o600)
	}
	s.mu.Lock()
	s.err = err
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	return nil
}
