package enginetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"escale/engine"
)

// Images are what the suite needs besides the engine.
type Images struct {
	// Busybox is on the engine, and has sh and tail in its PATH.
	Busybox string
	// Pull is not on the engine, can be pulled, and is another image than Busybox.
	Pull string
	// Missing is a reference that its registry does not have.
	Missing string
	// MissingTag is a reference whose image its registry has, with other tags.
	MissingTag string
	// Offline is a reference in a registry that cannot be reached.
	Offline string
	// Search is a term that its registry finds, and that is the name of a hit.
	Search string
	// SearchOffline is a term for a registry that cannot be reached.
	SearchOffline string
}

// Conformance checks everything that package engine promises, on an engine that
// nobody else uses: it removes unused images and volumes. newEngine is called
// once for every part of the suite, which closes what it returns.
func Conformance(t *testing.T, newEngine func(t *testing.T) engine.Engine, images Images) {
	t.Helper()
	for _, part := range []struct {
		name  string
		check func(*bench)
	}{
		{"system", checkSystem},
		{"create and inspect", checkCreate},
		{"refused settings", checkRefused},
		{"missing folder", checkMissingFolder},
		{"anonymous volume and mounts", checkMounts},
		{"life of a container", checkLife},
		{"stop with grace", checkGrace},
		{"exit codes", checkExit},
		{"out of memory", checkOOM},
		{"ports", checkPorts},
		{"rename and remove", checkRename},
		{"update", checkUpdate},
		{"size", checkSize},
		{"log", checkLog},
		{"log of a terminal", checkTerminalLog},
		{"log followed", checkFollow},
		{"log of long lines", checkLongLines},
		{"stats", checkStats},
		{"stats of the network", checkTraffic},
		{"events", checkEvents},
		{"pull", checkPull},
		{"pull fails", checkPullFails},
		{"images", checkImages},
		{"search", checkSearch},
		{"prune images", checkPruneImages},
		{"volumes", checkVolumes},
		{"prune volumes", checkPruneVolumes},
		{"copy into", checkCopyInto},
		{"keep", checkKeep},
		{"networks", checkNetworks},
		{"close", checkClose},
	} {
		t.Run(part.name, func(t *testing.T) {
			b := &bench{T: t, Engine: newEngine(t), images: images}
			t.Cleanup(func() {
				if err := b.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			part.check(b)
		})
	}
}

// bench is one part of the suite at work. Ctx is not kept here: every call
// takes the test's.
type bench struct {
	*testing.T
	engine.Engine
	images Images
}

// name returns a name that nothing has yet.
func (b *bench) name() string { return fmt.Sprintf("conformance-%08x", rand.Uint32()) } //nolint:gosec // no secret

// create makes a container that goes away with the test.
func (b *bench) create(spec engine.ContainerSpec) string {
	b.Helper()
	if spec.Name == "" {
		spec.Name = b.name()
	}
	if spec.Image == "" {
		spec.Image = b.images.Busybox
	}
	id, _, err := b.CreateContainer(b.Context(), spec)
	if err != nil {
		b.Fatalf("create: %v", err)
	}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(b.Context()), time.Minute)
		defer cancel()
		err := b.RemoveContainer(ctx, id, engine.RemoveContainer{Force: true, Volumes: true})
		for _, fine := range []error{engine.ErrNotFound, engine.ErrConflict, engine.ErrUnreachable} { // gone, going, or closed
			if errors.Is(err, fine) {
				return
			}
		}
		b.must(err)
	})
	return id
}

// run creates and starts.
func (b *bench) run(spec engine.ContainerSpec) string {
	b.Helper()
	id := b.create(spec)
	b.must(b.StartContainer(b.Context(), id))
	return id
}

// shell is a spec that runs a script.
func shell(script string) engine.ContainerSpec {
	return engine.ContainerSpec{Command: []string{"sh", "-c", script}}
}

// forever is a script that ends with code 0 when it is asked to.
const forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done"

// must fails the test on an error.
func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// wants fails the test unless err is kind.
func (b *bench) wants(what string, err, kind error) {
	b.Helper()
	if !errors.Is(err, kind) {
		b.Errorf("%s: %v; want %v", what, err, kind)
	}
}

// inspect is InspectContainer that must not fail.
func (b *bench) inspect(id string) engine.ContainerDetail {
	b.Helper()
	d, err := b.InspectContainer(b.Context(), id)
	b.must(err)
	return d
}

// row is the container's row of the list.
func (b *bench) row(id string) engine.Container {
	b.Helper()
	rows, err := b.ListContainers(b.Context())
	b.must(err)
	for _, r := range rows {
		if r.ID == id {
			return r
		}
	}
	b.Fatalf("list lacks %.12s", id)
	return engine.Container{}
}

// ended waits until the container has ended.
func (b *bench) ended(id string) engine.ContainerDetail {
	b.Helper()
	var d engine.ContainerDetail
	b.until("the container ends", func() bool {
		d = b.inspect(id)
		return d.State == engine.StateExited
	})
	return d
}

// until waits for a fact, at most 20 s.
func (b *bench) until(what string, fact func() bool) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
	defer cancel()
	for !fact() {
		if pause(ctx, 50*time.Millisecond) != nil {
			b.Fatalf("waited 20 s until %s", what)
		}
	}
}

// take reads n values of a stream, or all when n is negative, within d.
func take[T any](b *bench, s *engine.Stream[T], n int, d time.Duration) []T {
	b.Helper()
	limit := time.NewTimer(d)
	defer limit.Stop()
	var all []T
	for len(all) != n {
		select {
		case v, open := <-s.C:
			if !open {
				if n >= 0 {
					b.Fatalf("stream ended after %d of %d values: %v", len(all), n, s.Err())
				}
				return all
			}
			all = append(all, v)
		case <-limit.C:
			b.Fatalf("stream gave %d of %d values in %v", len(all), n, d)
		}
	}
	return all
}
