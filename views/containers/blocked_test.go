package containers

import (
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/viewtest"
)

// TestBlockedPort checks that a port which another program has is told in the
// row, and is no link any more.
func TestBlockedPort(t *testing.T) {
	r := offline(t, sample())
	a := r.app
	a.Store.Connection.Update(func(c store.Connection) store.Connection {
		c.Endpoint.Kind = engine.EndpointMachine
		return c
	})
	a.Store.Machine.Set(store.Machine{Live: true, Status: machine.Status{State: machine.StateRunning, Ports: []machine.Port{
		{Proto: "tcp", HostPort: 8080, Container: "blog-web", Error: machine.PortInUse},
	}}})
	r.until(t, "told", func() bool { return viewtest.Shows(r.w, "8080: no access") })
	if viewtest.Find(r.w, "localhost:8080") != nil || viewtest.Find(r.w, "localhost:8081") == nil {
		t.Errorf("the links are %q", viewtest.Labels(r.w))
	}
	r.w.Resize(fyne.NewSize(680, 600)) // the page of the smallest window
	r.until(t, "told in short", func() bool { return viewtest.Shows(r.w, ":8080") && !viewtest.Shows(r.w, "no access") })
	if viewtest.Find(r.w, ":8080") != nil || viewtest.Find(r.w, ":8081") == nil || viewtest.Find(r.w, "localhost:8081") != nil {
		t.Errorf("the short links are %q", viewtest.Labels(r.w))
	}
	r.w.Resize(fyne.NewSize(1000, 600))
	a.Store.Machine.Set(store.Machine{Live: true, Status: machine.Status{State: machine.StateRunning}})
	r.until(t, "free again", func() bool { return viewtest.Find(r.w, "localhost:8080") != nil })
}
