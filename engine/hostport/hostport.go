// Package hostport tells whether a port of this computer is free, who holds it
// if it is not, and which one is free instead.
//
// It speaks of the computer that it runs on. An engine elsewhere, or in a
// virtual machine that does not share its ports, has ports of its own.
package hostport

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"time"

	"escale/engine"
)

var (
	// ErrPrivileged is a port that the user may not take, and so nobody can tell
	// whether another program could. An engine that runs as administrator may.
	ErrPrivileged = errors.New("port needs administrator rights")
	// ErrNotHere is an address that this computer does not have.
	ErrNotHere = errors.New("address is not of this computer")
	// ErrNoneFree is a search that found nothing.
	ErrNoneFree = errors.New("no port is free")
)

// wait bounds a check or a search.
const wait = 2 * time.Second

// Holder is who holds a port.
type Holder struct {
	Process   string         // its name, "nginx"; empty when this user may not see it
	PID       int            // 0 when this user may not see it
	User      string         // to whom it belongs; empty when unknown
	Addr      netip.AddrPort // where exactly it listens; invalid when unknown
	Forwarder bool           // it listens for a container or a virtual machine: ask the engine which
}

// Check tries to take the port and gives it back at once. An invalid ip means
// all addresses of both families. It returns nil when the port is free, and else
//
//   - engine.ErrPortTaken, with as much of the holder as this user may see,
//   - ErrPrivileged when the port looks free but this user may not take it,
//   - ErrNotHere, engine.ErrInvalid for port 0, engine.ErrUnsupported for what
//     is neither "tcp" nor "udp" (empty is "tcp").
//
// It takes at most 2 s.
func Check(ctx context.Context, ip netip.Addr, port uint16, proto string) (Holder, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	q, err := ask(ip, proto)
	if err != nil {
		return Holder{}, fmt.Errorf("check port %d: %w", port, err)
	}
	if port == 0 {
		return Holder{}, fmt.Errorf("check port 0: %w", engine.ErrInvalid)
	}
	var table []entry
	if !bindTells {
		table = q.table(ctx)
	}
	err = q.try(ctx, port, table)
	if !errors.Is(err, engine.ErrPortTaken) && !errors.Is(err, ErrPrivileged) {
		return Holder{}, wrap(port, err)
	}
	if bindTells {
		table = q.table(ctx)
	}
	held, ok := q.find(table, port)
	switch {
	case errors.Is(err, ErrPrivileged) && !ok:
		return Holder{}, wrap(port, err)
	case !ok:
		return Holder{}, wrap(port, engine.ErrPortTaken)
	}
	return identify(ctx, held), wrap(port, engine.ErrPortTaken)
}

// NextFree is the first port from from on (included) that can be taken and of
// which taken, unless nil, does not say that it is promised to somebody. From a
// port below 1024 that is not free the search goes on 8000 higher: 8080 for 80.
// ErrNoneFree when there is none. It takes at most 2 s.
func NextFree(ctx context.Context, ip netip.Addr, from uint16, proto string, taken func(uint16) bool) (uint16, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	q, err := ask(ip, proto)
	if err != nil {
		return 0, fmt.Errorf("find free port: %w", err)
	}
	var table []entry
	if !bindTells {
		table = q.table(ctx)
	}
	for port := max(int(from), 1); port <= math.MaxUint16; port = next(port) {
		p := uint16(port)
		if taken != nil && taken(p) {
			continue
		}
		err := q.try(ctx, p, table)
		if err == nil {
			return p, nil
		}
		if errors.Is(err, ErrNotHere) || ctx.Err() != nil {
			return 0, fmt.Errorf("find free port: %w", err)
		}
	}
	return 0, fmt.Errorf("find free port from %d: %w", from, ErrNoneFree)
}

// Ports below firstFree are for services; alike lies as far above them as
// people are used to.
const (
	firstFree = 1024
	alike     = 8000
)

func next(port int) int {
	if port < firstFree {
		return port + alike
	}
	return port + 1
}

func wrap(port uint16, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("check port %d: %w", port, err)
}

// query is what ports are asked about.
type query struct {
	ips   []netip.Addr
	proto string
}

func ask(ip netip.Addr, proto string) (query, error) {
	if proto == "" {
		proto = "tcp"
	}
	if proto != "tcp" && proto != "udp" {
		return query{}, engine.ErrUnsupported
	}
	if !ip.IsValid() {
		return query{[]netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, proto}, nil
	}
	return query{[]netip.Addr{ip.Unmap()}, proto}, nil
}

// try takes port on each address and gives it back. table holds listeners that
// bind would not notice on this system.
func (q query) try(ctx context.Context, port uint16, table []entry) error {
	if _, ok := q.find(table, port); ok {
		return engine.ErrPortTaken
	}
	for _, ip := range q.ips {
		err := classify(bind(ctx, ip, port, q.proto))
		if errors.Is(err, ErrNotHere) && len(q.ips) > 1 {
			continue // a family that this computer does not have
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

func bind(ctx context.Context, ip netip.Addr, port uint16, proto string) error {
	network := proto + "4"
	if ip.Is6() {
		network = proto + "6"
	}
	var (
		config  net.ListenConfig
		address = net.JoinHostPort(ip.String(), strconv.Itoa(int(port)))
	)
	if proto == "udp" {
		conn, err := config.ListenPacket(ctx, network, address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	listener, err := config.Listen(ctx, network, address)
	if err != nil {
		return err
	}
	return listener.Close()
}
