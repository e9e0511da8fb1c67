//go:build !windows

package vfkit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

const (
	maxFrame = 1<<16 + 64
	header   = 4 // bytes of a frame's length

	// What the framework recommends: much more room to receive than to send.
	sendBuffer    = 1 << 20
	receiveBuffer = 4 << 20

	fullAgain = 100 * time.Microsecond
	fullFor   = 100 * time.Millisecond
)

// datagramPair returns a connection for datagrams and the file of its other end.
func datagramPair() (net.Conn, *os.File, error) {
	syscall.ForkLock.RLock() // no child may be born between the two calls
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_DGRAM, 0)
	if err == nil {
		for _, fd := range fds {
			syscall.CloseOnExec(fd)
		}
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("make a network for vfkit: %w", err)
	}
	for _, fd := range fds { // slower without, that is all
		_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_SNDBUF, sendBuffer)
		_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, receiveBuffer)
	}
	mine, theirs := os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "vfkit's")
	conn, err := net.FileConn(mine)
	_ = mine.Close() // conn has its own descriptor
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make a network for vfkit: %w", err), theirs.Close())
	}
	return conn, theirs, nil
}

// frames makes a stream of frames, each after its length, of a connection that
// carries one frame a datagram. Each direction is for one caller.
type frames struct {
	net.Conn
	buffer []byte
	rest   []byte // of the frame that was received, what is not read yet
	begun  []byte // of the frame that is being written, what is there
}

func newFrames(conn net.Conn) *frames {
	return &frames{Conn: conn, buffer: make([]byte, header+maxFrame)}
}

func (f *frames) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		n, err := f.Conn.Read(f.buffer[header:])
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue
		}
		binary.BigEndian.PutUint32(f.buffer, uint32(n)) //nolint:gosec // bounded by the buffer
		f.rest = f.buffer[:header+n]
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func (f *frames) Write(p []byte) (int, error) {
	f.begun = append(f.begun, p...)
	for len(f.begun) >= header {
		size := int(binary.BigEndian.Uint32(f.begun))
		if size > maxFrame {
			return 0, fmt.Errorf("write frame: %d bytes", size)
		}
		if len(f.begun) < header+size {
			break
		}
		if err := f.send(f.begun[header : header+size]); err != nil {
			return 0, err
		}
		f.begun = append(f.begun[:0], f.begun[header+size:]...)
	}
	return len(p), nil
}

// send sends one frame. macOS says that there is no room where others wait: then
// it is tried again, and lost in the end, as frames are.
func (f *frames) send(frame []byte) error {
	for end := time.Now().Add(fullFor); ; {
		_, err := f.Conn.Write(frame)
		if !errors.Is(err, syscall.ENOBUFS) {
			return err
		}
		if time.Now().After(end) {
			return nil
		}
		<-time.After(fullAgain)
	}
}
