package regproxy

import (
	"context"
	"io"
	"net/http"
	"time"
)

// shape makes the bodies of downloads obey the settings.
func (p *Proxy) shape(reply *http.Response) error {
	if isDownload(reply.Request) && reply.StatusCode < http.StatusBadRequest {
		reply.Body = &throttled{ReadCloser: reply.Body, proxy: p, done: reply.Request.Context().Done(), half: reply.ContentLength / 2}
	}
	return nil
}

// throttled is a download.
type throttled struct {
	io.ReadCloser
	proxy *Proxy
	done  <-chan struct{} // the engine went away
	half  int64           // bytes until the middle
}

// chunk is small enough to show progress at slow rates.
const chunk = 16 << 10

// Read implements io.Reader.
func (t *throttled) Read(into []byte) (int, error) {
	settings := t.proxy.Settings()
	if settings.FailBlobs && settings.Status > 0 && settings.Status < 100 && t.half <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if settings.ThrottleBytesPerSecond > 0 && len(into) > chunk {
		into = into[:chunk]
	}
	n, err := t.ReadCloser.Read(into)
	t.half -= int64(n)
	if waited := t.wait(t.proxy.reserve(n)); waited != nil {
		return 0, waited
	}
	return n, err
}

// reserve books n bytes and returns how long to wait for them.
func (p *Proxy) reserve(n int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	rate := p.settings.ThrottleBytesPerSecond
	if rate <= 0 || n <= 0 {
		return 0
	}
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	p.next = p.next.Add(time.Duration(int64(n) * int64(time.Second) / rate))
	return p.next.Sub(now)
}

func (t *throttled) wait(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-t.done:
		return context.Canceled
	}
}
