package helper

import (
	"net/netip"
	"os"

	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/machine/netstack"
	"escale/engine/machine/wire"
)

// guestNet is a boot's network: ours, or what the system makes for the guest.
type guestNet struct {
	own    *netstack.Network // nil: the system's
	params wire.Params       // what the guest is told of it
}

// newNetwork makes the network of a boot. Published ports need none: they are
// streams of the channel to the guest, in either case.
func (v *vm) newNetwork(r machine.Resources) (guestNet, error) {
	p := wire.Params{Name: v.name, Page: r.PagePort, Registries: wire.Registries{Insecure: r.InsecureRegistries}}
	if _, has := v.h.driver.(driver.Networker); has {
		p.Proxy, p.Mirrors = beyond(os.Getenv, r.RegistryMirrors)
		return guestNet{params: p}, nil
	}
	var ports []int
	ports, p.Proxy = proxyFor(os.Getenv, r.HostPorts)
	ports, p.Mirrors = mirrorsFor(r.RegistryMirrors, ports)
	own, err := netstack.New(ports, v.h.log.With("machine", v.name))
	if err != nil {
		return guestNet{}, err
	}
	p.Address, p.Host = netip.PrefixFrom(netstack.Guest, netstack.Subnet.Bits()), netstack.Host
	p.Gateway, p.DNS = netstack.Gateway, netstack.Gateway
	return guestNet{own: own, params: p}, nil
}

// serve carries the guest's frames until its virtual machine has ended.
func (n guestNet) serve(instance driver.Instance) {
	if n.own != nil {
		_ = n.own.Serve(instance.Network())
	}
}

func (n guestNet) close() {
	if n.own != nil {
		n.own.Close()
	}
}
