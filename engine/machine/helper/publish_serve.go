package helper

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"escale/engine/machine/wire"
)

const (
	guestDialTimeout = 20 * time.Second
	udpIdle          = 90 * time.Second
	maxSessions      = 1024 // UDP clients of one port
)

// serveTCP carries connections into the guest until end is called.
func serveTCP(ctx context.Context, cancel context.CancelFunc, listener net.Listener, dial dialGuest, to []string) (end func()) {
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				if ctx.Err() != nil {
					return
				}
				if !pause(ctx, 50*time.Millisecond) { // out of descriptors
					return
				}
				continue
			}
			all.Go(func() { carryTCP(ctx, conn.(*net.TCPConn), dial, to) }) //nolint:forcetypeassert // a TCP listener's
		}
	})
	return func() {
		cancel()
		_ = listener.Close()
		all.Wait()
	}
}

func carryTCP(ctx context.Context, conn *net.TCPConn, dial dialGuest, to []string) {
	inside, err := dialAny(ctx, dial, "tcp", to)
	if err != nil {
		_ = conn.SetLinger(0) // the client sees a refusal, not an empty answer
		_ = conn.Close()
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close(); _ = inside.Close() })
	defer stop()
	_ = wire.Join(conn, inside)
}

func dialAny(ctx context.Context, dial dialGuest, network string, to []string) (wire.HalfCloser, error) {
	ctx, cancel := context.WithTimeout(ctx, guestDialTimeout)
	defer cancel()
	var last error
	for _, address := range to {
		conn, err := dial(ctx, network, address)
		if err == nil {
			return conn.(wire.HalfCloser), nil //nolint:forcetypeassert // streams are
		}
		last = err
	}
	return nil, last
}

// sessions are the UDP clients of one port: each has a stream of its own, as
// answers must find their way back.
type sessions struct {
	socket net.PacketConn
	dial   dialGuest
	to     []string

	mu   sync.Mutex
	open map[netip.AddrPort]chan []byte
	all  sync.WaitGroup
}

// serveUDP carries datagrams into the guest and back until end is called.
func serveUDP(ctx context.Context, cancel context.CancelFunc, socket net.PacketConn, dial dialGuest, to []string) (end func()) {
	s := &sessions{socket: socket, dial: dial, to: to, open: make(map[netip.AddrPort]chan []byte)}
	s.all.Go(func() { s.receive(ctx) })
	return func() {
		cancel()
		_ = socket.Close()
		s.all.Wait()
	}
}

func (s *sessions) receive(ctx context.Context) {
	buffer := make([]byte, wire.DatagramLimit)
	for {
		n, from, err := s.socket.ReadFrom(buffer)
		if ctx.Err() != nil {
			return
		}
		if err != nil { // on Windows: a client that has gone
			if !pause(ctx, time.Millisecond) {
				return
			}
			continue
		}
		s.pass(ctx, from.(*net.UDPAddr).AddrPort(), append([]byte(nil), buffer[:n]...)) //nolint:forcetypeassert // a UDP socket's
	}
}

// pass hands a datagram to its client's session, which it may begin. When there
// is no room for it, it is lost, as datagrams are.
func (s *sessions) pass(ctx context.Context, from netip.AddrPort, datagram []byte) {
	const waiting = 64
	s.mu.Lock()
	defer s.mu.Unlock()
	queue, known := s.open[from]
	if !known {
		if len(s.open) >= maxSessions {
			return
		}
		queue = make(chan []byte, waiting)
		s.open[from] = queue
		s.all.Go(func() { s.serve(ctx, from, queue) })
	}
	select {
	case queue <- datagram:
	default:
	}
}

func (s *sessions) serve(ctx context.Context, from netip.AddrPort, queue <-chan []byte) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, from)
	}()
	inside, err := dialAny(ctx, s.dial, "udp", s.to)
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	answers := make(chan struct{}, 1)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer cancel()
		s.answer(inside, from, answers)
	})
	s.ask(ctx, inside, queue, answers)
	cancel()
	_ = inside.Close()
	reader.Wait()
}

// ask writes what the client sends, until neither side has sent for a while.
func (s *sessions) ask(ctx context.Context, inside net.Conn, queue <-chan []byte, answers <-chan struct{}) {
	idle := time.NewTimer(udpIdle)
	defer idle.Stop()
	for {
		select {
		case datagram := <-queue:
			if wire.WriteDatagram(inside, datagram) != nil {
				return
			}
		case <-answers:
		case <-idle.C:
			return
		case <-ctx.Done():
			return
		}
		idle.Reset(udpIdle)
	}
}

func (s *sessions) answer(inside net.Conn, to netip.AddrPort, answers chan<- struct{}) {
	buffer := make([]byte, wire.DatagramLimit)
	for {
		n, err := wire.ReadDatagram(inside, buffer)
		if err != nil {
			return
		}
		_, _ = s.socket.WriteTo(buffer[:n], net.UDPAddrFromAddrPort(to)) // a lost datagram is an ordinary thing
		select {
		case answers <- struct{}{}:
		default:
		}
	}
}

// pause waits, and says whether it was not interrupted.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
