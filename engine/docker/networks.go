package docker

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/network"

	"escale/engine"
)

// networkName undoes what Podman does for the sake of old clients: it calls its
// network "podman" by the name "bridge", in some answers and not in others.
func (a *adapter) networkName(name string) string {
	if a.podman && name == "bridge" {
		return "podman"
	}
	return name
}

// ListNetworks implements engine.Networks.
//
// Source: GET /networks.
func (a *adapter) ListNetworks(ctx context.Context) ([]engine.Network, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	found, err := a.api.NetworkList(ctx, network.ListOptions{})
	if err != nil {
		return nil, failed(ctx, err, "list networks")
	}
	rows := make([]engine.Network, 0, len(found))
	for _, n := range found {
		row := a.network(n)
		row.Members = nil
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(x, y engine.Network) int { return strings.Compare(x.Name, y.Name) })
	return rows, nil
}

// InspectNetwork implements engine.Networks.
//
// Source: GET /networks/{id}.
func (a *adapter) InspectNetwork(ctx context.Context, id string) (engine.Network, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	n, err := a.api.NetworkInspect(ctx, id, network.InspectOptions{})
	if err != nil {
		return engine.Network{}, failed(ctx, err, "inspect network %.12s", id)
	}
	return a.network(n), nil
}

func (a *adapter) network(n network.Inspect) engine.Network {
	row := engine.Network{
		ID: n.ID, Name: a.networkName(n.Name), Driver: n.Driver, Created: n.Created.UTC(), Internal: n.Internal, Labels: n.Labels,
	}
	if n.Created.Year() <= 1 {
		row.Created = moment("")
	}
	switch row.Name {
	case "bridge", "host", "none", "podman":
		row.Builtin = true
	}
	for _, c := range n.IPAM.Config {
		if c.Subnet != "" {
			row.Subnets = append(row.Subnets, c.Subnet)
		}
	}
	for id, c := range n.Containers {
		address, _, _ := strings.Cut(cmp.Or(c.IPv4Address, c.IPv6Address), "/")
		row.Members = append(row.Members, engine.NetworkMember{ContainerID: id, Container: c.Name, Address: address})
	}
	slices.SortFunc(row.Members, func(x, y engine.NetworkMember) int { return strings.Compare(x.Container, y.Container) })
	return row
}

// CreateNetwork implements engine.Networks.
//
// Source: POST /networks/create.
func (a *adapter) CreateNetwork(ctx context.Context, spec engine.NetworkSpec) (string, error) {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	made, err := a.api.NetworkCreate(ctx, spec.Name, network.CreateOptions{
		Driver: cmp.Or(spec.Driver, "bridge"), Internal: spec.Internal, Labels: spec.Labels,
	})
	if err != nil {
		return "", failed(ctx, err, "create network %s", spec.Name)
	}
	return made.ID, nil
}

// ConnectNetwork implements engine.Networks.
//
// Source: POST /networks/{id}/connect.
func (a *adapter) ConnectNetwork(ctx context.Context, id, name string, aliases []string) error {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	if err := a.api.NetworkConnect(ctx, id, name, &network.EndpointSettings{Aliases: aliases}); err != nil {
		return failed(ctx, err, "connect network %.12s", id)
	}
	return nil
}

// DisconnectNetwork implements engine.Networks.
//
// Source: POST /networks/{id}/disconnect.
func (a *adapter) DisconnectNetwork(ctx context.Context, id, name string, force bool) error {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	if err := a.api.NetworkDisconnect(ctx, id, name, force); err != nil {
		return failed(ctx, err, "disconnect network %.12s", id)
	}
	return nil
}

// RemoveNetwork implements engine.Networks. A built-in one is an ErrConflict.
//
// Source: DELETE /networks/{id}.
func (a *adapter) RemoveNetwork(ctx context.Context, id string) error {
	n, err := a.InspectNetwork(ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	if n.Builtin {
		return failed(ctx, &failure{engine.ErrConflict, errors.New("it belongs to the engine")}, "remove network %s", n.Name)
	}
	if a.podman {
		id = n.Name // by its ID, Podman removes one that is in use
	}
	if err := a.api.NetworkRemove(ctx, id); err != nil {
		return failed(ctx, err, "remove network %.12s", id)
	}
	return nil
}
