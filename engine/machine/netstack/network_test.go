package netstack

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/link/ethernet"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// guest is a machine on the network: a stack of its own at the end of a wire.
type guest struct{ *stack.Stack }

func plug(t *testing.T, n *Network) guest {
	t.Helper()
	ours, theirs := net.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = n.Serve(theirs)
	}()
	wire := channel.New(1024, mtu, "\x52\x54\x00\xe5\xca\x1e")
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol},
	})
	if err := s.CreateNIC(nic, ethernet.New(wire)); err != nil {
		t.Fatal(err)
	}
	address := tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: tcpip.AddrFrom4(Guest.As4()).WithPrefix()}
	if err := s.AddProtocolAddress(nic, address, stack.AddressProperties{}); err != nil {
		t.Fatal(err)
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, Gateway: tcpip.AddrFrom4(Gateway.As4()), NIC: nic}})
	ctx, cancel := context.WithCancel(context.Background())
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		send(ctx, wire, ours)
	}()
	go receive(ours, wire)
	t.Cleanup(func() {
		cancel()
		_ = ours.Close()
		<-sent
		<-served
		s.Destroy()
	})
	return guest{s}
}

func send(ctx context.Context, wire *channel.Endpoint, to net.Conn) {
	for {
		packet := wire.ReadContext(ctx)
		if packet == nil {
			return
		}
		view := packet.ToView()
		bytes := view.AsSlice()
		framed := append(binary.BigEndian.AppendUint32(nil, uint32(len(bytes))), bytes...)
		view.Release()
		packet.DecRef()
		if _, err := to.Write(framed); err != nil {
			return
		}
	}
}

func receive(from net.Conn, wire *channel.Endpoint) {
	for {
		var size [4]byte
		if _, err := io.ReadFull(from, size[:]); err != nil {
			return
		}
		bytes := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(from, bytes); err != nil {
			return
		}
		packet := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(bytes)})
		wire.InjectInbound(0, packet)
		packet.DecRef()
	}
}

func (g guest) tcp(t *testing.T, to netip.AddrPort) (*gonet.TCPConn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return gonet.DialContextTCP(ctx, g.Stack, local(to.Addr(), to.Port()), ipv4.ProtocolNumber)
}

// service listens on this computer's loopback and answers in capitals.
func service(t *testing.T) (port int) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	socket, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 2)
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			asked, _ := io.ReadAll(conn)
			_, _ = io.WriteString(conn, strings.ToUpper(string(asked)))
			_ = conn.Close()
		}
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		buffer := make([]byte, 1<<16)
		for {
			n, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = socket.WriteTo([]byte(strings.ToUpper(string(buffer[:n]))), from)
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		_ = socket.Close()
		<-done
		<-done
	})
	return listener.Addr().(*net.TCPAddr).Port
}

func newTest(t *testing.T, hostPorts []int) guest {
	t.Helper()
	n, err := newNetwork(hostPorts, hosts{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return plug(t, n)
}

func TestSharedPort(t *testing.T) {
	port := service(t)
	g := newTest(t, []int{port})
	at := netip.AddrPortFrom(Host, uint16(port))
	conn, err := g.tcp(t, at)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, "hello")
	_ = conn.CloseWrite()
	if got, err := io.ReadAll(conn); string(got) != "HELLO" || err != nil {
		t.Errorf("TCP: %q, %v", got, err)
	}
	_ = conn.Close()
	to := local(at.Addr(), at.Port())
	datagrams, err := gonet.DialUDP(g.Stack, nil, &to, ipv4.ProtocolNumber)
	if err != nil {
		t.Fatal(err)
	}
	defer datagrams.Close() //nolint:errcheck // the answer has been read
	_, _ = io.WriteString(datagrams, "hello")
	_ = datagrams.SetReadDeadline(time.Now().Add(10 * time.Second))
	buffer := make([]byte, 10)
	if n, err := datagrams.Read(buffer); string(buffer[:n]) != "HELLO" || err != nil {
		t.Errorf("UDP: %q, %v", buffer[:n], err)
	}
}

// TestLoopbackIsOutOfReach tries every name that a container could have for what
// listens on this computer's loopback.
func TestLoopbackIsOutOfReach(t *testing.T) {
	port := uint16(service(t))
	g := newTest(t, nil)
	for _, ip := range []string{Host.String(), Gateway.String(), "127.0.0.1", "0.0.0.0", "169.254.1.1"} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		conn, err := gonet.DialContextTCP(ctx, g.Stack, local(netip.MustParseAddr(ip), port), ipv4.ProtocolNumber)
		cancel()
		if err == nil {
			_ = conn.Close()
			t.Errorf("%s reaches it", ip)
		}
	}
}

// hosts is a resolver of few names.
type hosts struct{ resolver }

func (hosts) LookupIPAddr(_ context.Context, host string) ([]net.IPAddr, error) {
	switch host {
	case "both.test.":
		return []net.IPAddr{{IP: net.ParseIP("192.0.2.1")}, {IP: net.ParseIP("2001:db8::1")}}, nil
	case "broken.test.":
		return nil, errors.New("no server")
	default:
		return nil, &net.DNSError{IsNotFound: true}
	}
}

func (hosts) LookupTXT(context.Context, string) ([]string, error) {
	return []string{strings.Repeat("x", 300)}, nil
}

func TestNames(t *testing.T) {
	g := newTest(t, nil)
	for name, tc := range map[string]struct {
		question string
		kind     uint16
		tcp      bool
		code     int
		want     string
	}{
		"ours":          {question: "host.docker.internal.", kind: dns.TypeA, want: Host.String()},
		"ours, by TCP":  {question: "HOST.docker.internal.", kind: dns.TypeA, tcp: true, want: Host.String()},
		"ours, IPv6":    {question: "host.docker.internal.", kind: dns.TypeAAAA},
		"the host's":    {question: "both.test.", kind: dns.TypeA, want: "192.0.2.1"},
		"only IPv4":     {question: "both.test.", kind: dns.TypeAAAA},
		"no such name":  {question: "none.test.", kind: dns.TypeA, code: dns.RcodeNameError},
		"a broken host": {question: "broken.test.", kind: dns.TypeA, code: dns.RcodeServerFailure},
		"long text":     {question: "text.test.", kind: dns.TypeTXT, want: strings.Repeat("x", 255)},
	} {
		t.Run(name, func(t *testing.T) {
			at := local(Gateway, 53)
			var conn net.Conn
			var err error
			if tc.tcp {
				conn, err = g.tcp(t, netip.AddrPortFrom(Gateway, 53))
			} else {
				conn, err = gonet.DialUDP(g.Stack, nil, &at, ipv4.ProtocolNumber)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // the answer has been read
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			question := new(dns.Msg).SetQuestion(tc.question, tc.kind)
			c := &dns.Conn{Conn: conn}
			if !tc.tcp {
				c = &dns.Conn{Conn: packetConn{conn, conn.(net.PacketConn)}}
			}
			if err := c.WriteMsg(question); err != nil {
				t.Fatal(err)
			}
			answer, err := c.ReadMsg()
			if err != nil {
				t.Fatal(err)
			}
			if answer.Rcode != tc.code || (tc.want == "") != (len(answer.Answer) == 0) {
				t.Fatalf("answer: %v", answer)
			}
			if tc.want != "" && !strings.Contains(answer.Answer[0].String(), tc.want) {
				t.Errorf("answer: %v", answer.Answer[0])
			}
		})
	}
}

// packetConn tells package dns that datagrams go through here.
type packetConn struct {
	net.Conn
	net.PacketConn
}

func (c packetConn) Close() error                       { return c.Conn.Close() }
func (c packetConn) LocalAddr() net.Addr                { return c.Conn.LocalAddr() }
func (c packetConn) SetDeadline(t time.Time) error      { return c.Conn.SetDeadline(t) }
func (c packetConn) SetReadDeadline(t time.Time) error  { return c.Conn.SetReadDeadline(t) }
func (c packetConn) SetWriteDeadline(t time.Time) error { return c.Conn.SetWriteDeadline(t) }

// TestNotes: what keeps a connection from being made is noted, but neither an
// answer that it is not wanted, nor what the guest may not do.
func TestNotes(t *testing.T) {
	var log strings.Builder
	n, err := newNetwork(nil, hosts{}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	to := netip.MustParseAddrPort("192.0.2.7:443")
	n.note("one", to, time.Now(), &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)})
	n.note("two", to, time.Now(), errForbidden)
	n.note("three", to, time.Now(), context.DeadlineExceeded)
	n.Close()
	n.note("four", to, time.Now(), context.Canceled)
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "three to=192.0.2.7:443") {
		t.Errorf("noted: %s", got)
	}
}
