package app

import (
	"sync"
	"time"
)

// mostStarts is of how many containers it is remembered how long their start took.
const mostStarts = 1000

// starts remembers how long the starts took that this app has asked for. Safe for
// concurrent use.
type starts struct {
	mu   sync.Mutex
	took map[string]time.Duration // by ID
}

func (s *starts) note(id string, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.took == nil || len(s.took) >= mostStarts {
		s.took = map[string]time.Duration{}
	}
	s.took[id] = took
}

// StartedIn is how long the engine took to make and start a container, or to start
// it, when this app asked it to; false when it did not.
func (a *App) StartedIn(id string) (time.Duration, bool) {
	a.starts.mu.Lock()
	defer a.starts.mu.Unlock()
	took, ok := a.starts.took[id]
	return took, ok
}
