package cmdlog

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"time"

	"escale/app/command"
	"escale/app/parcel"
	"escale/engine"
)

// ListContainers implements engine.Containers.
func (r *recorder) ListContainers(ctx context.Context) ([]engine.Container, error) {
	all, err := question(ctx, r, func() ([]engine.Container, error) { return r.eng.ListContainers(ctx) }, words("ps", "-a")...)
	names := make(map[string]string, len(all))
	for _, c := range all {
		names[c.ID] = c.Name
	}
	r.log.learn(engine.KindContainer, names)
	return all, err
}

// InspectContainer implements engine.Containers.
func (r *recorder) InspectContainer(ctx context.Context, id string) (engine.ContainerDetail, error) {
	c, err := question(ctx, r, func() (engine.ContainerDetail, error) { return r.eng.InspectContainer(ctx, id) },
		append(words("container", "inspect"), r.container(id))...)
	r.log.learn(engine.KindContainer, map[string]string{c.ID: c.Name})
	return c, err
}

// ContainerSize implements engine.Containers.
func (r *recorder) ContainerSize(ctx context.Context, id string) (int64, error) {
	return question(ctx, r, func() (int64, error) { return r.eng.ContainerSize(ctx, id) },
		append(words("container", "inspect", "-s"), r.container(id))...)
}

// CreateContainer implements engine.Containers.
func (r *recorder) CreateContainer(ctx context.Context, spec engine.ContainerSpec) (id string, warnings []string, err error) {
	r.log.mu.Lock()
	masked := r.log.secrets.mask(spec)
	r.log.mu.Unlock()
	texts := command.Run(masked, false)[1:]
	texts[0] = "create"
	d := deed{verb: create, words: words(texts...), unnamed: spec.Name == ""}
	d.image = image(spec.Image).of
	if spec.Network != "" {
		d.uses = append(d.uses, r.network(spec.Network).of)
	}
	for _, m := range spec.Mounts {
		if m.Kind == engine.MountVolume && m.Source != "" {
			d.uses = append(d.uses, volume(m.Source).of)
		}
	}
	err = r.change(ctx, d, func() (object, error) {
		var err error
		id, warnings, err = r.eng.CreateContainer(ctx, spec)
		if id == "" {
			return object{}, err
		}
		r.log.learn(engine.KindContainer, map[string]string{id: spec.Name})
		return object{engine.KindContainer, id}, err
	})
	return id, warnings, err
}

// StartContainer implements engine.Containers.
func (r *recorder) StartContainer(ctx context.Context, id string) error {
	return r.simple(ctx, start, func() error { return r.eng.StartContainer(ctx, id) }, word{text: "start"}, r.container(id))
}

// StopContainer implements engine.Containers.
func (r *recorder) StopContainer(ctx context.Context, id string, grace time.Duration) error {
	return r.simple(ctx, other, func() error { return r.eng.StopContainer(ctx, id, grace) },
		append(words("stop", "-t", seconds(grace)), r.container(id))...)
}

// RestartContainer implements engine.Containers.
func (r *recorder) RestartContainer(ctx context.Context, id string, grace time.Duration) error {
	return r.simple(ctx, other, func() error { return r.eng.RestartContainer(ctx, id, grace) },
		append(words("restart", "-t", seconds(grace)), r.container(id))...)
}

// seconds are whole ones, rounded up as the engine's are.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// PauseContainer implements engine.Containers.
func (r *recorder) PauseContainer(ctx context.Context, id string) error {
	return r.simple(ctx, other, func() error { return r.eng.PauseContainer(ctx, id) }, word{text: "pause"}, r.container(id))
}

// ResumeContainer implements engine.Containers.
func (r *recorder) ResumeContainer(ctx context.Context, id string) error {
	return r.simple(ctx, other, func() error { return r.eng.ResumeContainer(ctx, id) }, word{text: "unpause"}, r.container(id))
}

// KillContainer implements engine.Containers.
func (r *recorder) KillContainer(ctx context.Context, id, signal string) error {
	all := words("kill")
	if signal != "" {
		all = words("kill", "-s", signal)
	}
	return r.simple(ctx, other, func() error { return r.eng.KillContainer(ctx, id, signal) }, append(all, r.container(id))...)
}

// RenameContainer implements engine.Containers.
func (r *recorder) RenameContainer(ctx context.Context, id, name string) error {
	err := r.simple(ctx, other, func() error { return r.eng.RenameContainer(ctx, id, name) },
		word{text: "rename"}, r.container(id), word{text: plain(name)})
	if err == nil {
		r.log.learn(engine.KindContainer, map[string]string{id: name})
	}
	return err
}

// RemoveContainer implements engine.Containers.
func (r *recorder) RemoveContainer(ctx context.Context, id string, options engine.RemoveContainer) error {
	all := words("rm")
	if options.Force {
		all = append(all, word{text: "-f"})
	}
	if options.Volumes {
		all = append(all, word{text: "-v"})
	}
	return r.simple(ctx, remove, func() error { return r.eng.RemoveContainer(ctx, id, options) }, append(all, r.container(id))...)
}

// UpdateContainer implements engine.Containers. As in the adapter, a limit of 0
// is all that the computer has, and swap follows memory as it does when a
// container is made.
func (r *recorder) UpdateContainer(ctx context.Context, id string, change engine.ContainerUpdate) error {
	all, most := words("update"), r.all()
	if change.MemoryBytes != nil {
		bytes := cmp.Or(*change.MemoryBytes, most.MemoryBytes)
		all = append(all, words("--memory", command.Memory(bytes), "--memory-swap", command.Memory(2*bytes))...)
	}
	if change.NanoCPUs != nil {
		all = append(all, words("--cpus", command.CPUs(cmp.Or(*change.NanoCPUs, int64(most.CPUs)*1e9)))...)
	}
	if change.Restart != nil {
		all = append(all, words("--restart", string(*change.Restart))...)
	}
	return r.simple(ctx, other, func() error { return r.eng.UpdateContainer(ctx, id, change) }, append(all, r.container(id))...)
}

// folder is where an archive comes from.
type folder struct {
	path  string
	owner parcel.Owner
}

// source is how docker cp names the files of a folder.
func (f *folder) source() string { return command.Within(f.path) }

// ReadFile implements engine.Containers.
func (r *recorder) ReadFile(ctx context.Context, id, path string, most int64) ([]byte, error) {
	c := r.container(id)
	return question(ctx, r, func() ([]byte, error) { return r.eng.ReadFile(ctx, id, path, most) },
		word{text: "cp"}, word{text: c.text + ":" + plain(path), of: c.of}, word{text: "-"})
}

// CopyInto implements engine.Containers.
func (r *recorder) CopyInto(ctx context.Context, id, path string, archive io.Reader) error {
	c := r.container(id)
	d := deed{words: []word{{text: "cp"}, {text: "-"}, {text: c.text + ":" + plain(path), of: c.of}}}
	if from, ok := archive.(parcel.Source); ok {
		path, owner := from.From()
		d.pack = &folder{plain(path), owner}
	}
	return r.change(ctx, d, func() (object, error) { return object{}, r.eng.CopyInto(ctx, id, path, archive) })
}

// CommitContainer implements engine.Containers.
func (r *recorder) CommitContainer(ctx context.Context, id, ref string) (made string, err error) {
	err = r.simple(ctx, other, func() (err error) { made, err = r.eng.CommitContainer(ctx, id, ref); return err },
		word{text: "commit"}, r.container(id), word{text: plain(ref)})
	return made, err
}

// Logs implements engine.Containers.
func (r *recorder) Logs(ctx context.Context, id string, options engine.LogOptions) (*engine.Stream[engine.LogLine], error) {
	all := words("logs")
	if options.Follow {
		all = append(all, word{text: "-f"})
	}
	if options.Tail >= 0 {
		all = append(all, words("--tail", strconv.Itoa(options.Tail))...)
	}
	if !options.Since.IsZero() {
		all = append(all, words("--since", options.Since.UTC().Format(time.RFC3339))...)
	}
	if !options.Until.IsZero() {
		all = append(all, words("--until", options.Until.UTC().Format(time.RFC3339))...)
	}
	return question(ctx, r, func() (*engine.Stream[engine.LogLine], error) { return r.eng.Logs(ctx, id, options) }, append(all, r.container(id))...)
}

// Stats implements engine.Containers.
func (r *recorder) Stats(ctx context.Context, id string) (*engine.Stream[engine.Sample], error) {
	return question(ctx, r, func() (*engine.Stream[engine.Sample], error) { return r.eng.Stats(ctx, id) }, word{text: "stats"}, r.container(id))
}
