package enginetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"escale/engine"
)

var validName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`)

// CreateContainer implements engine.Containers.
func (f *Fake) CreateContainer(ctx context.Context, spec engine.ContainerSpec) (string, []string, error) {
	_, done, err := f.enter(ctx, "CreateContainer")
	if err != nil {
		return "", nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.build(spec)
	if err != nil {
		return "", nil, fmt.Errorf("create container %s: %w", spec.Name, err)
	}
	f.containers = append(f.containers, c)
	f.emitContainer(c, "create")
	return c.d.ID, nil, nil
}

// build makes a container of spec. The caller holds f.mu.
func (f *Fake) build(spec engine.ContainerSpec) (*container, error) {
	img, err := f.image(spec.Image)
	if err != nil {
		return nil, engine.ErrImageMissing
	}
	if err := f.checkSpec(&spec); err != nil {
		return nil, err
	}
	d := engine.ContainerDetail{
		Container: engine.Container{
			ID: f.newID(), Name: spec.Name, Image: withTag(spec.Image), ImageID: img.ID, State: engine.StateCreated,
			Created: now().Truncate(time.Second), ExitCode: -1, Networks: []string{spec.Network}, Labels: maps.Clone(spec.Labels),
			Project: spec.Labels["com.docker.compose.project"], Service: spec.Labels["com.docker.compose.service"],
		},
		Env: mergeEnv(img.Env, spec.Env), Entrypoint: slices.Clone(spec.Entrypoint), Args: slices.Clone(spec.Command),
		WorkDir: spec.WorkDir, User: spec.User, Hostname: spec.Hostname, Restart: spec.Restart,
		MemoryBytes: spec.MemoryBytes, NanoCPUs: spec.NanoCPUs, TTY: spec.TTY, OpenStdin: spec.OpenStdin,
		AutoRemove: spec.AutoRemove, SizeRWBytes: -1, LogDriver: "json-file",
		Attachments: []engine.Attachment{{Network: spec.Network}},
	}
	if d.Entrypoint == nil {
		d.Entrypoint = slices.Clone(img.Entrypoint)
	}
	if d.Args == nil {
		d.Args = slices.Clone(img.Command)
	}
	if d.Hostname == "" {
		d.Hostname = d.ID[:12]
	}
	d.Command = strings.Join(append(slices.Clone(d.Entrypoint), d.Args...), " ")
	d.Ports = ports(img.Ports, spec.Ports)
	d.Mounts = f.mounts(img.Volumes, spec.Mounts)
	return &container{d: d}, nil
}

// checkSpec refuses what engines refuse, and fills in what they choose. Of
// folders to bind, those called "no-such…" are missing.
func (f *Fake) checkSpec(spec *engine.ContainerSpec) error {
	if spec.Name == "" {
		f.serial++
		spec.Name = fmt.Sprintf("container_%d", f.serial)
	}
	if spec.Network == "" {
		spec.Network = "bridge"
	}
	if spec.Restart == "" {
		spec.Restart = engine.RestartNo
	}
	if err := f.nameFree(spec.Name); err != nil {
		return err
	}
	if spec.MemoryBytes < 0 || spec.MemoryBytes > 0 && spec.MemoryBytes < 6<<20 || spec.NanoCPUs < 0 {
		return engine.ErrInvalid
	}
	if slices.ContainsFunc(spec.Mounts, func(m engine.Mount) bool { return !strings.HasPrefix(m.Target, "/") }) {
		return engine.ErrInvalid
	}
	for _, m := range spec.Mounts {
		if m.Kind == engine.MountBind && strings.Contains(m.Source, "no-such") {
			return &engine.MissingFolderError{Path: m.Source}
		}
	}
	if _, err := f.network(spec.Network); err != nil {
		return err
	}
	return nil
}

// nameFree says whether a container may take name. The caller holds f.mu.
func (f *Fake) nameFree(name string) error {
	if !validName.MatchString(name) {
		return engine.ErrInvalid
	}
	if slices.ContainsFunc(f.containers, func(c *container) bool { return c.d.Name == name }) {
		return engine.ErrConflict
	}
	return nil
}

// mounts makes the volumes that a new container needs. The caller holds f.mu.
func (f *Fake) mounts(declared []string, asked []engine.Mount) []engine.Mount {
	all := slices.Clone(asked)
	for _, target := range declared {
		if !slices.ContainsFunc(asked, func(m engine.Mount) bool { return m.Target == target }) {
			all = append(all, engine.Mount{Kind: engine.MountVolume, Target: target})
		}
	}
	for i, m := range all {
		if m.Kind != engine.MountVolume {
			continue
		}
		if _, err := f.volume(m.Source); err != nil {
			all[i].Source = f.addVolume(engine.Volume{Name: m.Source, Anonymous: m.Source == ""}).Name
		}
	}
	return all
}

func ports(exposed []engine.Port, bound []engine.PortBinding) []engine.Port {
	var all []engine.Port
	for _, b := range bound {
		ip, err := netip.ParseAddr(b.HostIP)
		if err != nil {
			ip = netip.IPv4Unspecified()
		}
		if b.Protocol == "" {
			b.Protocol = "tcp"
		}
		all = append(all, engine.Port{Container: b.Container, Protocol: b.Protocol, Host: b.Host, HostIP: ip})
	}
	for _, e := range exposed {
		if !slices.ContainsFunc(all, func(p engine.Port) bool { return p.Container == e.Container && p.Protocol == e.Protocol }) {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(x, y engine.Port) int { return cmp.Compare(x.Container, y.Container) })
	return all
}

func mergeEnv(base, over []engine.EnvVar) []engine.EnvVar {
	merged := slices.Clone(base)
	for _, v := range over {
		i := slices.IndexFunc(merged, func(e engine.EnvVar) bool { return e.Name == v.Name })
		if i < 0 {
			merged = append(merged, v)
			continue
		}
		merged[i] = v
	}
	return merged
}
