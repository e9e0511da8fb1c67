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
	usage      string
	watchers   map[chan string]struct{}
}

// StartEngine serves an engine until the test ends.
func StartEngine(t *testing.T) *Engine {
	t.Helper()
	e := &Engine{Socket: filepath.Join(t.TempDir(), "e.sock"), watchers: make(map[chan string]struct{})}
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
	mux.HandleFunc("GET /v1.44/system/df", func(w http.ResponseWriter, _ *http.Request) {
		e.mu.Lock()
		defer e.mu.Unlock()
		_, _ = fmt.Fprint(w, e.usage)
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
	e.tell("container", "start")
}

// SetUsage is what the engine says of its disk, in its API's words.
func (e *Engine) SetUsage(usage string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.usage = usage
}

// Emit tells who watches of something that happened.
func (e *Engine) Emit(kind, action string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tell(kind, action)
}

// tell does not wait for slow watchers.
func (e *Engine) tell(kind, action string) {
	for w := range e.watchers {
		select {
		case w <- fmt.Sprintf(`{"Type":%q,"Action":%q}`, kind, action):
		default:
		}
	}
}

func (e *Engine) events(w http.ResponseWriter, q *http.Request) {
	news := make(chan string, 16)
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
		case event := <-news:
			_, _ = fmt.Fprintln(w, event)
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
	Image{Version: "1", Engine: "29.7.1"}.Write(t, dir)
	return dir
}

// Image is a guest's image.
type Image struct {
	Version, Engine string
	// Also are files beside those that every image has.
	Also []string
}

// Write puts the image into a folder, in the place of the one that is there.
func (i Image) Write(t *testing.T, dir string) {
	t.Helper()
	type file struct {
		SHA256 string `json:"sha256"`
		Bytes  int    `json:"bytes"`
	}
	files := make(map[string]file)
	for _, name := range append([]string{"vmlinuz", "initrd.zst", "root.sqfs"}, i.Also...) {
		content := []byte("this plays " + name + " of " + i.Version)
		sum := sha256.Sum256(content)
		files[name] = file{hex.EncodeToString(sum[:]), len(content)}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(map[string]any{
		"version": i.Version, "arch": runtime.GOARCH, "engine": map[string]string{"version": i.Engine}, "files": files,
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "manifest.json"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
