package helper

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// slowEngine answers on pipes, within a test's bubble.
type slowEngine struct {
	took time.Duration // by each list

	mu    sync.Mutex
	ports string // of its one container, in the words of the Engine API
	lists int
	news  chan string
	conns chan net.Conn
}

func (e *slowEngine) Accept() (net.Conn, error) {
	conn, ok := <-e.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (e *slowEngine) Close() error { close(e.conns); return nil }
func (*slowEngine) Addr() net.Addr { return &net.UnixAddr{} }

func (e *slowEngine) dial(context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	e.conns <- far
	return near, nil
}

func (e *slowEngine) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.URL.Path == "/events" {
		_ = http.NewResponseController(w).Flush()
		for {
			select {
			case event := <-e.news:
				_, _ = fmt.Fprintln(w, event)
				_ = http.NewResponseController(w).Flush()
			case <-q.Context().Done():
				return
			}
		}
	}
	e.mu.Lock()
	e.lists++
	ports := e.ports
	e.mu.Unlock()
	time.Sleep(e.took)
	_, _ = fmt.Fprintf(w, `[{"Names":["/web"],"Ports":[%s]}]`, ports)
}

// happen changes what the container publishes and tells of it.
func (e *slowEngine) happen(ports, action string) {
	e.mu.Lock()
	e.ports = ports
	e.mu.Unlock()
	e.news <- fmt.Sprintf(`{"Type":"container","Action":%q}`, action)
}

func (e *slowEngine) listed() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lists
}

// TestPortsTakeOneList: from the guest's word that a container has started, or
// ended, to what is published there is one answer of the engine, and no pause of
// the helper's own, whatever else has just happened.
func TestPortsTakeOneList(t *testing.T) {
	const took, port = 70 * time.Millisecond, `{"IP":"127.0.0.1","PublicPort":8080,"Type":"tcp"}`
	synctest.Test(t, func(t *testing.T) {
		e := &slowEngine{took: took, news: make(chan string), conns: make(chan net.Conn)}
		server := &http.Server{Handler: e}
		var all sync.WaitGroup
		all.Go(func() { _ = server.Serve(e) })
		reports := make(chan int, 100)
		c := watchContainers(e.dial, func(_ int, ports map[place]string) bool {
			if _, is := ports[place{"tcp", netip.MustParseAddr("127.0.0.1"), 8080}]; len(ports) > 0 && !is {
				t.Errorf("published: %v", ports)
			}
			reports <- len(ports)
			return false
		}, func(event) {})
		ctx, cancel := context.WithCancel(t.Context())
		all.Go(func() { c.run(ctx) })
		time.Sleep(time.Minute)
		for round := range 3 {
			before := e.listed()
			e.happen("", "create") // as `docker run` does
			synctest.Wait()
			if e.listed() != before {
				t.Error("a container that was only made is listed, and the start waits for that")
			}
			for _, step := range []struct {
				ports, action string
				want          int
			}{{port, "start", 1}, {"", "die", 0}} {
				for len(reports) > 0 {
					<-reports
				}
				e.happen(step.ports, step.action)
				began := time.Now()
				for got := -1; got != step.want; {
					got = <-reports
				}
				if late := time.Since(began); late != took {
					t.Errorf("round %d: after %q it took %s, want one list, %s", round, step.action, late, took)
				}
				time.Sleep(time.Duration(round) * time.Second) // at once, or when connections have become idle
			}
			time.Sleep(time.Second)
		}
		cancel()
		_ = server.Close()
		all.Wait()
	})
}

// BenchmarkPublish is the helper's own share once the list is there: the ports of
// one container, of every kind, opened and closed.
func BenchmarkPublish(b *testing.B) {
	p := newPublisher(func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }, func() {})
	want := make(map[place]string)
	for _, ip := range []string{"127.0.0.1", "::1"} {
		for _, proto := range []string{"tcp", "udp"} {
			want[place{proto, netip.MustParseAddr(ip), 47001}] = "web"
		}
	}
	for b.Loop() {
		p.Set(want)
		if p.failing() {
			b.Fatalf("not opened: %+v", p.Ports())
		}
		p.Set(nil)
	}
}
