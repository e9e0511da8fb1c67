package docker

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"escale/engine"
)

// startKeepingNetworks starts a container. Docker 29 forgets a network of a
// container that could not start for a port that another has, and would start it
// with no network the next time (moby issue 51758): it is put back.
//
// Source: POST /containers/{id}/start, GET /containers/{id}/json,
// POST /networks/{id}/connect.
func (a *adapter) startKeepingNetworks(ctx context.Context, id string) error {
	before, unknown := a.api.ContainerInspect(ctx, id)
	err := a.api.ContainerStart(ctx, id, container.StartOptions{})
	if err == nil || unknown != nil || before.NetworkSettings == nil || !errors.Is(kindOf(err), engine.ErrPortTaken) {
		return err
	}
	return errors.Join(err, a.rejoin(ctx, id, before.NetworkSettings.Networks))
}

// rejoin connects a stopped container to those of its networks that it has lost.
func (a *adapter) rejoin(ctx context.Context, id string, had map[string]*network.EndpointSettings) error {
	after, err := a.api.ContainerInspect(ctx, id)
	if err != nil || after.NetworkSettings == nil {
		return err
	}
	for name, was := range had {
		if _, kept := after.NetworkSettings.Networks[name]; kept || was == nil {
			continue
		}
		// What the user had asked for; the rest belongs to one start.
		settings := &network.EndpointSettings{
			IPAMConfig: was.IPAMConfig, Links: was.Links, Aliases: was.Aliases, DriverOpts: was.DriverOpts, GwPriority: was.GwPriority,
		}
		if err := a.api.NetworkConnect(ctx, name, id, settings); err != nil {
			return fmt.Errorf("connect container to %s again: %w", name, err)
		}
	}
	return nil
}
