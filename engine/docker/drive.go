package docker

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"escale/engine"
)

// StartContainer implements engine.Containers.
//
// Source: POST /containers/{id}/start (304: runs already, no error).
func (a *adapter) StartContainer(ctx context.Context, id string) error {
	return a.change(ctx, changeDeadline, "start", id, func(ctx context.Context) error {
		return a.startKeepingNetworks(ctx, id)
	})
}

// StopContainer implements engine.Containers. The engine gets 5 s beyond grace.
//
// Source: POST /containers/{id}/stop (304: already stopped, no error).
func (a *adapter) StopContainer(ctx context.Context, id string, grace time.Duration) error {
	return a.change(ctx, grace+callDeadline, "stop", id, func(ctx context.Context) error {
		return a.api.ContainerStop(ctx, id, container.StopOptions{Timeout: seconds(grace)})
	})
}

// RestartContainer implements engine.Containers. The engine gets 30 s beyond grace.
//
// Source: POST /containers/{id}/restart.
func (a *adapter) RestartContainer(ctx context.Context, id string, grace time.Duration) error {
	return a.change(ctx, grace+changeDeadline, "restart", id, func(ctx context.Context) error {
		return a.api.ContainerRestart(ctx, id, container.StopOptions{Timeout: seconds(grace)})
	})
}

// PauseContainer implements engine.Containers.
//
// Source: POST /containers/{id}/pause.
func (a *adapter) PauseContainer(ctx context.Context, id string) error {
	return a.change(ctx, changeDeadline, "pause", id, func(ctx context.Context) error {
		return a.api.ContainerPause(ctx, id)
	})
}

// ResumeContainer implements engine.Containers.
//
// Source: POST /containers/{id}/unpause.
func (a *adapter) ResumeContainer(ctx context.Context, id string) error {
	return a.change(ctx, changeDeadline, "resume", id, func(ctx context.Context) error {
		return a.api.ContainerUnpause(ctx, id)
	})
}

// KillContainer implements engine.Containers.
//
// Source: POST /containers/{id}/kill.
func (a *adapter) KillContainer(ctx context.Context, id, signal string) error {
	if signal == "" {
		signal = "SIGKILL"
	}
	return a.change(ctx, changeDeadline, "kill", id, func(ctx context.Context) error {
		return a.api.ContainerKill(ctx, id, signal)
	})
}

// RenameContainer implements engine.Containers.
//
// Source: POST /containers/{id}/rename.
func (a *adapter) RenameContainer(ctx context.Context, id, name string) error {
	return a.change(ctx, changeDeadline, "rename", id, func(ctx context.Context) error {
		return a.api.ContainerRename(ctx, id, name)
	})
}

// RemoveContainer implements engine.Containers.
//
// Source: DELETE /containers/{id}.
func (a *adapter) RemoveContainer(ctx context.Context, id string, options engine.RemoveContainer) error {
	return a.change(ctx, changeDeadline, "remove", id, func(ctx context.Context) error {
		return a.api.ContainerRemove(ctx, id, container.RemoveOptions{Force: options.Force, RemoveVolumes: options.Volumes})
	})
}

// UpdateContainer implements engine.Containers. A limit of 0 becomes one of all
// that the machine has, for the API cannot take a limit away. Podman 4 has no
// such call.
//
// Source: POST /containers/{id}/update.
func (a *adapter) UpdateContainer(ctx context.Context, id string, change engine.ContainerUpdate) error {
	return a.change(ctx, changeDeadline, "update", id, func(ctx context.Context) error {
		config, err := a.updateConfig(ctx, change)
		if err != nil {
			return err
		}
		_, err = a.api.ContainerUpdate(ctx, id, config)
		if err != nil && a.podman && errdefs.IsNotFound(err) && !strings.Contains(err.Error(), "no such container") {
			return &failure{engine.ErrUnsupported, err}
		}
		return err
	})
}

func (a *adapter) updateConfig(ctx context.Context, change engine.ContainerUpdate) (container.UpdateConfig, error) {
	var config container.UpdateConfig
	memory, cpus := change.MemoryBytes, change.NanoCPUs
	if memory != nil && *memory < 0 || cpus != nil && *cpus < 0 {
		return config, &failure{engine.ErrInvalid, errors.New("a limit is negative")}
	}
	var all engine.Info
	if memory != nil && *memory == 0 || cpus != nil && *cpus == 0 {
		info, err := a.Info(ctx)
		if err != nil {
			return config, err
		}
		all = info
	}
	if memory != nil {
		config.Memory = cmp.Or(*memory, all.MemoryBytes)
		config.MemorySwap = 2 * config.Memory // what the engine chooses at creation
	}
	if cpus != nil {
		config.NanoCPUs = cmp.Or(*cpus, int64(all.CPUs)*1e9)
	}
	if r := change.Restart; r != nil {
		config.RestartPolicy.Name = container.RestartPolicyMode(*r)
	}
	return config, nil
}

// change runs call, which changes container id, with a deadline.
func (a *adapter) change(ctx context.Context, limit time.Duration, verb, id string, call func(context.Context) error) error {
	ctx, cancel := within(ctx, limit)
	defer cancel()
	if err := call(ctx); err != nil {
		return failed(ctx, err, "%s container %.12s", verb, id)
	}
	return nil
}

// seconds rounds up, as the API takes whole ones.
func seconds(d time.Duration) *int {
	return new(int((d + time.Second - 1) / time.Second))
}
