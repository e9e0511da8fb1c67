//go:build !windows

package vfkit

import (
	"bytes"
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"testing"

	"escale/engine/machine/machinetest"
	"escale/engine/machine/netstack"
)

// cable is a network's two ends: ours as a stream, and the guest's.
func cable(t *testing.T) (*frames, net.Conn) {
	t.Helper()
	conn, file, err := datagramPair()
	if err != nil {
		t.Fatal(err)
	}
	guest, err := net.FileConn(file)
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	t.Cleanup(func() {
		_ = conn.Close()
		_ = guest.Close()
	})
	return newFrames(conn), guest
}

// TestFramesInPieces: the reader of a stream may want less than a frame, and its
// writer may bring more, or less, than one.
func TestFramesInPieces(t *testing.T) {
	stream, guest := cable(t)
	for _, frame := range []string{"a first frame", "another one"} {
		if _, err := guest.Write([]byte(frame)); err != nil {
			t.Fatal(err)
		}
		var got []byte
		one := make([]byte, 1)
		for len(got) < 4+len(frame) {
			if _, err := io.ReadFull(stream, one); err != nil {
				t.Fatal(err)
			}
			got = append(got, one...)
		}
		if size := binary.BigEndian.Uint32(got); int(size) != len(frame) || string(got[4:]) != frame {
			t.Errorf("read %d %q", size, got[4:])
		}
	}
	var bytes3 bytes.Buffer
	for _, frame := range []string{"one", "two and", "three"} {
		_ = binary.Write(&bytes3, binary.BigEndian, uint32(len(frame)))
		bytes3.WriteString(frame)
	}
	all := bytes3.Bytes()
	for _, piece := range [][]byte{all[:2], all[2:9], all[9:]} {
		if n, err := stream.Write(piece); n != len(piece) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	buffer := make([]byte, 100)
	for _, want := range []string{"one", "two and", "three"} {
		if n, err := guest.Read(buffer); string(buffer[:n]) != want || err != nil {
			t.Errorf("got %q, %v, want %q", buffer[:n], err, want)
		}
	}
	if _, err := stream.Write([]byte{0xff, 0xff, 0xff, 0xff}); err == nil {
		t.Error("a frame of four gigabytes")
	}
}

// TestNetworkAnswers: the machine's network and vfkit's datagrams fit together.
func TestNetworkAnswers(t *testing.T) {
	stream, guest := cable(t)
	network, err := netstack.New(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = network.Serve(stream)
	}()
	defer func() {
		network.Close()
		<-served
	}()
	if _, err := guest.Write(machinetest.WhoIs(netstack.Guest.As4(), netstack.Gateway.As4())); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1500)
	n, err := guest.Read(answer)
	if err != nil || n < 42 || answer[21] != 2 || !bytes.Equal(answer[28:32], netstack.Gateway.AsSlice()) {
		t.Errorf("got %x, %v", answer[:n], err)
	}
}
