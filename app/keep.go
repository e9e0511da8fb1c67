package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"escale/app/command"
	"escale/app/playground"
	"escale/app/run"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// Kept is a container that was copied from an instance to the engine in use: what
// to run there, and what of it a form cannot say. Its image is there already.
type Kept struct {
	Spec engine.ContainerSpec
	Left []command.Left
	// Volumes are the paths whose files stayed behind.
	Volumes []string
}

// KeepContainer copies a container of an instance of the playground to the engine
// in use: as an image, with its files. It is a task with the key "keep:<instance>
// <id>", whose result is the image's name there; Kept says what to run it with.
// What is in its volumes stays behind. Cancelling it leaves nothing.
func (a *App) KeepContainer(instance, id, name string) int {
	spec := task.Spec{Key: "keep:" + instance + " " + id, Verb: store.VerbKeep, Subject: name}
	return a.Tasks.Start(spec, func(ctx context.Context, report func(task.Progress)) error {
		if a.Playground == nil {
			return fmt.Errorf("keep container %s: %w", name, engine.ErrNotFound)
		}
		to, release, err := a.Session.Acquire()
		if err != nil {
			return err
		}
		defer release()
		a.awaken(ctx)
		from, err := patiently(ctx, func() (engine.Engine, error) { return a.Playground.Engine(ctx, instance) })
		if err != nil {
			return err
		}
		defer from.Close() //nolint:errcheck // nothing is under way
		k := &keeping{from: from, to: to, id: id, stages: newStages(report), taken: a.tags()}
		kept, err := k.do(ctx)
		a.Session.Refresh(engine.KindImage)
		if err != nil {
			return fmt.Errorf("keep container %s: %w", name, err)
		}
		a.mu.Lock()
		a.kept[kept.Spec.Image] = kept
		a.mu.Unlock()
		k.stages.made(kept.Spec.Image)
		k.stages.end()
		a.settle(ctx, engine.KindImage, "")
		return nil
	})
}

// Kept is what a KeepContainer with that result has kept.
func (a *App) Kept(image string) (Kept, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, ok := a.kept[image]
	return k, ok
}

// tags are the names of images that the engine in use has.
func (a *App) tags() map[string]bool {
	all := map[string]bool{}
	for _, i := range a.Store.Images.Get().Rows {
		for _, tag := range i.Tags {
			all[tag] = true
		}
	}
	return all
}

// keeping is one container on its way.
type keeping struct {
	from, to engine.Engine
	id       string
	stages   *stages
	taken    map[string]bool // names of images
}

func (k *keeping) do(ctx context.Context) (Kept, error) {
	k.stages.enter(task.StageCommit)
	d, err := patiently(ctx, func() (engine.ContainerDetail, error) { return k.from.InspectContainer(ctx, k.id) })
	if err != nil {
		return Kept{}, err
	}
	ref := keptName(d.Name, k.taken)
	if _, err := k.from.CommitContainer(ctx, k.id, ref); err != nil {
		return Kept{}, err
	}
	defer func() { // the instance's disk is small
		lasting, cancel := timely(context.WithoutCancel(ctx), cleanupWait)
		defer cancel()
		_ = k.from.RemoveImage(lasting, ref, false) // all of it vanishes with the instance
	}()
	image, err := patiently(ctx, func() (engine.ImageDetail, error) { return k.from.InspectImage(ctx, ref) })
	if err != nil {
		return Kept{}, err
	}
	k.stages.enter(task.StageKeep)
	if err := k.carry(ctx, ref, image.SizeBytes); err != nil {
		return Kept{}, err
	}
	if _, err := patiently(ctx, func() (engine.ImageDetail, error) { return k.to.InspectImage(ctx, ref) }); err != nil { // the engine took in something else
		return Kept{}, err
	}
	// What the first image did not set is the user's, and shown: the new one has it, too.
	base, err := patiently(ctx, func() (engine.ImageDetail, error) { return k.from.InspectImage(ctx, cmp.Or(d.ImageID, d.Image)) })
	if err == nil {
		image.Env = base.Env
	}
	return keptOf(d, image, ref), nil
}

// patience is how long an engine is asked again that does not answer in time: that of
// an instance is slow where its processor is imitated, and slower after so much work.
const patience = 3 * time.Minute

// patiently asks again what was not answered in time.
func patiently[T any](ctx context.Context, ask func() (T, error)) (answer T, err error) {
	for end := time.Now().Add(patience); ; {
		answer, err = ask()
		if !errors.Is(err, engine.ErrTimeout) || ctx.Err() != nil || time.Now().After(end) {
			return answer, err
		}
	}
}

// carry streams an image from one engine to the other.
func (k *keeping) carry(ctx context.Context, ref string, sizeBytes int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	archive, err := k.from.SaveImage(ctx, ref)
	if err != nil {
		return err
	}
	defer archive.Close() //nolint:errcheck // it is read to its end, or of no use
	out, in := io.Pipe()
	renamed := make(chan error, 1)
	go func() {
		err := playground.Rename(in, archive, ref, sizeBytes)
		renamed <- err
		_ = in.CloseWithError(err) // it never fails
	}()
	through := &carried{from: out, report: func(bytes int64) {
		k.stages.copied(task.Copied{CurrentBytes: min(bytes, sizeBytes), TotalBytes: sizeBytes})
	}}
	err = k.to.LoadImage(ctx, through)
	through.stop()
	_ = out.CloseWithError(io.ErrClosedPipe) // where not all was read
	cancel()
	wrong := <-renamed
	switch {
	case err == nil:
		return nil // the engine has all that it wanted
	case wrong == nil, errors.Is(wrong, io.ErrClosedPipe), errors.Is(wrong, context.Canceled): // it was called off here
		return err
	}
	return wrong // the engine can only say that the archive broke off
}

// carried tells how much was read, at each whole part of it, until stop: an engine
// may read on for a moment after its call.
type carried struct {
	from   io.Reader
	report func(bytes int64)

	mu      sync.Mutex
	stopped bool
	read    int64
	told    int64
}

// tellBytes is how many bytes there are between two reports.
const tellBytes = 1 << 20

func (c *carried) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read += int64(n)
	if c.read-c.told >= tellBytes && !c.stopped {
		c.told = c.read
		c.report(c.read)
	}
	return n, err
}

func (c *carried) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
}

// keptName is a free name for the image of a container.
func keptName(container string, taken map[string]bool) string {
	clean := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, container), "-")
	clean = strings.Trim(clean[:min(len(clean), 60)], "-")
	name := cmp.Or(clean, "container") + "-kept"
	ref := name + ":latest"
	for n := 2; taken[ref]; n++ {
		ref = name + "-" + strconv.Itoa(n) + ":latest"
	}
	return ref
}

// keptOf is what to run a kept container with. Volumes get names of their own, for
// one of the engine in use may have theirs already; folders of an instance are
// nowhere else.
func keptOf(d engine.ContainerDetail, image engine.ImageDetail, ref string) Kept {
	spec, left := run.SpecOf(d, &image)
	spec.Image, spec.Labels = ref, nil
	var k Kept
	var mounts []engine.Mount
	for _, m := range spec.Mounts {
		switch m.Kind {
		case engine.MountVolume:
			k.Volumes = append(k.Volumes, m.Target)
			m.Source = ""
		case engine.MountBind:
			left = append(left, command.NewLeft(command.NotHeld, command.Mount(m)...))
			continue
		case engine.MountTmpfs:
		}
		mounts = append(mounts, m)
	}
	spec.Mounts = mounts
	slices.Sort(k.Volumes)
	k.Spec, k.Left = spec, left
	return k
}
