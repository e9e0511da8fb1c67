//go:build e2e

package shell

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"fyne.io/fyne/v2"
)

// inspectVariable names where a test build describes its window: the path of a
// socket or, for systems without them, a port of the loopback, "127.0.0.1:4000".
const inspectVariable = "ESCALE_INSPECT"

// inspect serves GET /tree there: what is on screen, as JSON. It only reads, and
// only the user can open the socket. A UI goroutine that does not answer within
// 3 s gives 504, which is how a test sees a frozen window.
func (s *Shell) inspect() (stop func()) {
	path := os.Getenv(inspectVariable)
	if path == "" {
		return func() {}
	}
	listener, err := listenFor(path)
	if err != nil {
		s.log.Error("inspector does not listen", "error", err)
		return func() {}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tree", s.serveTree)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("inspector ended", "error", err)
		}
	}()
	return func() { _ = server.Close(); <-done }
}

func listenFor(path string) (net.Listener, error) {
	var config net.ListenConfig
	if strings.HasPrefix(path, "127.0.0.1:") {
		return config.Listen(context.Background(), "tcp", path)
	}
	_ = os.Remove(path) //nolint:gosec // the test that starts the program chooses the place
	listener, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(path, 0o600) //nolint:gosec // as above
}

func (s *Shell) serveTree(w http.ResponseWriter, r *http.Request) {
	answer := make(chan tree, 1)
	s.Post(func() { answer <- readTree(s.window) })
	select {
	case found := <-answer:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(found)
	case <-time.After(3 * time.Second):
		http.Error(w, "the UI goroutine is busy", http.StatusGatewayTimeout)
	case <-r.Context().Done():
	}
}

// tree is what the inspector answers. Places are in window pixels.
type tree struct {
	Window  windowFacts `json:"window"`
	Objects []object    `json:"objects"`
}

type windowFacts struct {
	Title string  `json:"title"`
	X     int     `json:"x"`
	Y     int     `json:"y"`
	W     int     `json:"w"`
	H     int     `json:"h"`
	Scale float32 `json:"scale"`
}

type object struct {
	Path    string `json:"path"`
	Type    string `json:"type"`
	Text    string `json:"text,omitempty"`
	Name    string `json:"name,omitempty"` // what an input is for
	Role    string `json:"role,omitempty"`
	X       int    `json:"x"`
	Y       int    `json:"y"`
	W       int    `json:"w"`
	H       int    `json:"h"`
	Visible bool   `json:"visible"`
	Enabled bool   `json:"enabled"`
	Focused bool   `json:"focused"`
}

func readTree(w fyne.Window) tree {
	canvas := w.Canvas()
	scale := canvas.Scale()
	size := canvas.Size()
	t := tree{Window: windowFacts{Title: w.Title(), Scale: scale, W: int(size.Width * scale), H: int(size.Height * scale)}}
	t.Window.X, t.Window.Y, _ = windowPosition(w)
	walker := walk{scale: scale, focused: canvas.Focused(), out: &t.Objects}
	whole := rect{0, 0, size.Width, size.Height}
	roots := []fyne.CanvasObject{canvas.Content()}
	roots = append(roots, canvas.Overlays().List()...)
	// What an overlay covers cannot be clicked: only the top one is described,
	// with the page below it marked as not enabled by its absence.
	top := roots[len(roots)-1]
	walker.visit(top, "", fyne.NewPos(0, 0), whole)
	return t
}
