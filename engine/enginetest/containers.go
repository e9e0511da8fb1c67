package enginetest

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"escale/engine"
)

var noAddr netip.Addr

// AddContainer puts containers in, newest last, and emits their events. An
// empty ID or State is chosen ("created"); the image need not be there.
func (f *Fake) AddContainer(all ...engine.Container) {
	for _, c := range all {
		f.AddContainerDetail(engine.ContainerDetail{Container: c, SizeRWBytes: -1})
	}
}

// AddContainerDetail is AddContainer for more than a row of the list.
func (f *Fake) AddContainerDetail(all ...engine.ContainerDetail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range all {
		d = cloneDetail(d)
		if d.ID == "" {
			d.ID = f.newID()
		}
		if d.State == "" {
			d.State = engine.StateCreated
		}
		if d.Created.IsZero() {
			d.Created = now().Truncate(time.Second)
		}
		if len(d.Attachments) == 0 {
			for _, n := range d.Networks {
				d.Attachments = append(d.Attachments, engine.Attachment{Network: n})
			}
		}
		c := &container{d: d}
		f.containers = append(f.containers, c)
		f.emitContainer(c, "create")
		if d.Active() {
			f.emitContainer(c, "start")
		}
	}
}

// ChangeContainer edits a container in place and emits action about it, unless
// action is empty (a change that nobody is told of).
func (f *Fake) ChangeContainer(id, action string, edit func(*engine.ContainerDetail)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err != nil {
		panic("enginetest: no container " + id)
	}
	edit(&c.d)
	if action != "" {
		f.emitContainer(c, action)
	}
}

// Exit ends a running container, as if its process did so by itself.
func (f *Fake) Exit(id string, code int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, err := f.container(id); err == nil && c.d.Active() {
		f.end(c, code, false)
	}
}

// ListContainers implements engine.Containers.
func (f *Fake) ListContainers(ctx context.Context) ([]engine.Container, error) {
	_, done, err := f.enter(ctx, "ListContainers")
	if err != nil {
		return nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	rows := make([]engine.Container, 0, len(f.containers))
	for _, c := range slices.Backward(f.containers) {
		row := cloneDetail(c.d).Container
		if !row.Active() {
			row.Ports = nil // as Docker does: they are free
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b engine.Container) int { return b.Created.Compare(a.Created) })
	return rows, nil
}

// InspectContainer implements engine.Containers.
func (f *Fake) InspectContainer(ctx context.Context, id string) (engine.ContainerDetail, error) {
	var detail engine.ContainerDetail
	err := f.with(ctx, "InspectContainer", id, func(c *container) error {
		detail = cloneDetail(c.d)
		return nil
	})
	return detail, err
}

// ContainerSize implements engine.Containers.
func (f *Fake) ContainerSize(ctx context.Context, id string) (int64, error) {
	var written int64
	err := f.with(ctx, "ContainerSize", id, func(c *container) error {
		written = max(c.d.SizeRWBytes, 0)
		for path, bytes := range c.process.Files {
			elsewhere := slices.ContainsFunc(c.d.Mounts, func(m engine.Mount) bool { return strings.HasPrefix(path, m.Target+"/") })
			if c.run > 0 && !elsewhere {
				written += bytes
			}
		}
		return nil
	})
	return written, err
}

// with runs do under f.mu on the container of that ID, name or ID prefix.
func (f *Fake) with(ctx context.Context, call, id string, do func(*container) error) error {
	_, done, err := f.enter(ctx, call)
	if err != nil {
		return err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err == nil {
		err = do(c)
	}
	if err != nil {
		return fmt.Errorf("%s %.12s: %w", call, id, err)
	}
	return nil
}

// container finds by ID, name or ID prefix. The caller holds f.mu.
func (f *Fake) container(id string) (*container, error) {
	for _, c := range f.containers {
		if id != "" && (c.d.ID == id || c.d.Name == id) {
			return c, nil
		}
	}
	for _, c := range f.containers {
		if id != "" && strings.HasPrefix(c.d.ID, id) {
			return c, nil
		}
	}
	return nil, engine.ErrNotFound
}

func (f *Fake) emitContainer(c *container, action string) {
	attributes := map[string]string{"name": c.d.Name, "image": c.d.Image}
	if action == "die" {
		attributes["exitCode"] = fmt.Sprint(c.d.ExitCode)
	}
	f.emit(engine.KindContainer, c.d.ID, action, attributes)
}

func cloneDetail(d engine.ContainerDetail) engine.ContainerDetail {
	d.Ports, d.Mounts, d.Networks = slices.Clone(d.Ports), slices.Clone(d.Mounts), slices.Clone(d.Networks)
	d.Labels = maps.Clone(d.Labels)
	d.Env, d.Entrypoint, d.Args = slices.Clone(d.Env), slices.Clone(d.Entrypoint), slices.Clone(d.Args)
	d.Attachments = slices.Clone(d.Attachments)
	for i, a := range d.Attachments {
		d.Attachments[i].Aliases = slices.Clone(a.Aliases)
	}
	return d
}
