package session

import (
	"log/slog"
	"sync"

	"escale/engine"
)

// link is an engine shared by the feed and by operations: it is closed when it
// was retired and nobody uses it any more.
type link struct {
	eng      engine.Engine
	endpoint string // ID
	log      *slog.Logger

	mu      sync.Mutex
	users   int
	retired bool
}

func (l *link) acquire() (engine.Engine, func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users++
	return l.eng, sync.OnceFunc(l.release)
}

func (l *link) release() {
	l.mu.Lock()
	l.users--
	l.closeIfIdle()
}

// retire lets go of the engine. It may be called once.
func (l *link) retire() {
	l.mu.Lock()
	l.retired = true
	l.closeIfIdle()
}

// closeIfIdle unlocks mu.
func (l *link) closeIfIdle() {
	idle := l.retired && l.users == 0
	l.mu.Unlock()
	if !idle {
		return
	}
	if err := l.eng.Close(); err != nil {
		l.log.Debug("close engine", "error", err)
	}
}
