package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
)

// DatagramLimit is the longest datagram that a stream carries, in bytes.
const DatagramLimit = 1<<16 - 1

// WriteDatagram writes one datagram with its length before it: two bytes, the
// high one first. An empty datagram is one too.
func WriteDatagram(w io.Writer, datagram []byte) error {
	if len(datagram) > DatagramLimit {
		return fmt.Errorf("write datagram of %d bytes: %w", len(datagram), io.ErrShortBuffer)
	}
	framed := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(datagram)), uint16(len(datagram))) //nolint:gosec // checked above
	if _, err := w.Write(append(framed, datagram...)); err != nil {
		return fmt.Errorf("write datagram: %w", err)
	}
	return nil
}

// ReadDatagram reads one datagram into buffer, which must hold DatagramLimit
// bytes, and gives its length. io.EOF, not wrapped, is the stream's end.
func ReadDatagram(r io.Reader, buffer []byte) (int, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		return 0, fmt.Errorf("read datagram: %w", err)
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n > len(buffer) {
		return 0, fmt.Errorf("read datagram of %d bytes: %w", n, io.ErrShortBuffer)
	}
	if _, err := io.ReadFull(r, buffer[:n]); err != nil {
		return 0, fmt.Errorf("read datagram: %w", err)
	}
	return n, nil
}

// JoinDatagrams carries datagrams between a stream and a connected UDP socket
// until the stream ends or the socket is closed, and closes both. That nobody
// listens at the other end of the socket yet is no reason to end.
func JoinDatagrams(stream HalfCloser, socket net.Conn) error {
	var both sync.WaitGroup
	var out, in error
	both.Go(func() {
		out = datagramsOut(socket, stream)
		_ = socket.Close()
	})
	both.Go(func() {
		in = datagramsIn(stream, socket)
		_ = stream.Close()
	})
	both.Wait()
	return ordinary(errors.Join(out, in))
}

func datagramsOut(socket net.Conn, stream io.Reader) error {
	buffer := make([]byte, DatagramLimit)
	for {
		n, err := ReadDatagram(stream, buffer)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := socket.Write(buffer[:n]); err != nil && !lost(err) {
			return err
		}
	}
}

func datagramsIn(stream io.Writer, socket net.Conn) error {
	buffer := make([]byte, DatagramLimit)
	for {
		n, err := socket.Read(buffer)
		if lost(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := WriteDatagram(stream, buffer[:n]); err != nil {
			return err
		}
	}
}

// lost is true of what a datagram's loss says; UDP promises no more.
func lost(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EMSGSIZE) || errors.Is(err, syscall.ENOBUFS)
}
