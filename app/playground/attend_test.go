package playground

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
)

// conn is an engine whose connections can be closed.
type conn struct{ *enginetest.Fake }

func (conn) Close() error { return nil }

// TestAttends: what an instance's engine has is followed by its events, also after
// the connection was lost, and forgotten with the instance.
func TestAttends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, inside := newHelper(), enginetest.New()
		var asked []engine.Endpoint
		p := New(Options{Ask: h.ask, Connect: func(ctx context.Context, ep engine.Endpoint) (engine.Engine, error) {
			asked = append(asked, ep)
			return conn{inside}, inside.Ping(ctx)
		}})
		name := create(t, p)
		if _, err := p.Engine(t.Context(), name); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("the engine of one that starts: %v", err)
		}
		time.Sleep(time.Minute)
		if i := only(t, p); !i.Containers.Loaded || len(i.Containers.Rows) != 0 || len(asked) != 1 || asked[0].Host != "unix:///run/"+name+".sock" {
			t.Errorf("it has %+v, asked %v", i.Containers, asked)
		}
		inside.AddContainer(engine.Container{ID: "c1", Name: "web", State: engine.StateRunning})
		time.Sleep(2 * time.Second)
		inside.ResetCalls()
		time.Sleep(time.Hour)
		if i := only(t, p); len(i.Containers.Rows) != 1 || len(inside.Calls()) != 0 {
			t.Errorf("it has %+v, and asked for %q in an hour", i.Containers.Rows, inside.Calls())
		}
		inside.Down()
		time.Sleep(time.Minute)
		inside.Up()
		inside.ChangeContainer("c1", "", func(d *engine.ContainerDetail) { d.Name = "site" })
		time.Sleep(time.Minute)
		if i := only(t, p); len(i.Containers.Rows) != 1 || i.Containers.Rows[0].Name != "site" {
			t.Errorf("found again: %+v", i.Containers.Rows)
		}
		eng, err := p.Engine(t.Context(), name)
		if err != nil || eng.Ping(t.Context()) != nil {
			t.Errorf("its engine: %v", err)
		}
		h.Edit(func() { delete(h.All, name) }) // its life is over
		synctest.Wait()
		if i := only(t, p); i.Phase != Over || i.Containers.Loaded || i.Containers.Rows != nil {
			t.Errorf("afterwards: %+v", i)
		}
		if err := p.End(t.Context()); err != nil {
			t.Error(err)
		}
		_ = inside.Close()
	})
}

// TestRegistries: an instance reaches images by the way of the user's own machine,
// and keeps it when its life is extended.
func TestRegistries(t *testing.T) {
	play(t, func(t *testing.T, p *Playground, h *helper) {
		t.Helper()
		h.Edit(func() {
			s := h.All[machine.DefaultName]
			s.Resources.RegistryMirrors, s.Resources.InsecureRegistries = []string{"http://127.0.0.1:5000"}, []string{"127.0.0.1:5000"}
			h.All[machine.DefaultName] = s
		})
		name := create(t, p)
		for _, when := range []string{"made", "extended"} {
			var r machine.Resources
			h.See(func() { r = h.All[name].Resources })
			if !slices.Equal(r.RegistryMirrors, []string{"http://127.0.0.1:5000"}) || !slices.Equal(r.InsecureRegistries, []string{"127.0.0.1:5000"}) {
				t.Errorf("%s with %+v", when, r)
			}
			if err := p.Extend(t.Context(), name); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestLeft: it asks what runs only where somebody knows.
func TestLeft(t *testing.T) {
	h, live := newHelper(), false
	h.All["play-1"] = machine.Status{Name: "play-1", Running: &machine.Resources{MemoryBytes: MemoryBytes}}
	p := New(Options{Ask: h.ask, Live: func() bool { return live }, TotalBytes: 2 << 30})
	if n, err := p.Left(t.Context()); n != 3 || err != nil {
		t.Errorf("without a helper: %d, %v", n, err)
	}
	live = true
	if n, err := p.Left(t.Context()); n != 2 || err != nil {
		t.Errorf("with one: %d, %v", n, err)
	}
	for _, name := range []string{"play-1", "play-2"} { // the first is stopped yet, and of the second nobody has told the helper
		p.Instances.Update(func(all []Instance) []Instance { return append(slices.Clone(all), Instance{Name: name}) })
	}
	h.All["play-1"] = machine.Status{Name: "play-1"}
	if n, err := p.Left(t.Context()); n != 1 || err != nil {
		t.Errorf("with one more that starts: %d, %v", n, err)
	}
	h.launch = machine.ErrHelperFailed
	if _, err := p.Left(t.Context()); !errors.Is(err, machine.ErrHelperFailed) {
		t.Errorf("with one that fails: %v", err)
	}
}
