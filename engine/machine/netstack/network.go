// Package netstack is a machine's network, inside the helper: no interface of
// this computer, no root, no port. The guest's packets end here, in a TCP/IP
// stack of gVisor's behind the switch of gvisor-tap-vsock, and go on as ordinary
// connections of the helper's, where policy lets them.
//
// It carries what containers send out. What comes in to published ports goes
// through the channel to the guest instead.
package netstack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"

	"github.com/containers/gvisor-tap-vsock/pkg/tap"
	"github.com/containers/gvisor-tap-vsock/pkg/types"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

const (
	nic = 1
	mtu = 1500

	gatewayMAC = "5a:94:ef:e5:ca:1e" // locally administered

	// Bounds of what a guest can make the helper hold.
	maxTCP     = 4096
	maxUDP     = 1024
	maxLookups = 128
)

// Network is one machine's network.
type Network struct {
	policy policy
	stack  *stack.Stack
	ports  *tap.Switch
	names  *names
	log    *slog.Logger

	tcp, udp slots

	ctx   context.Context //nolint:containedctx // ends what the guest's packets start
	end   context.CancelFunc
	conns sync.WaitGroup
}

// New makes a network from which containers reach, of this computer's own
// loopback, the ports hostPorts and nothing else. Connections that cannot be
// made, other than refused ones, are noted in log.
func New(hostPorts []int, log *slog.Logger) (*Network, error) {
	return newNetwork(hostPorts, new(net.Resolver), log)
}

func newNetwork(hostPorts []int, host resolver, log *slog.Logger) (*Network, error) {
	link, err := tap.NewLinkEndpoint(false, mtu, gatewayMAC, Gateway.String(), []string{Host.String()})
	if err != nil {
		return nil, fmt.Errorf("make network: %w", err)
	}
	ports := tap.NewSwitch(false)
	link.Connect(ports)
	ports.Connect(link)
	s, err := newStack(link)
	if err != nil {
		return nil, fmt.Errorf("make network: %w", err)
	}
	n := &Network{
		policy: policy{hostPorts: hostPorts}, stack: s, ports: ports, log: log,
		tcp: make(slots, maxTCP), udp: make(slots, maxUDP),
	}
	n.ctx, n.end = context.WithCancel(context.Background())
	s.SetTransportProtocolHandler(tcp.ProtocolNumber, tcp.NewForwarder(s, 0, maxTCP, n.acceptTCP).HandlePacket)
	s.SetTransportProtocolHandler(udp.ProtocolNumber, udp.NewForwarder(s, n.acceptUDP).HandlePacket)
	if n.names, err = serveNames(s, host); err != nil {
		n.end()
		s.Destroy()
		return nil, fmt.Errorf("make network: %w", err)
	}
	return n, nil
}

func newStack(link stack.LinkEndpoint) (*stack.Stack, error) {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4},
	})
	sack := tcpip.TCPSACKEnabled(true)
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &sack); err != nil {
		return nil, errors.New(err.String())
	}
	if err := s.CreateNIC(nic, link); err != nil {
		return nil, errors.New(err.String())
	}
	own := tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: tcpip.AddrFrom4(Gateway.As4()).WithPrefix()}
	if err := s.AddProtocolAddress(nic, own, stack.AddressProperties{}); err != nil {
		return nil, errors.New(err.String())
	}
	// It answers for every address: it is the way to all of them.
	s.SetSpoofing(nic, true)
	s.SetPromiscuousMode(nic, true)
	subnet, err := tcpip.NewSubnet(tcpip.AddrFrom4(Subnet.Masked().Addr().As4()), tcpip.MaskFromBytes(net.CIDRMask(Subnet.Bits(), 32)))
	if err != nil {
		return nil, err
	}
	s.SetRouteTable([]tcpip.Route{{Destination: subnet, NIC: nic}})
	return s, nil
}

// Serve carries the guest's frames until conn ends, and closes it. It returns
// why it ended.
func (n *Network) Serve(conn net.Conn) (err error) {
	defer conn.Close() //nolint:errcheck // it ended already
	stop := context.AfterFunc(n.ctx, func() { _ = conn.Close() })
	defer stop()
	defer func() { // the guest is hostile: it may end its network, not the helper
		if fault := recover(); fault != nil {
			err = fmt.Errorf("carry frames: %v", fault)
		}
	}()
	return n.ports.Accept(n.ctx, bounded(conn), types.QemuProtocol)
}

// Close ends every connection, and waits until they have ended.
func (n *Network) Close() {
	n.end()
	n.names.close()
	n.stack.Destroy()
	n.conns.Wait()
}

// slots bound how much may go on at once.
type slots chan struct{}

func (s slots) take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) free() { <-s }
