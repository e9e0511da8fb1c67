package hostport_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"escale/engine"
	"escale/engine/hostport"
)

func TestMain(m *testing.M) {
	stranger()
	goleak.VerifyTestMain(m)
}

var (
	loopback = netip.MustParseAddr("127.0.0.1")
	second   = netip.MustParseAddr("127.0.0.2")
	six      = netip.IPv6Loopback()
	anyFour  = netip.IPv4Unspecified()
	anySix   = netip.IPv6Unspecified()
	all      netip.Addr
)

// hold takes a free port on address until the test ends.
func hold(t *testing.T, network, address string) uint16 {
	t.Helper()
	var config net.ListenConfig
	if network[:3] == "udp" {
		conn, err := config.ListenPacket(t.Context(), network, address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return netip.MustParseAddrPort(conn.LocalAddr().String()).Port()
	}
	l, err := config.Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return netip.MustParseAddrPort(l.Addr().String()).Port()
}

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		network, held string
		ip            netip.Addr
		proto         string
		want          error
	}{
		"same address":               {"tcp4", "127.0.0.1:0", loopback, "tcp", engine.ErrPortTaken},
		"tcp is the default":         {"tcp4", "127.0.0.1:0", loopback, "", engine.ErrPortTaken},
		"all addresses asked":        {"tcp4", "127.0.0.1:0", anyFour, "tcp", engine.ErrPortTaken},
		"both families asked":        {"tcp4", "127.0.0.1:0", all, "tcp", engine.ErrPortTaken},
		"both asked, IPv6 held":      {"tcp6", "[::1]:0", all, "tcp", engine.ErrPortTaken},
		"another address":            {"tcp4", "127.0.0.1:0", second, "tcp", nil},
		"another family":             {"tcp4", "127.0.0.1:0", six, "tcp", nil},
		"another protocol":           {"tcp4", "127.0.0.1:0", loopback, "udp", nil},
		"IPv6":                       {"tcp6", "[::1]:0", six, "tcp", engine.ErrPortTaken},
		"IPv6, all asked":            {"tcp6", "[::1]:0", anySix, "tcp", engine.ErrPortTaken},
		"mapped address asked":       {"tcp4", "127.0.0.1:0", netip.MustParseAddr("::ffff:127.0.0.1"), "tcp", engine.ErrPortTaken},
		"UDP":                        {"udp4", "127.0.0.1:0", loopback, "udp", engine.ErrPortTaken},
		"UDP, IPv6":                  {"udp6", "[::1]:0", all, "udp", engine.ErrPortTaken},
		"UDP holds, TCP asked":       {"udp4", "127.0.0.1:0", loopback, "tcp", nil},
		"address of another machine": {"tcp4", "127.0.0.1:0", netip.MustParseAddr("192.0.2.1"), "tcp", hostport.ErrNotHere},
		"foreign protocol":           {"tcp4", "127.0.0.1:0", loopback, "sctp", engine.ErrUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			port := hold(t, tc.network, tc.held)
			got, err := hostport.Check(t.Context(), tc.ip, port, tc.proto)
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if errors.Is(tc.want, engine.ErrPortTaken) {
				expectUs(t, got, port)
			} else if got != (hostport.Holder{}) {
				t.Errorf("held by %+v", got)
			}
		})
	}
	if _, err := hostport.Check(t.Context(), loopback, 0, "tcp"); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("port 0: got %v", err)
	}
}

// A port on all addresses is taken on each of them.
func TestWildcards(t *testing.T) {
	for network, address := range map[string]string{"tcp4": "0.0.0.0:0", "tcp": "[::]:0", "udp4": "0.0.0.0:0"} {
		t.Run(network, func(t *testing.T) {
			port := hold(t, network, address)
			for _, ip := range []netip.Addr{loopback, second, anyFour, all} {
				got, err := hostport.Check(t.Context(), ip, port, network[:3])
				if !errors.Is(err, engine.ErrPortTaken) {
					t.Errorf("%v: got %v", ip, err)
				}
				expectUs(t, got, port)
			}
		})
	}
}

// expectUs checks that the holder is this very process.
func expectUs(t *testing.T, got hostport.Holder, port uint16) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if got.PID != os.Getpid() || got.Process != filepath.Base(binary) || got.User != me.Username || got.Addr.Port() != port || got.Forwarder {
		t.Errorf("got %+v, want process %s (%d) of %s on port %d", got, filepath.Base(binary), os.Getpid(), me.Username, port)
	}
}

func TestGivenBack(t *testing.T) {
	port, err := hostport.NextFree(t.Context(), loopback, 20000, "tcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := hostport.Check(t.Context(), loopback, port, "tcp"); err != nil {
			t.Fatalf("port %d was not given back: %v", port, err)
		}
	}
}

func TestNextFree(t *testing.T) {
	held := hold(t, "tcp4", "127.0.0.1:0")
	got, err := hostport.NextFree(t.Context(), loopback, held, "tcp", nil)
	if err != nil || got <= held {
		t.Errorf("got %d, %v after %d", got, err, held)
	}
	promised, err := hostport.NextFree(t.Context(), loopback, got, "tcp", func(p uint16) bool { return p == got })
	if err != nil || promised <= got {
		t.Errorf("got %d, %v, but %d is promised", promised, err, got)
	}
	alike, err := hostport.NextFree(t.Context(), loopback, 80, "tcp", func(p uint16) bool { return p < 1024 })
	if err != nil || alike < 8080 {
		t.Errorf("instead of 80: got %d, %v", alike, err)
	}
	_, err = hostport.NextFree(t.Context(), loopback, 65000, "tcp", func(uint16) bool { return true })
	if !errors.Is(err, hostport.ErrNoneFree) {
		t.Errorf("got %v, want %v", err, hostport.ErrNoneFree)
	}
	_, err = hostport.NextFree(t.Context(), netip.MustParseAddr("192.0.2.1"), 8080, "tcp", nil)
	if !errors.Is(err, hostport.ErrNotHere) {
		t.Errorf("got %v, want %v", err, hostport.ErrNotHere)
	}
	_, err = hostport.NextFree(t.Context(), loopback, 8080, "sctp", nil)
	if !errors.Is(err, engine.ErrUnsupported) {
		t.Errorf("got %v, want %v", err, engine.ErrUnsupported)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hostport.Check(ctx, loopback, 8080, "tcp"); !errors.Is(err, context.Canceled) {
		t.Errorf("check: got %v", err)
	}
	if _, err := hostport.NextFree(ctx, loopback, 8080, "tcp", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("search: got %v", err)
	}
}
