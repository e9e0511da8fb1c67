package netstack

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

const (
	lookupTimeout = 10 * time.Second
	answerTTL     = 10 // seconds; the host's own resolver has a cache
)

// resolver is what of net.Resolver is used.
type resolver interface {
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupCNAME(ctx context.Context, host string) (string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupNS(ctx context.Context, name string) ([]*net.NS, error)
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// names answers the guest's DNS questions with what this computer would get, so
// that its VPNs, its hosts file and its search for names work in containers too.
type names struct {
	host    resolver
	slots   slots
	servers []*dns.Server
	done    sync.WaitGroup
	ctx     context.Context //nolint:containedctx // ends the questions under way
	end     context.CancelFunc
}

func serveNames(s *stack.Stack, host resolver) (*names, error) {
	at := local(Gateway, 53)
	packets, err := gonet.DialUDP(s, &at, nil, ipv4.ProtocolNumber)
	if err != nil {
		return nil, err
	}
	listener, err := gonet.ListenTCP(s, at, ipv4.ProtocolNumber)
	if err != nil {
		return nil, errors.Join(err, packets.Close())
	}
	n := &names{host: host, slots: make(slots, maxLookups)}
	n.ctx, n.end = context.WithCancel(context.Background())
	n.servers = []*dns.Server{{PacketConn: packets, Handler: n}, {Listener: listener, Handler: n}}
	for _, server := range n.servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		n.done.Go(func() { _ = server.ActivateAndServe() })
		<-started
	}
	return n, nil
}

func (n *names) close() {
	n.end()
	for _, server := range n.servers {
		_ = server.Shutdown()
	}
	n.done.Wait()
}

// ServeDNS implements dns.Handler.
func (n *names) ServeDNS(w dns.ResponseWriter, question *dns.Msg) {
	answer := new(dns.Msg)
	answer.SetReply(question)
	answer.RecursionAvailable = true
	switch {
	case len(question.Question) != 1:
		answer.Rcode = dns.RcodeFormatError
	case !n.slots.take():
		answer.Rcode = dns.RcodeServerFailure
	default:
		ctx, cancel := context.WithTimeout(n.ctx, lookupTimeout)
		records, err := n.lookup(ctx, question.Question[0])
		cancel()
		n.slots.free()
		answer.Answer, answer.Rcode = records, code(err)
	}
	size := dns.MinMsgSize
	if extended := question.IsEdns0(); extended != nil {
		size = int(extended.UDPSize())
		answer.SetEdns0(extended.UDPSize(), false)
	}
	if _, tcp := w.RemoteAddr().(*net.TCPAddr); tcp {
		size = dns.MaxMsgSize
	}
	answer.Truncate(size)
	_ = w.WriteMsg(answer) // who asked may have gone
}

// code tells a name that does not exist from one that could not be asked for.
func code(err error) int {
	var failed *net.DNSError
	switch {
	case err == nil:
		return dns.RcodeSuccess
	case errors.As(err, &failed) && failed.IsNotFound:
		return dns.RcodeNameError
	default:
		return dns.RcodeServerFailure
	}
}

// lookup answers in the types that programs ask for; there are no addresses of
// IPv6, for the network carries none.
func (n *names) lookup(ctx context.Context, q dns.Question) ([]dns.RR, error) {
	head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET, Ttl: answerTTL}
	if ip, ours := own(q.Name); ours {
		if q.Qtype != dns.TypeA {
			return nil, nil
		}
		return []dns.RR{&dns.A{Hdr: head, A: ip}}, nil
	}
	switch q.Qtype {
	case dns.TypeA:
		return n.addresses(ctx, head)
	case dns.TypeAAAA:
		_, err := n.host.LookupIPAddr(ctx, q.Name)
		return nil, err
	case dns.TypeCNAME:
		name, err := n.host.LookupCNAME(ctx, q.Name)
		if err != nil || strings.EqualFold(name, q.Name) {
			return nil, err
		}
		return []dns.RR{&dns.CNAME{Hdr: head, Target: dns.Fqdn(name)}}, nil
	case dns.TypePTR:
		return n.pointers(ctx, head)
	default:
		return n.others(ctx, head)
	}
}

// own are the names that Docker's other desktops have for this computer.
func own(name string) (net.IP, bool) {
	switch strings.ToLower(name) {
	case "host.docker.internal.", "host.containers.internal.":
		return Host.AsSlice(), true
	case "gateway.docker.internal.":
		return Gateway.AsSlice(), true
	default:
		return nil, false
	}
}

func (n *names) addresses(ctx context.Context, head dns.RR_Header) ([]dns.RR, error) {
	found, err := n.host.LookupIPAddr(ctx, head.Name)
	var out []dns.RR
	for _, a := range found {
		if ip := a.IP.To4(); ip != nil {
			out = append(out, &dns.A{Hdr: head, A: ip})
		}
	}
	return out, err
}

func (n *names) pointers(ctx context.Context, head dns.RR_Header) ([]dns.RR, error) {
	reversed, ok := strings.CutSuffix(strings.ToLower(head.Name), ".in-addr.arpa.")
	parts := strings.Split(reversed, ".")
	if !ok || len(parts) != 4 {
		return nil, nil
	}
	found, err := n.host.LookupAddr(ctx, parts[3]+"."+parts[2]+"."+parts[1]+"."+parts[0])
	var out []dns.RR
	for _, name := range found {
		out = append(out, &dns.PTR{Hdr: head, Ptr: dns.Fqdn(name)})
	}
	return out, err
}

func (n *names) others(ctx context.Context, head dns.RR_Header) (out []dns.RR, err error) {
	switch head.Rrtype {
	case dns.TypeMX:
		var found []*net.MX
		found, err = n.host.LookupMX(ctx, head.Name)
		for _, r := range found {
			out = append(out, &dns.MX{Hdr: head, Mx: dns.Fqdn(r.Host), Preference: r.Pref})
		}
	case dns.TypeNS:
		var found []*net.NS
		found, err = n.host.LookupNS(ctx, head.Name)
		for _, r := range found {
			out = append(out, &dns.NS{Hdr: head, Ns: dns.Fqdn(r.Host)})
		}
	case dns.TypeSRV:
		var found []*net.SRV
		_, found, err = n.host.LookupSRV(ctx, "", "", head.Name)
		for _, r := range found {
			out = append(out, &dns.SRV{Hdr: head, Target: dns.Fqdn(r.Target), Port: r.Port, Priority: r.Priority, Weight: r.Weight})
		}
	case dns.TypeTXT:
		var found []string
		found, err = n.host.LookupTXT(ctx, head.Name)
		for _, text := range found {
			out = append(out, &dns.TXT{Hdr: head, Txt: pieces(text)})
		}
	}
	return out, err
}

// pieces cuts a text as DNS carries it.
func pieces(text string) []string {
	const most = 255
	var out []string
	for len(text) > most {
		out, text = append(out, text[:most]), text[most:]
	}
	return append(out, text)
}
