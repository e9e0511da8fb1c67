package discover

import (
	"context"
	"sync"
)

// Moving returns a Hub whose address is a setting: where is asked before each
// call, and another address gets a client of its own.
func Moving(where func() string, at func(base string) Hub) Hub {
	return &moving{where: where, at: at}
}

type moving struct {
	where func() string
	at    func(base string) Hub

	mu   sync.Mutex
	base string
	hub  Hub // at base; nil before the first call
}

func (m *moving) now() Hub {
	base := m.where()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hub == nil || m.base != base {
		m.base, m.hub = base, m.at(base)
	}
	return m.hub
}

func (m *moving) Search(ctx context.Context, query string, page, pageSize int) (Page, error) {
	return m.now().Search(ctx, query, page, pageSize)
}

func (m *moving) Repository(ctx context.Context, name string) (Repository, error) {
	return m.now().Repository(ctx, name)
}

func (m *moving) Tags(ctx context.Context, name string, page, pageSize int) (TagPage, error) {
	return m.now().Tags(ctx, name, page, pageSize)
}

func (m *moving) Logo(ctx context.Context, name string) ([]byte, error) {
	return m.now().Logo(ctx, name)
}

func (m *moving) PullQuota(ctx context.Context) (Quota, error) { return m.now().PullQuota(ctx) }
