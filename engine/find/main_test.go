package find_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"go.uber.org/goleak"

	"escale/engine/transport/sshtest"
)

func TestMain(m *testing.M) {
	sshtest.Main()
	stranger()
	goleak.VerifyTestMain(m)
}

// fake is a stand-in for an engine.
type fake struct {
	api, minAPI, product string
	ping, version        int // statuses; 0 is 200
}

func (f fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, body := f.version, fmt.Sprintf(`{"Version":"20.10.24","ApiVersion":%q,"MinAPIVersion":%q,"Os":"linux","Arch":"amd64",
		"KernelVersion":"6.1","Components":[{"Name":%q}]}`, f.api, f.minAPI, f.product)
	switch r.URL.Path {
	case "/_ping":
		status, body = f.ping, "OK"
		w.Header().Set("Api-Version", f.api)
	case "/version":
	default:
		status = http.StatusNotFound
	}
	if status != 0 {
		w.WriteHeader(status)
	}
	_, _ = w.Write([]byte(body))
}

var docker = fake{api: "1.41", minAPI: "1.12", product: "Engine"}

// shortDir is a folder whose path leaves room for a socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "f") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func serve(t *testing.T, l net.Listener, h http.Handler) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	_ = server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
}

// say answers every connection with words, and closes it.
func say(t *testing.T, l net.Listener, words string) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if words != "" {
				_, _ = conn.Read(make([]byte, 4096))
			}
			_, _ = conn.Write([]byte(words))
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-ended
	})
}

func expect(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	if want != nil && !errors.Is(want, context.Canceled) && !errors.Is(err, errUnreachable) {
		t.Errorf("got %v, want it unreachable", err)
	}
}
