package helper

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"syscall"

	"escale/engine/machine"
)

// dialGuest opens a connection to an address in the guest's own network.
type dialGuest func(ctx context.Context, network, address string) (net.Conn, error)

// place is a port of this computer as a container publishes it.
type place struct {
	proto string
	ip    netip.Addr
	port  uint16
}

// publisher makes the published ports of containers ports of this computer, and
// takes them away again. Set is called by one goroutine.
type publisher struct {
	dial    dialGuest
	changed func()

	mu   sync.Mutex
	open map[place]*published
}

type published struct {
	container string
	fault     machine.PortError
	end       func() // closes the listener and every connection, and waits
}

func newPublisher(dial dialGuest, changed func()) *publisher {
	return &publisher{dial: dial, changed: changed, open: make(map[place]*published)}
}

// Set makes the places of want, by the container that each belongs to, the ones
// that are open. Places that failed before are tried again.
func (p *publisher) Set(want map[place]string) {
	changed := p.close(want)
	for at, container := range want {
		p.mu.Lock()
		have := p.open[at]
		p.mu.Unlock()
		if have != nil && have.fault == "" && have.container == container {
			continue
		}
		next := &published{container: container}
		if have != nil && have.fault == "" {
			next.end = have.end // renamed
		} else {
			next.end, next.fault = p.listen(at)
		}
		if have == nil || have.fault != next.fault || have.container != container {
			changed = true
		}
		p.mu.Lock()
		p.open[at] = next
		p.mu.Unlock()
	}
	if changed {
		p.changed()
	}
}

// close ends the places that are not wanted any more.
func (p *publisher) close(want map[place]string) (changed bool) {
	p.mu.Lock()
	var over []*published
	for at, have := range p.open {
		if _, keep := want[at]; !keep {
			over = append(over, have)
			delete(p.open, at)
		}
	}
	p.mu.Unlock()
	for _, have := range over {
		if have.end != nil {
			have.end()
		}
	}
	return len(over) > 0
}

// Ports lists what is open, and what should be and is not.
func (p *publisher) Ports() []machine.Port {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []machine.Port
	for at, have := range p.open {
		out = append(out, machine.Port{
			Proto: at.proto, HostIP: at.ip.String(), HostPort: int(at.port),
			Container: have.container, Error: have.fault,
		})
	}
	slices.SortFunc(out, func(a, b machine.Port) int {
		return cmp.Or(cmp.Compare(a.HostPort, b.HostPort), cmp.Compare(a.Proto, b.Proto), cmp.Compare(a.HostIP, b.HostIP))
	})
	return out
}

// failing says whether a port could not be opened that may be free later.
func (p *publisher) failing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for have := range maps.Values(p.open) {
		if have.fault != "" {
			return true
		}
	}
	return false
}

func (p *publisher) listen(at place) (end func(), fault machine.PortError) {
	address := net.JoinHostPort(at.ip.String(), strconv.Itoa(int(at.port)))
	// "tcp6" is IPv6 alone, so that "::" leaves IPv4 to its own publication.
	family := "4"
	if at.ip.Is6() {
		family = "6"
	}
	ctx, cancel := context.WithCancel(context.Background())
	switch at.proto {
	case "udp":
		socket, err := new(net.ListenConfig).ListenPacket(ctx, "udp"+family, address)
		if err != nil {
			cancel()
			return nil, portError(err)
		}
		return serveUDP(ctx, cancel, socket, p.dial, inGuest(at)), ""
	default:
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp"+family, address)
		if err != nil {
			cancel()
			return nil, portError(err)
		}
		return serveTCP(ctx, cancel, listener, p.dial, inGuest(at)), ""
	}
}

// inGuest are the addresses at which the guest's engine listens for a place.
func inGuest(at place) []string {
	port := strconv.Itoa(int(at.port))
	addresses := []string{net.JoinHostPort("127.0.0.1", port)}
	if at.ip.Is6() {
		addresses = append(addresses, net.JoinHostPort("::1", port))
	}
	return addresses
}

func portError(err error) machine.PortError {
	switch {
	case errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, errPortWindows):
		return machine.PortInUse
	case errors.Is(err, fs.ErrPermission):
		return machine.PortNotAllowed
	default:
		return machine.PortFailed
	}
}

// errPortWindows is WSAEADDRINUSE, which Go's syscall.EADDRINUSE is not.
const errPortWindows = syscall.Errno(10048)
