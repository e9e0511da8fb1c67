package netstack

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"

	"escale/engine/machine/wire"
)

const (
	dialTimeout = 30 * time.Second
	udpIdle     = 90 * time.Second
	maxDatagram = 1<<16 - 1
)

var errForbidden = errors.New("the guest may not go there")

// wanted is where a packet of the guest's wants to go.
func wanted(id stack.TransportEndpointID) netip.AddrPort {
	ip, ok := netip.AddrFromSlice(id.LocalAddress.AsSlice())
	if !ok {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip, id.LocalPort)
}

func (n *Network) dial(network string, to netip.AddrPort) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(n.ctx, dialTimeout)
	defer cancel()
	err := errForbidden
	for _, place := range n.policy.destinations(to) {
		var conn net.Conn
		if conn, err = new(net.Dialer).DialContext(ctx, network, place.String()); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// acceptTCP answers a connection of the guest's once the real one is made, or
// refuses it. It has a goroutine of its own.
func (n *Network) acceptTCP(r *tcp.ForwarderRequest) {
	if n.ctx.Err() != nil || !n.tcp.take() {
		r.Complete(true)
		return
	}
	n.conns.Go(func() {
		defer n.tcp.free()
		began, to := time.Now(), wanted(r.ID())
		outside, err := n.dial("tcp", to)
		if err != nil {
			r.Complete(true)
			n.note("no connection outwards", to, began, err)
			return
		}
		var queue waiter.Queue
		endpoint, failed := r.CreateEndpoint(&queue)
		r.Complete(failed != nil)
		if failed != nil {
			_ = outside.Close()
			n.note("the guest did not take its connection", to, began, errors.New(failed.String()))
			return
		}
		inside := gonet.NewTCPConn(&queue, endpoint)
		stop := context.AfterFunc(n.ctx, func() { _ = inside.Close(); _ = outside.Close() })
		defer stop()
		_ = wire.Join(inside, outside.(*net.TCPConn)) //nolint:forcetypeassert // dialled as "tcp"
	})
}

// note tells the log of a connection that was not made. A refused one is the
// guest's own affair, and an answer.
func (n *Network) note(what string, to netip.AddrPort, began time.Time, err error) {
	if n.ctx.Err() == nil && !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, errForbidden) {
		n.log.Warn(what, "to", to, "after", time.Since(began), "error", err)
	}
}

// acceptUDP starts a flow at its first datagram. It runs on the goroutine that
// brings the guest's frames.
func (n *Network) acceptUDP(r *udp.ForwarderRequest) {
	to := wanted(r.ID())
	if n.ctx.Err() != nil || len(n.policy.destinations(to)) == 0 || !n.udp.take() {
		return
	}
	var queue waiter.Queue
	endpoint, failed := r.CreateEndpoint(&queue)
	if failed != nil {
		n.udp.free()
		return
	}
	inside := gonet.NewUDPConn(&queue, endpoint)
	n.conns.Go(func() {
		defer n.udp.free()
		defer inside.Close() //nolint:errcheck // nothing is left to send
		outside, err := n.dial("udp", to)
		if err != nil {
			return
		}
		stop := context.AfterFunc(n.ctx, func() { _ = inside.Close(); _ = outside.Close() })
		defer stop()
		flow(inside, outside)
	})
}

// flow carries datagrams both ways until neither side has sent one for a while.
func flow(a, b net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		datagrams(a, b)
	}()
	datagrams(b, a)
	<-done
	_ = a.Close()
	_ = b.Close()
}

func datagrams(to, from net.Conn) {
	buffer := make([]byte, maxDatagram)
	for {
		// Both deadlines move: a flow of which one direction is silent lives.
		idle := time.Now().Add(udpIdle)
		if from.SetReadDeadline(idle) != nil || to.SetReadDeadline(idle) != nil {
			return
		}
		n, err := from.Read(buffer)
		if err != nil {
			// Nobody listened to the last datagram; somebody may to the next.
			if errors.Is(err, syscall.ECONNREFUSED) {
				continue
			}
			_ = to.SetReadDeadline(time.Unix(1, 0))
			return
		}
		_, _ = to.Write(buffer[:n]) // a lost datagram is an ordinary thing
	}
}

// local is an address in the network's own stack.
func local(ip netip.Addr, port uint16) tcpip.FullAddress {
	return tcpip.FullAddress{NIC: nic, Addr: tcpip.AddrFrom4(ip.As4()), Port: port}
}
