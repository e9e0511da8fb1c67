package docker

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"escale/engine"
	"escale/engine/transport/sshtest"
)

func TestMain(m *testing.M) {
	sshtest.Main()
	goleak.VerifyTestMain(m)
}

// routes answers requests by the end of their path, the version left out:
// "GET /containers/json".
type routes map[string]http.HandlerFunc

func (r routes) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	path := q.URL.Path
	if strings.HasPrefix(path, "/v1.") || strings.HasPrefix(path, "/v4.") {
		path = path[strings.Index(path[1:], "/")+1:]
	}
	w.Header().Set("Api-Version", "1.43")
	if answer, known := r[q.Method+" "+path]; known {
		answer(w, q)
		return
	}
	switch path {
	case "/_ping":
	case "/version":
		text(`{"Version":"24.0.7","ApiVersion":"1.43","MinAPIVersion":"1.12","Os":"linux","Arch":"arm64"}`)(w, q)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// text answers with a JSON text.
func text(body string) http.HandlerFunc { return status(http.StatusOK, body) }

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

// hang answers nothing until the client gives up.
func hang(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }

// cut sends what it is given, and breaks the connection in the middle.
func cut(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte(body))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// onSocket serves an engine on a socket of its own, and returns where.
func onSocket(t *testing.T, handler http.Handler) engine.Endpoint {
	t.Helper()
	path := filepath.Join(t.TempDir(), "engine.sock")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return engine.Endpoint{ID: "test", Host: "unix://" + path}
}

// connected connects to an engine of these routes, on a socket.
func connected(t *testing.T, r routes) engine.Engine {
	t.Helper()
	e, err := Connect(t.Context(), onSocket(t, r))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// piped is connected without a socket, so that it works in a bubble of virtual
// time. The test must call the second value before it ends.
func piped(tb testing.TB, r routes) (*adapter, func()) {
	tb.Helper()
	listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: r}
	go func() { _ = server.Serve(listener) }()
	a, err := connect(tb.Context(), engine.Endpoint{Host: "pipe"}, listener.dial)
	if err != nil {
		tb.Fatal(err)
	}
	return a, func() {
		if err := a.Close(); err != nil {
			tb.Error(err)
		}
		_ = server.Close()
	}
}

// pipes is a network of one machine.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// all reads a stream to its end.
func all[T any](s *engine.Stream[T]) []T {
	var values []T
	for v := range s.C {
		values = append(values, v)
	}
	return values
}

// greeting serves one connection with bytes that are not HTTP.
func greeting(t *testing.T, words string) engine.Endpoint {
	t.Helper()
	path := filepath.Join(t.TempDir(), "engine.sock")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(c).ReadString('\n')
			_, _ = c.Write([]byte(words))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return engine.Endpoint{Host: "unix://" + path}
}
