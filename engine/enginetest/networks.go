package enginetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"escale/engine"
)

// AddNetwork puts networks in and emits their events. An empty ID is chosen;
// Members are computed from the containers.
func (f *Fake) AddNetwork(all ...engine.Network) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range all {
		f.addNetwork(n)
	}
}

func (f *Fake) addNetwork(n engine.Network) *engine.Network {
	n.Labels, n.Subnets, n.Members = maps.Clone(n.Labels), slices.Clone(n.Subnets), nil
	if n.ID == "" {
		n.ID = f.newID()
	}
	if n.Driver == "" {
		n.Driver = "bridge"
	}
	if n.Created.IsZero() {
		n.Created = now().Truncate(time.Second)
	}
	f.networks = append(f.networks, &n)
	f.emit(engine.KindNetwork, n.ID, "create", map[string]string{"name": n.Name, "type": n.Driver})
	return &n
}

// ListNetworks implements engine.Networks.
func (f *Fake) ListNetworks(ctx context.Context) ([]engine.Network, error) {
	_, done, err := f.enter(ctx, "ListNetworks")
	if err != nil {
		return nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	rows := make([]engine.Network, 0, len(f.networks))
	for _, n := range f.networks {
		row := *n
		row.Labels, row.Subnets = maps.Clone(n.Labels), slices.Clone(n.Subnets)
		rows = append(rows, row)
	}
	return rows, nil
}

// InspectNetwork implements engine.Networks.
func (f *Fake) InspectNetwork(ctx context.Context, id string) (engine.Network, error) {
	var row engine.Network
	err := f.withNetwork(ctx, "InspectNetwork", id, func(n *engine.Network) error {
		row = *n
		row.Labels, row.Subnets, row.Members = maps.Clone(n.Labels), slices.Clone(n.Subnets), f.members(n)
		return nil
	})
	return row, err
}

// CreateNetwork implements engine.Networks.
func (f *Fake) CreateNetwork(ctx context.Context, spec engine.NetworkSpec) (string, error) {
	_, done, err := f.enter(ctx, "CreateNetwork")
	if err != nil {
		return "", err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !validName.MatchString(spec.Name) {
		return "", fmt.Errorf("create network %s: %w", spec.Name, engine.ErrInvalid)
	}
	if _, err := f.network(spec.Name); err == nil {
		return "", fmt.Errorf("create network %s: %w", spec.Name, engine.ErrConflict)
	}
	subnet := fmt.Sprintf("172.%d.0.0/16", 17+len(f.networks))
	n := f.addNetwork(engine.Network{
		Name: spec.Name, Driver: spec.Driver, Internal: spec.Internal, Labels: spec.Labels, Subnets: []string{subnet},
	})
	return n.ID, nil
}

// ConnectNetwork implements engine.Networks.
func (f *Fake) ConnectNetwork(ctx context.Context, network, name string, aliases []string) error {
	return f.withNetwork(ctx, "ConnectNetwork", network, func(n *engine.Network) error {
		c, err := f.container(name)
		if err != nil {
			return err
		}
		if slices.Contains(c.d.Networks, n.Name) {
			return engine.ErrConflict
		}
		c.d.Networks = append(c.d.Networks, n.Name)
		c.d.Attachments = append(c.d.Attachments, engine.Attachment{Network: n.Name, Aliases: slices.Clone(aliases)})
		f.emit(engine.KindNetwork, n.ID, "connect", map[string]string{"container": c.d.ID, "name": n.Name})
		return nil
	})
}

// DisconnectNetwork implements engine.Networks.
func (f *Fake) DisconnectNetwork(ctx context.Context, network, name string, _ bool) error {
	return f.withNetwork(ctx, "DisconnectNetwork", network, func(n *engine.Network) error {
		c, err := f.container(name)
		if err != nil {
			return err
		}
		if !slices.Contains(c.d.Networks, n.Name) {
			return engine.ErrConflict
		}
		c.d.Networks = slices.DeleteFunc(c.d.Networks, func(s string) bool { return s == n.Name })
		c.d.Attachments = slices.DeleteFunc(c.d.Attachments, func(a engine.Attachment) bool { return a.Network == n.Name })
		f.emit(engine.KindNetwork, n.ID, "disconnect", map[string]string{"container": c.d.ID, "name": n.Name})
		return nil
	})
}

// RemoveNetwork implements engine.Networks.
func (f *Fake) RemoveNetwork(ctx context.Context, id string) error {
	return f.withNetwork(ctx, "RemoveNetwork", id, func(n *engine.Network) error {
		if n.Builtin {
			return engine.ErrConflict
		}
		if len(f.members(n)) > 0 {
			return engine.ErrInUse
		}
		f.networks = slices.DeleteFunc(f.networks, func(o *engine.Network) bool { return o == n })
		f.emit(engine.KindNetwork, n.ID, "destroy", map[string]string{"name": n.Name, "type": n.Driver})
		return nil
	})
}

func (f *Fake) withNetwork(ctx context.Context, call, id string, do func(*engine.Network) error) error {
	_, done, err := f.enter(ctx, call)
	if err != nil {
		return err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.network(id)
	if err == nil {
		err = do(n)
	}
	if err != nil {
		return fmt.Errorf("%s %.12s: %w", call, id, err)
	}
	return nil
}

func (f *Fake) network(id string) (*engine.Network, error) {
	for _, n := range f.networks {
		if n.ID == id || n.Name == id {
			return n, nil
		}
	}
	return nil, engine.ErrNotFound
}

// members are the running containers of n.
func (f *Fake) members(n *engine.Network) []engine.NetworkMember {
	var members []engine.NetworkMember
	for _, c := range f.containers {
		if !c.d.Active() {
			continue
		}
		for _, a := range c.d.Attachments {
			if a.Network != n.Name {
				continue
			}
			m := engine.NetworkMember{ContainerID: c.d.ID, Container: c.d.Name}
			if a.IP.IsValid() {
				m.Address = a.IP.String()
			}
			members = append(members, m)
		}
	}
	return members
}
