package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/adrg/xdg"
)

// ErrDamaged is returned by Open, next to a usable store, when the file held
// something else than preferences.
var ErrDamaged = errors.New("preferences are damaged")

// soon is how long frequent changes gather before they are written.
const soon = 500 * time.Millisecond

// Store keeps the preferences and their file. Safe for concurrent use.
type Store struct {
	path string // empty keeps them in memory only

	mu      sync.Mutex
	prefs   Prefs
	subs    map[int]func()
	next    int
	pending *time.Timer // a write that UpdateSoon put off; nil when none

	writing sync.Mutex // held while the file is written, so that the newest is written last
}

// DefaultPath is where the preferences are kept on this system.
func DefaultPath() string { return filepath.Join(xdg.ConfigHome, "escale", "settings.json") }

// Open reads the preferences at path; without a file they are the defaults, and
// an empty path keeps them in memory. The store is usable even when an error is
// returned: ErrDamaged after a damaged file was renamed to path + ".bad", and
// else what kept the file from being read.
func Open(path string) (*Store, error) {
	s := &Store{path: path, subs: map[int]func(){}}
	if path == "" {
		return s, nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the path is the user's own settings file
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	var p Prefs
	if err := json.Unmarshal(data, &p); err != nil {
		if err := os.Rename(path, path+".bad"); err != nil {
			return s, fmt.Errorf("keep damaged settings: %w", errors.Join(ErrDamaged, err))
		}
		return s, fmt.Errorf("read settings: %w", errors.Join(ErrDamaged, err))
	}
	s.prefs = p.sound()
	return s, nil
}

// Get returns the preferences.
func (s *Store) Get() Prefs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prefs
}

// Update changes the preferences, writes the file and tells the subscribers.
// The change holds for this run even when the file cannot be written.
func (s *Store) Update(edit func(*Prefs)) error {
	s.change(edit)
	return s.Flush()
}

// UpdateSoon is Update for what changes often, such as the window's size: the
// file is written half a second after the first of several changes.
func (s *Store) UpdateSoon(edit func(*Prefs)) {
	s.change(edit)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil {
		// A failed write is tried again, and reported, by Flush at the end.
		s.pending = time.AfterFunc(soon, func() { _ = s.Flush() })
	}
}

// change edits the preferences and tells the subscribers.
func (s *Store) change(edit func(*Prefs)) {
	s.mu.Lock()
	edit(&s.prefs)
	s.prefs = s.prefs.sound()
	told := make([]func(), 0, len(s.subs))
	for _, f := range s.subs {
		told = append(told, f)
	}
	s.mu.Unlock()
	for _, f := range told {
		f()
	}
}

// Subscribe calls f after each change, on the goroutine that made it, until
// cancel is called.
func (s *Store) Subscribe(f func()) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.next
	s.next++
	s.subs[k] = f
	return func() { s.mu.Lock(); defer s.mu.Unlock(); delete(s.subs, k) }
}

// Flush writes the file now. Call it before the program ends.
func (s *Store) Flush() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	if s.pending != nil {
		s.pending.Stop()
		s.pending = nil
	}
	p := s.prefs
	s.mu.Unlock()
	if s.path == "" {
		return nil
	}
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	if err := replace(s.path, append(data, '\n')); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

// replace puts data at path in one step: a crash leaves the old file or the
// new one, readable by the user alone.
func replace(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".settings-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
