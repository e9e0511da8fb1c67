package netstack

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

// Bounds of an Ethernet frame: its header, and what virtio can hand over.
const (
	minFrame = 14
	maxFrame = 1<<16 + 64
)

// frames is a connection that carries frames, each after its length in four
// bytes. It ends at a frame that cannot be one: the switch would reserve what a
// hostile guest names, and read headers that are not there.
type frames struct {
	net.Conn
	reader *bufio.Reader
	length [4]byte
	header []byte // of length, what is not handed on yet
	left   int    // of the frame
}

func bounded(conn net.Conn) *frames {
	return &frames{Conn: conn, reader: bufio.NewReaderSize(conn, 1<<16)}
}

func (f *frames) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(f.header) == 0 && f.left == 0 {
		if err := f.next(); err != nil {
			return 0, err
		}
	}
	if len(f.header) > 0 {
		n := copy(p, f.header)
		f.header = f.header[n:]
		return n, nil
	}
	n, err := f.reader.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

func (f *frames) next() error {
	if _, err := io.ReadFull(f.reader, f.length[:]); err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(f.length[:])
	if size < minFrame || size > maxFrame {
		return fmt.Errorf("read frame: %d bytes", size)
	}
	f.header, f.left = f.length[:], int(size)
	return nil
}
