package hostport

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var compare = cmp.Options{cmp.AllowUnexported(entry{}), cmpopts.EquateComparable(netip.AddrPort{})}

const procTCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 34516 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0050 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000     0        0 34517 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:0050 0100007F:A1B2 06 00000000:00000000 03:00000CC5 00000000     0        0 0 3 0000000000000000
   3: nonsense:0050 0100007F:A1B2 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   4: 0100007F
`

const procTCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21 1
   1: 0000000000000000FFFF00000100007F:0017 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22 1
`

func TestParseProcNet(t *testing.T) {
	for text, want := range map[string][]entry{
		procTCP: {
			{addr: netip.MustParseAddrPort("127.0.0.1:8080"), listen: true, inode: 34516, user: "1000"},
			{addr: netip.MustParseAddrPort("127.0.0.1:80"), inode: 34517, user: "0"},
		},
		procTCP6: {
			{addr: netip.MustParseAddrPort("[::]:22"), listen: true, inode: 21, user: "0"},
			{addr: netip.MustParseAddrPort("127.0.0.1:23"), listen: true, inode: 22, user: "0"},
		},
	} {
		got, err := parseProcNet(strings.NewReader(text))
		if diff := cmp.Diff(want, got, compare); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
}

const lsofText = "p812\ncControlCenter\nLada\nf9\ntIPv4\nn*:7000\nf10\ntIPv6\nn*:7000\np99\ncnginx\nLroot\nf6\ntIPv4\nn127.0.0.1:8080\nf7\ntIPv6\nn[::1]:8080\nf8\ntIPv4\nn127.0.0.1:8080->127.0.0.1:55555\n"

func TestParseLsof(t *testing.T) {
	want := []entry{
		{addr: netip.MustParseAddrPort("0.0.0.0:7000"), listen: true, pid: 812, name: "ControlCenter", user: "ada"},
		{addr: netip.MustParseAddrPort("[::]:7000"), listen: true, pid: 812, name: "ControlCenter", user: "ada"},
		{addr: netip.MustParseAddrPort("127.0.0.1:8080"), listen: true, pid: 99, name: "nginx", user: "root"},
		{addr: netip.MustParseAddrPort("[::1]:8080"), listen: true, pid: 99, name: "nginx", user: "root"},
		{addr: netip.MustParseAddrPort("127.0.0.1:8080"), pid: 99, name: "nginx", user: "root"},
	}
	if diff := cmp.Diff(want, parseLsof(lsofText), compare); diff != "" {
		t.Error(diff)
	}
}

const netstatText = "\r\nAktive Verbindungen\r\n\r\n  Proto  Lokale Adresse         Remoteadresse          Status           PID\r\n" +
	"  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         1234\r\n" +
	"  TCP    127.0.0.1:50000        127.0.0.1:443          HERGESTELLT     77\r\n" +
	"  TCP    [::]:80                [::]:0                 ABHÖREN         4\r\n" +
	"  UDP    [fe80::1%5]:1900       *:*                                    900\r\n"

func TestParseNetstat(t *testing.T) {
	want := []entry{
		{addr: netip.MustParseAddrPort("0.0.0.0:135"), listen: true, pid: 1234},
		{addr: netip.MustParseAddrPort("127.0.0.1:50000"), pid: 77},
		{addr: netip.MustParseAddrPort("[::]:80"), listen: true, pid: 4},
	}
	if diff := cmp.Diff(want, parseNetstat(netstatText, "tcp"), compare); diff != "" {
		t.Error(diff)
	}
	want = []entry{{addr: netip.MustParseAddrPort("[fe80::1%5]:1900"), listen: true, pid: 900}}
	if diff := cmp.Diff(want, parseNetstat(netstatText, "udp"), compare); diff != "" {
		t.Error(diff)
	}
}

func TestOverlap(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"127.0.0.1", "127.0.0.1"}: true, {"127.0.0.1", "0.0.0.0"}: true, {"127.0.0.1", "::"}: true, {"0.0.0.0", "::"}: true,
		{"::1", "::"}: true, {"::ffff:127.0.0.1", "127.0.0.1"}: true,
		{"127.0.0.1", "127.0.0.2"}: false, {"127.0.0.1", "::1"}: false, {"0.0.0.0", "::1"}: false,
	} {
		a, b := netip.MustParseAddr(pair[0]), netip.MustParseAddr(pair[1])
		if overlap(a, b) != want || overlap(b, a) != want {
			t.Errorf("%s and %s: want %t", a, b, want)
		}
	}
}

// The listener on the very address is named rather than another in the way.
func TestFindChooses(t *testing.T) {
	q, err := ask(netip.MustParseAddr("127.0.0.1"), "tcp")
	if err != nil {
		t.Fatal(err)
	}
	entries := []entry{
		{addr: netip.MustParseAddrPort("127.0.0.1:80")},
		{addr: netip.MustParseAddrPort("0.0.0.0:80"), listen: true, name: "all"},
		{addr: netip.MustParseAddrPort("127.0.0.1:80"), listen: true, name: "this"},
		{addr: netip.MustParseAddrPort("127.0.0.1:81"), listen: true},
	}
	if got, ok := q.find(entries, 80); !ok || got.name != "this" {
		t.Errorf("got %+v", got)
	}
	if _, ok := q.find(entries, 82); ok {
		t.Error("82 is free")
	}
}

func TestForwarders(t *testing.T) {
	for name, want := range map[string]bool{"docker-proxy": true, "rootlessport": true, "OrbStack Helper": true, "pasta.avx2": true, "com.docker.backend.exe": true, "nginx": false, "": false} {
		if holder(entry{name: name}).Forwarder != want {
			t.Errorf("%q: want %t", name, want)
		}
	}
}

func FuzzParseProcNet(f *testing.F) {
	f.Add(procTCP)
	f.Add(procTCP6)
	f.Fuzz(func(t *testing.T, text string) {
		entries, _ := parseProcNet(strings.NewReader(text))
		expectAddresses(t, entries)
	})
}

func FuzzParseLsof(f *testing.F) {
	f.Add(lsofText)
	f.Fuzz(func(t *testing.T, text string) { expectAddresses(t, parseLsof(text)) })
}

func FuzzParseNetstat(f *testing.F) {
	f.Add(netstatText)
	f.Fuzz(func(t *testing.T, text string) { expectAddresses(t, parseNetstat(text, "tcp")) })
}

// expectAddresses checks what the rest of the package relies on.
func expectAddresses(t *testing.T, entries []entry) {
	t.Helper()
	for _, e := range entries {
		if !e.addr.IsValid() || e.addr.Addr().Is4In6() || e.pid < 0 {
			t.Errorf("got %+v", e)
		}
	}
}
