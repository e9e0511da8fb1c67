package netstack

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"testing"
)

func TestDestinations(t *testing.T) {
	p := policy{hostPorts: []int{5432}}
	for to, want := range map[string]int{
		"93.184.216.34:443":    1,
		"10.0.0.7:22":          1, // the user's own network, as for any program
		"192.168.127.254:5432": 2, // shared, on either loopback
		"192.168.127.254:22":   0,
		"192.168.127.1:80":     0,
		"192.168.127.7:80":     0,
		"127.0.0.1:5432":       0,
		"127.8.8.8:80":         0,
		"0.0.0.0:5432":         0,
		"169.254.169.254:80":   0,
		"224.0.0.251:5353":     0,
		"255.255.255.255:67":   0,
		"93.184.216.34:0":      0,
		"[::1]:80":             0,
		"[::ffff:7f00:1]:80":   0,
		"[2001:db8::1]:443":    0, // no IPv6 in there
	} {
		if got := p.destinations(netip.MustParseAddrPort(to)); len(got) != want {
			t.Errorf("to %s: %v", to, got)
		}
	}
}

type readConn struct {
	net.Conn
	io.Reader
}

func (c readConn) Read(p []byte) (int, error) { return c.Reader.Read(p) }

func frame(size int) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(size)), bytes.Repeat([]byte{7}, size)...)
}

func TestFrames(t *testing.T) {
	good := append(frame(60), frame(1514)...)
	for name, tc := range map[string]struct {
		in   []byte
		want int
		err  bool
	}{
		"two":       {in: good, want: len(good)},
		"too short": {in: append(frame(60), frame(13)...), want: 64, err: true},
		"too long":  {in: append(frame(60), 0xff, 0xff, 0xff, 0xff), want: 64, err: true},
		"cut":       {in: good[:100], want: 100},
	} {
		got, err := io.ReadAll(bounded(readConn{Reader: bytes.NewReader(tc.in)}))
		if len(got) != tc.want || (err != nil) != tc.err {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// FuzzFrames: whatever comes, each frame that gets through has a header, and no
// more bytes than it says.
func FuzzFrames(f *testing.F) {
	f.Add(append(frame(60), frame(14)...))
	f.Add([]byte{0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, in []byte) {
		out, _ := io.ReadAll(bounded(readConn{Reader: bytes.NewReader(in)}))
		if !bytes.HasPrefix(in, out) {
			t.Fatal("other bytes came out")
		}
		for len(out) >= 4 {
			size := int(binary.BigEndian.Uint32(out))
			if size < minFrame || size > maxFrame {
				t.Fatalf("a frame of %d bytes got through", size)
			}
			out = out[min(4+size, len(out)):]
		}
	})
}
