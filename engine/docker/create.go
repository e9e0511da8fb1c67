package docker

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"

	"escale/engine"
)

// CreateContainer implements engine.Containers.
//
// Source: POST /containers/create.
func (a *adapter) CreateContainer(ctx context.Context, spec engine.ContainerSpec) (string, []string, error) {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	if spec.MemoryBytes < 0 || spec.NanoCPUs < 0 { // Podman would take it for none
		return "", nil, failed(ctx, &failure{engine.ErrInvalid, errors.New("a limit is negative")}, "create container %s", spec.Name)
	}
	exposed, bound := portMaps(spec.Ports)
	config := &container.Config{
		Image: spec.Image, Entrypoint: spec.Entrypoint, Cmd: spec.Command, Env: pairs(spec.Env), ExposedPorts: exposed,
		Tty: spec.TTY, OpenStdin: spec.OpenStdin, User: spec.User, WorkingDir: spec.WorkDir, Hostname: spec.Hostname,
		Labels: spec.Labels,
	}
	host := &container.HostConfig{
		PortBindings: bound, Mounts: mountSpecs(spec.Mounts), NetworkMode: container.NetworkMode(spec.Network),
		RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyMode(spec.Restart)}, AutoRemove: spec.AutoRemove,
		Resources: container.Resources{Memory: spec.MemoryBytes, NanoCPUs: spec.NanoCPUs},
	}
	made, err := a.api.ContainerCreate(ctx, config, host, &network.NetworkingConfig{}, nil, spec.Name)
	if err != nil {
		return "", nil, failed(ctx, a.createError(ctx, err, spec), "create container %s", spec.Name)
	}
	return made.ID, made.Warnings, nil
}

// createError looks closer at answers that mean several things: Podman calls a
// missing network, too, an error of its own.
func (a *adapter) createError(ctx context.Context, err error, spec engine.ContainerSpec) error {
	if ctx.Err() != nil {
		return err
	}
	kind := kindOf(err)
	if errors.Is(kind, engine.ErrNoFolder) {
		return noFolder(err, spec.Mounts)
	}
	if errors.Is(kind, engine.ErrServer) || errors.Is(kind, engine.ErrNotFound) {
		if _, missing := a.api.ImageInspect(ctx, spec.Image); missing != nil && errors.Is(kindOf(missing), engine.ErrImageMissing) {
			return &failure{engine.ErrImageMissing, err}
		}
	}
	return err
}

// noFolder finds out which of the folders to mount err means: the one that it
// names (the longest, where one name begins like another), or the only one.
func noFolder(err error, mounts []engine.Mount) error {
	var named, all []string
	for _, m := range mounts {
		if m.Kind != engine.MountBind {
			continue
		}
		all = append(all, m.Source)
		if strings.Contains(err.Error(), m.Source) {
			named = append(named, m.Source)
		}
	}
	switch {
	case len(named) > 0:
		longest := slices.MaxFunc(named, func(x, y string) int { return cmp.Compare(len(x), len(y)) })
		return &failure{&engine.MissingFolderError{Path: longest}, err}
	case len(all) == 1: // Docker Desktop gives folders names of its own
		return &failure{&engine.MissingFolderError{Path: all[0]}, err}
	}
	return err
}

func pairs(env []engine.EnvVar) []string {
	var all []string
	for _, v := range env {
		all = append(all, v.Name+"="+v.Value)
	}
	return all
}

// portMaps exposes what it publishes: an engine ignores the one without the other.
func portMaps(ports []engine.PortBinding) (nat.PortSet, nat.PortMap) {
	exposed, bound := nat.PortSet{}, nat.PortMap{}
	for _, p := range ports {
		port := nat.Port(strconv.Itoa(int(p.Container)) + "/" + cmp.Or(p.Protocol, "tcp"))
		exposed[port] = struct{}{}
		binding := nat.PortBinding{HostIP: p.HostIP}
		if p.Host != 0 {
			binding.HostPort = strconv.Itoa(int(p.Host))
		}
		bound[port] = append(bound[port], binding)
	}
	return exposed, bound
}

func mountSpecs(all []engine.Mount) []mount.Mount {
	var specs []mount.Mount
	for _, m := range all {
		spec := mount.Mount{Type: mount.Type(m.Kind), Source: m.Source, Target: m.Target, ReadOnly: m.ReadOnly}
		if m.Kind == engine.MountTmpfs {
			spec.Source = ""
		}
		specs = append(specs, spec)
	}
	return specs
}
