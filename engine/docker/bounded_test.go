package docker

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"escale/engine"
)

// flood answers begin and then the same byte until the client gives up, and
// counts what it could send.
func flood(begin string, sent chan<- int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		total, _ := io.WriteString(w, begin)
		piece := bytes.Repeat([]byte("x"), 1<<20)
		for total < maxAnswer {
			n, err := w.Write(piece)
			total += n
			if err != nil {
				break
			}
		}
		sent <- total
	}
}

// lower makes e read no more than limit bytes of an answer, so that tests need
// not send what it takes.
func lower(t *testing.T, e engine.Engine, limit int64) {
	t.Helper()
	a, _ := e.(*adapter)
	b, ok := a.http.Transport.(*bounded)
	if !ok || b.limit != maxAnswer {
		t.Fatalf("answers are not bounded: %T", a.http.Transport)
	}
	b.limit = limit
}

// No answer fills the memory, whatever it is about.
func TestEndlessAnswers(t *testing.T) {
	sent := make(chan int, 1)
	e := connected(t, routes{
		"GET /containers/json":    flood(`[{"Id":"`, sent),
		"GET /containers/a1/json": flood(`{"Id":"`, sent),
		"GET /system/df":          flood(`{"Volumes":[{"Name":"`, sent),
	})
	const limit = 1 << 20
	lower(t, e, limit)
	for name, call := range map[string]func(context.Context) error{
		"list":     func(ctx context.Context) error { _, err := e.ListContainers(ctx); return err },
		"inspect":  func(ctx context.Context) error { _, err := e.InspectContainer(ctx, "a1"); return err },
		"disk use": func(ctx context.Context) error { _, err := e.DiskUsage(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) {
			if err := call(t.Context()); !errors.Is(err, engine.ErrServer) || !strings.Contains(err.Error(), errTooLong.Error()) {
				t.Error(err)
			}
			if n := <-sent; n > limit+16<<20 { // what the kernel and the buffers hold
				t.Errorf("%d bytes were read", n)
			}
		})
	}
}

// A stream may be longer than that.
func TestEndlessStreams(t *testing.T) {
	for path, stream := range map[string]bool{
		"/v1.43/events": true, "/v1.43/containers/a1/logs": true, "/v1.43/containers/a1/stats": true, "/v1.43/images/create": true,
		"/v1.43/containers/json": false, "/v1.43/containers/logs/json": false, "/v1.43/images/search": false,
	} {
		if isStream(path) != stream {
			t.Errorf("%s: stream %v", path, !stream)
		}
	}
	const line = at + "0123456789012345678901234567890123456789"
	const limit = 1 << 20
	lines := limit/len(line) + 1000
	e := connected(t, routes{
		"GET /containers/a1/json": text(`{"Id":"a1","Config":{"Tty":true}}`),
		"GET /containers/a1/logs": func(w http.ResponseWriter, _ *http.Request) {
			piece := bytes.Repeat([]byte(line+"\n"), 1000)
			for range lines / 1000 {
				if _, err := w.Write(piece); err != nil {
					return
				}
			}
		},
	})
	lower(t, e, limit)
	s, err := e.Logs(t.Context(), "a1", engine.LogOptions{Tail: -1})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range s.C {
		n++
	}
	if want := lines / 1000 * 1000; n != want || s.Err() != nil {
		t.Errorf("%d of %d lines, %v", n, want, s.Err())
	}
}

func TestEndlessHeaders(t *testing.T) {
	headers := func(w http.ResponseWriter, _ *http.Request) {
		for i := range 1000 {
			w.Header().Set("X-"+strconv.Itoa(i), string(bytes.Repeat([]byte("x"), 1000)))
		}
	}
	_, err := Connect(t.Context(), onSocket(t, routes{"GET /_ping": headers}))
	if !errors.Is(err, engine.ErrNotEngine) {
		t.Errorf("ping: %v", err)
	}
	if _, err := connected(t, routes{"GET /info": headers}).Info(t.Context()); err == nil {
		t.Error("info: no error")
	}
}
