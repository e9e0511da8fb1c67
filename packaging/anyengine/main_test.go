package main

import (
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"escale/engine"
)

func TestFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.sock")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if q.URL.Path == "/version" {
			_, _ = w.Write([]byte(`{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}`))
		}
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	at := func(kind engine.EndpointKind, name, host string) engine.Candidate {
		return engine.Candidate{Endpoint: engine.Endpoint{ID: name, Kind: kind, Name: name, Host: host}}
	}
	broken := at(engine.EndpointContext, "broken", "unix://"+path)
	broken.Err = engine.ErrContextInvalid
	none := at(engine.EndpointSocket, "none", "unix://"+path+".none")
	own := at(engine.EndpointMachine, "own", "unix://"+path)
	if name, ok := first(t.Context(), []engine.Candidate{none, broken, own}); ok {
		t.Errorf("found %s where only our own machine answers", name)
	}
	if name, ok := first(t.Context(), []engine.Candidate{none, own, at(engine.EndpointSocket, "one", "unix://"+path)}); !ok || name != "one" {
		t.Errorf("found %q, %v", name, ok)
	}
}
