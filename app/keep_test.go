package app

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/keeper/keepertest"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
)

// playing is an app with an instance of the playground that runs, and its engine.
func playing(t *testing.T, fake *enginetest.Fake) (a *App, inside *enginetest.Fake, name string) {
	t.Helper()
	inside = enginetest.New()
	m := keepertest.New("unix:///run/play.sock")
	h := here{fake: fake, wrap: func(c conn) engine.Engine { return c }}
	a = New(Options{
		Connect: func(ctx context.Context, ep engine.Endpoint) (engine.Engine, error) {
			if strings.HasPrefix(ep.ID, "play-") {
				return conn{inside}, nil
			}
			return h.connect(ctx, ep)
		},
		Finder: h, Machine: m,
	})
	a.Start(t.Context())
	synctest.Wait()
	name, err := a.Playground.Create()
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
	if all := a.Playground.Instances.Get(); len(all) != 1 || !all[0].Up() || !all[0].Containers.Loaded {
		t.Fatalf("the playground has %+v", all)
	}
	return a, inside, name
}

// shop is a container with all that can be kept, and more.
func shop(inside *enginetest.Fake) string {
	inside.AddImageDetail(engine.ImageDetail{
		Image: engine.Image{ID: "sha256:" + strings.Repeat("1", 64), Tags: []string{"nginx:latest"}, SizeBytes: 3 << 20},
		Env:   []engine.EnvVar{{Name: "PATH", Value: "/bin"}}, Command: []string{"nginx"},
	})
	id := strings.Repeat("a", 64)
	inside.AddContainerDetail(engine.ContainerDetail{
		Container: engine.Container{
			ID: id, Name: "Shop_1", Image: "nginx:latest", ImageID: "sha256:" + strings.Repeat("1", 64), State: engine.StateRunning,
			Ports: []engine.Port{{Host: 8080, Container: 80, Protocol: "tcp"}}, Networks: []string{"bridge"},
			Mounts: []engine.Mount{
				{Kind: engine.MountVolume, Source: "data", Target: "/data"}, {Kind: engine.MountBind, Source: "/var/lib/home", Target: "/home"},
			},
		},
		Args: []string{"nginx"}, Env: []engine.EnvVar{{Name: "PATH", Value: "/bin"}, {Name: "TOKEN", Value: "secret-value"}},
		SizeRWBytes: 1 << 20,
	})
	return id
}

func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := web()
		fake.AddImage(engine.Image{ID: "sha256:" + strings.Repeat("9", 64), Tags: []string{"shop-1-kept:latest"}})
		a, inside, name := playing(t, fake)
		defer a.Close()
		id := shop(inside)
		var mu sync.Mutex
		var copied []task.Copied
		defer a.Tasks.List.Subscribe(func() {
			mu.Lock()
			defer mu.Unlock()
			for _, t := range a.Tasks.List.Get() {
				if t.Verb == store.VerbKeep {
					copied = append(copied, t.Progress.Copied)
				}
			}
		})()
		done := result(t, a, func() int { return a.KeepContainer(name, id, "Shop_1") })
		if done.State != task.Done || done.Result != "shop-1-kept-2:latest" {
			t.Fatalf("it ended as %+v", done)
		}
		image, err := fake.InspectImage(t.Context(), done.Result)
		if err != nil || !slices.Equal(image.Tags, []string{"shop-1-kept-2:latest"}) {
			t.Errorf("on the engine: %+v, %v", image, err)
		}
		if _, err := inside.InspectImage(t.Context(), done.Result); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("the instance still has it: %v", err)
		}
		if _, err := inside.InspectContainer(t.Context(), id); err != nil {
			t.Errorf("the container went: %v", err)
		}
		mu.Lock()
		if last := copied[len(copied)-1]; last.TotalBytes != 4<<20 || last.CurrentBytes == 0 {
			t.Errorf("it told of %v", copied)
		}
		mu.Unlock()
		kept, ok := a.Kept(done.Result)
		want := engine.ContainerSpec{
			Name: "Shop_1", Image: done.Result, Env: []engine.EnvVar{{Name: "TOKEN", Value: "secret-value"}},
			Ports: []engine.PortBinding{{Host: 8080, Container: 80, Protocol: "tcp"}}, Mounts: []engine.Mount{{Kind: engine.MountVolume, Target: "/data"}},
		}
		if got := kept.Spec; !ok || got.Name != want.Name || got.Image != want.Image || !slices.Equal(got.Env, want.Env) ||
			!slices.Equal(got.Ports, want.Ports) || !slices.Equal(got.Mounts, want.Mounts) || got.Command != nil {
			t.Errorf("it is to run with %+v", kept.Spec)
		}
		if !slices.Equal(kept.Volumes, []string{"/data"}) || len(kept.Left) != 1 || !strings.Contains(kept.Left[0].Words, "/var/lib/home") {
			t.Errorf("left behind: %v, %v", kept.Volumes, kept.Left)
		}
	})
}

// TestKeepFails leaves nothing on either engine.
func TestKeepFails(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(fake, inside *enginetest.Fake)
		cancel  bool
		want    error
	}{
		"there is no such container":  {prepare: func(_, inside *enginetest.Fake) { inside.Fail("InspectContainer", engine.ErrNotFound) }, want: engine.ErrNotFound},
		"the instance's disk is full": {prepare: func(_, inside *enginetest.Fake) { inside.Fail("CommitContainer", engine.ErrNoSpace) }, want: engine.ErrNoSpace},
		"the engine's disk is full":   {prepare: func(fake, _ *enginetest.Fake) { fake.Fail("LoadImage", engine.ErrNoSpace) }, want: engine.ErrNoSpace},
		"it cannot go out":            {prepare: func(_, inside *enginetest.Fake) { inside.Fail("SaveImage", engine.ErrServer) }, want: engine.ErrServer},
		"cancelled":                   {prepare: func(fake, _ *enginetest.Fake) { fake.Hang("LoadImage") }, cancel: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := web()
				a, inside, name := playing(t, fake)
				defer a.Close()
				id := shop(inside)
				tc.prepare(fake, inside)
				done := result(t, a, func() int {
					task := a.KeepContainer(name, id, "shop")
					if tc.cancel {
						time.Sleep(time.Second)
						a.Tasks.Cancel(task)
					}
					return task
				})
				if tc.cancel != (done.State == task.Cancelled) || !tc.cancel && !errors.Is(done.Err, tc.want) {
					t.Errorf("it ended as %v: %v", done.State, done.Err)
				}
				for _, e := range []*enginetest.Fake{fake, inside} {
					all, err := e.ListImages(t.Context())
					if err != nil {
						t.Error(err)
					}
					for _, i := range all {
						if slices.ContainsFunc(i.Tags, func(tag string) bool { return strings.Contains(tag, "kept") }) {
							t.Errorf("left: %v", i.Tags)
						}
					}
				}
			})
		})
	}
}

// TestKeepIsPatient: an instance that is slow is asked again.
func TestKeepIsPatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inside, to := enginetest.New(), enginetest.New()
		id := shop(inside)
		k := &keeping{from: inside, to: to, id: id, stages: newStages(func(task.Progress) {}), taken: map[string]bool{}}
		inside.Hang("InspectContainer")
		time.AfterFunc(12*time.Second, inside.Release)
		if kept, err := k.do(t.Context()); err != nil || kept.Spec.Image == "" {
			t.Errorf("%+v, %v", kept, err)
		}
		inside.Hang("InspectContainer")
		if _, err := k.do(t.Context()); !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("one that never answers: %v", err)
		}
	})
}

// TestKeepBrokenArchive says what is wrong with the archive, not that it broke off.
func TestKeepBrokenArchive(t *testing.T) {
	from, to := &breaking{Fake: enginetest.New()}, enginetest.New()
	id := shop(from.Fake)
	k := &keeping{from: from, to: to, id: id, stages: newStages(func(task.Progress) {}), taken: map[string]bool{}}
	if _, err := k.do(t.Context()); !errors.Is(err, engine.ErrStalled) {
		t.Errorf("it failed with %v", err)
	}
}

// breaking is an engine whose archives break off.
type breaking struct{ *enginetest.Fake }

func (b *breaking) SaveImage(ctx context.Context, ref string) (io.ReadCloser, error) {
	whole, err := b.Fake.SaveImage(ctx, ref)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(whole, 4000), stalled{}), whole}, nil
}

type stalled struct{}

func (stalled) Read([]byte) (int, error) { return 0, engine.ErrStalled }

func TestKeptName(t *testing.T) {
	taken := map[string]bool{"web-kept:latest": true, "web-kept-2:latest": true}
	for name, want := range map[string]string{
		"web": "web-kept-3:latest", "Quirky_Ada.1": "quirky-ada-1-kept:latest", "---": "container-kept:latest", "": "container-kept:latest",
		strings.Repeat("x", 300): strings.Repeat("x", 60) + "-kept:latest",
	} {
		if got := keptName(name, taken); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestRoomAsks the helper only where one runs.
func TestRoomAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keepertest.New("unix:///run/x.sock")
		h := here{fake: web(), wrap: func(c conn) engine.Engine { return c }}
		a := New(Options{Connect: h.connect, Finder: h, Machine: m})
		a.Start(t.Context())
		defer a.Close()
		synctest.Wait()
		if _, err := a.Playground.Left(t.Context()); err != nil || m.Count("launch") != 0 || m.Count("list") != 0 {
			t.Errorf("it asked %q, %v", m.Asked(), err)
		}
		a.Store.Machine.Set(store.Machine{Checked: true, Live: true})
		m.CannotLaunch(machine.ErrHelperFailed)
		_ = m.Launch(t.Context())
		if _, err := a.Playground.Left(t.Context()); !errors.Is(err, machine.ErrNoHelper) {
			t.Errorf("it was not asked: %v, %q", err, m.Asked())
		}
	})
}
