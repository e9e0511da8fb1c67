package machinetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// Container is one of the engine's, with what it publishes.
type Container struct {
	Names  []string
	Ports  []Port
	Mounts []Mount
}

// Mount is what a container mounts, in the words of the Engine API.
type Mount struct{ Type, Source string }

// Port is a published port, in the words of the Engine API.
type Port struct {
	IP                      string
	PrivatePort, PublicPort int
	Type                    string
}

// Engine is a container engine of few words, on a socket.
type Engine struct {
	Socket string

	mu         sync.Mutex
	containers []Container
	watchers   map[chan struct{}]struct{}
}

// StartEngine serves an engine until the test ends.
func StartEngine(t *testing.T) *Engine {
	t.Helper()
	e := &Engine{Socket: filepath.Join(t.TempDir(), "e.sock"), watchers: make(map[chan struct{}]struct{})}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", e.Socket)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"Version":"29.7.1"}`)
	})
	mux.HandleFunc("GET /containers/json", func(w http.ResponseWriter, _ *http.Request) {
		e.mu.Lock()
		defer e.mu.Unlock()
		_ = json.NewEncoder(w).Encode(e.containers)
	})
	mux.HandleFunc("GET /events", e.events)
	server := &http.Server{Handler: mux} //nolint:gosec // a test's
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return e
}

// Set makes these the running containers, and tells who watches.
func (e *Engine) Set(containers ...Container) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.containers = containers
	for w := range e.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

func (e *Engine) events(w http.ResponseWriter, q *http.Request) {
	news := make(chan struct{}, 1)
	e.mu.Lock()
	e.watchers[news] = struct{}{}
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers, news)
	}()
	flush := http.NewResponseController(w).Flush
	_ = flush()
	for {
		select {
		case <-news:
			_, _ = fmt.Fprintln(w, `{"Type":"container","Action":"start"}`)
			_ = flush()
		case <-q.Context().Done():
			return
		}
	}
}

// WriteImage makes a guest's image of nothing much.
func WriteImage(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	type file struct {
		SHA256 string `json:"sha256"`
		Bytes  int    `json:"bytes"`
	}
	files := make(map[string]file)
	for _, name := range []string{"vmlinuz", "initrd.zst", "root.sqfs"} {
		content := []byte("this plays " + name)
		sum := sha256.Sum256(content)
		files[name] = file{hex.EncodeToString(sum[:]), len(content)}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(map[string]any{
		"version": "1", "arch": runtime.GOARCH, "engine": map[string]string{"version": "29.7.1"}, "files": files,
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "manifest.json"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
