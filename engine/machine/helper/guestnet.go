package helper

import (
	"net/netip"
	"os"

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
func (v *vm) newNetwork(hostPorts []int) (guestNet, error) {
	if _, has := v.h.driver.(driver.Networker); has {
		return guestNet{params: wire.Params{Name: v.name, Proxy: proxyBeyond(os.Getenv)}}, nil
	}
	ports, proxy := proxyFor(os.Getenv, hostPorts)
	own, err := netstack.New(ports)
	if err != nil {
		return guestNet{}, err
	}
	return guestNet{own: own, params: wire.Params{
		Address: netip.PrefixFrom(netstack.Guest, netstack.Subnet.Bits()),
		Gateway: netstack.Gateway, DNS: netstack.Gateway, Host: netstack.Host, Name: v.name, Proxy: proxy,
	}}, nil
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
