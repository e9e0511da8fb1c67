// Package cmdlog keeps what Escale did to engines, as the docker commands that
// do the same. One layer over the engine's interface records every call: see
// Wrap. The log is kept in memory, bounded, and for this run only; values that
// look like passwords are not in it.
package cmdlog

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// What the log keeps; older entries make room.
const (
	mostChanges   = 500
	mostQuestions = 100
	mostBytes     = 2 << 20  // of the commands of all changes
	longest       = 32 << 10 // of one command; a longer one is cut, and cannot be repeated
	mostNames     = 20_000   // of objects that have an ID
)

// State is how a call went.
type State int

// The states.
const (
	Running State = iota
	Done
	Failed
	Cancelled
)

// Place is an engine, as the log tells one from another.
type Place struct {
	ID      string // its endpoint's
	Name    string
	Host    string
	account string // of itself: another engine may come to the same endpoint
}

// Entry is one thing that was done, or asked.
type Entry struct {
	ID     int
	Change bool // it changes something; else it is a question
	State  State
	Err    error // why it failed
	At     time.Time
	Took   time.Duration // once it is over
	Times  int           // how often a question was asked; else 1
	Place  Place
	Long   bool // the command was too long to be kept whole

	verb    verb
	words   []word // after "docker"
	uses    []object
	image   object // that a container is made from: the engine gets it
	made    object // empty until it is made
	unnamed bool   // the engine chose the made object's name
	pack    *folder
	target  func(words ...string) string
}

// Secret reports whether the command has a place for a value that is not kept.
func (e Entry) Secret() bool { return len(e.Secrets()) > 0 }

// Secrets are the shell variables that the command takes values from, because
// they are not kept.
func (e Entry) Secrets() []string {
	var names []string
	for _, w := range e.words {
		if w.secret != "" && !slices.Contains(names, w.secret) {
			names = append(names, w.secret)
		}
	}
	return names
}

// Log is what was done so far. Safe for concurrent use.
type Log struct {
	// Changed grows with every change, for Subscribe.
	Changed *store.Value[int]

	mu        sync.Mutex
	last      int
	changes   []Entry // oldest first
	questions []Entry // the one that was asked last is last
	bytes     int     // of the commands of changes
	dropped   int     // changes that are no longer kept
	names     map[object]string
	accounts  map[string]string // what an engine says of itself, by its endpoint
	secrets   *keeper
}

// New returns an empty log.
func New() *Log {
	l := &Log{Changed: store.NewValue(0), names: map[object]string{}, accounts: map[string]string{}}
	l.secrets = newKeeper()
	return l
}

// Entries returns what was done, oldest first, and how many older changes are no
// longer kept. A container that was made and started at once is one entry, as it
// is one command. Questions are left out, unless they are asked for.
func (l *Log) Entries(questions bool) (entries []Entry, dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries = joined(l.changes)
	if questions {
		entries = append(entries, l.questions...)
		slices.SortStableFunc(entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	}
	return entries, l.dropped
}

// Clear forgets everything but what is under way.
func (l *Log) Clear() {
	l.mu.Lock()
	over := func(e Entry) bool { return e.State != Running }
	l.changes = slices.DeleteFunc(slices.Clone(l.changes), over)
	l.questions = slices.DeleteFunc(slices.Clone(l.questions), over)
	l.bytes, l.dropped = 0, 0
	for _, e := range l.changes {
		l.bytes += e.size()
	}
	if len(l.changes) == 0 {
		l.secrets = newKeeper()
	}
	l.mu.Unlock()
	l.tell()
}

func (l *Log) tell() { l.Changed.Update(func(n int) int { return n + 1 }) }

// begin notes that something is being done, and returns its number.
func (l *Log) begin(e Entry) int {
	l.mu.Lock()
	l.last++
	e.ID, e.Times, e.At, e.State = l.last, 1, time.Now(), Running
	if size := e.size(); size > longest {
		e.cut()
	}
	if e.Change {
		l.changes = append(l.changes, e)
		l.bytes += e.size()
		l.bound()
	} else {
		l.ask(e)
	}
	l.mu.Unlock()
	l.tell()
	return e.ID
}

// ask notes a question, in place of the same one that was asked before.
func (l *Log) ask(e Entry) {
	same := slices.IndexFunc(l.questions, func(o Entry) bool { return o.Place == e.Place && slices.Equal(o.words, e.words) })
	if same >= 0 {
		e.Times += l.questions[same].Times
		l.questions = slices.Delete(l.questions, same, same+1)
	}
	l.questions = append(l.questions, e)
	if len(l.questions) > mostQuestions {
		l.questions = l.questions[1:]
	}
}

// bound drops the oldest changes.
func (l *Log) bound() {
	for len(l.changes) > mostChanges || l.bytes > mostBytes {
		l.bytes -= l.changes[0].size()
		l.changes = l.changes[1:]
		l.dropped++
	}
}

// end notes how it went; id is begin's, and ctx that of the call.
func (l *Log) end(ctx context.Context, id int, err error, made object) {
	l.mu.Lock()
	for _, list := range [][]Entry{l.questions, l.changes} {
		for i := len(list) - 1; i >= 0; i-- {
			if e := &list[i]; e.ID == id {
				e.Took, e.Err, e.made = time.Since(e.At), err, made
				e.State = outcome(ctx, err)
			}
		}
	}
	l.mu.Unlock()
	l.tell()
}

func outcome(ctx context.Context, err error) State {
	cause := context.Cause(ctx)
	switch {
	case err == nil:
		return Done
	case errors.Is(cause, engine.ErrTimeout):
		return Failed
	case errors.Is(err, context.Canceled), errors.Is(cause, context.Canceled), errors.Is(cause, task.ErrCancelled):
		return Cancelled
	}
	return Failed
}

// size is what an entry takes, about.
func (e Entry) size() int {
	n := 0
	for _, w := range e.words {
		n += len(w.text) + len(w.secret)
	}
	return n
}

// cut keeps the beginning of a command.
func (e *Entry) cut() {
	e.Long = true
	for i, n := 0, 0; i < len(e.words); i++ {
		if n += len(e.words[i].text); n > 1<<10 {
			e.words = append(slices.Clone(e.words[:i]), word{text: "…"})
			return
		}
	}
}

// random returns a key that is this run's only.
func random() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return key
}
