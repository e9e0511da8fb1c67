//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

const (
	portName  = "escale"
	vsockPort = 2375
)

// serveSerial serves whoever is at the other end of the virtio port, one after
// the other. It ends at once where there is no such port.
func (a *agent) serveSerial() {
	device := ""
	for deadline := time.Now().Add(5 * time.Second); device == "" && time.Now().Before(deadline); pause(2 * time.Millisecond) {
		device = portDevice(portName)
	}
	if device == "" {
		return
	}
	for ; ; pause(20 * time.Millisecond) {
		port, err := os.OpenFile(device, os.O_RDWR, 0)
		if err != nil {
			say("open channel: %v", err)
			pause(time.Second)
			continue
		}
		channel := &serial{File: port}
		session, err := wire.Guest(channel)
		if err != nil {
			continue
		}
		channel.begun.Store(true)
		a.serve(session)
	}
}

// portDevice finds a virtio port by its name; there is no udev to link it.
func portDevice(name string) string {
	found, _ := filepath.Glob("/sys/class/virtio-ports/*/name")
	for _, file := range found {
		if said, err := os.ReadFile(file); err == nil && strings.TrimSpace(string(said)) == name { //nolint:gosec // sysfs
			return "/dev/" + filepath.Base(filepath.Dir(file))
		}
	}
	return ""
}

// serial reads the port. While nobody is at its other end a read finds its end:
// that is waited out until a session has begun.
type serial struct {
	*os.File
	begun atomic.Bool
}

func (s *serial) Read(p []byte) (int, error) {
	for {
		n, err := s.File.Read(p)
		if !errors.Is(err, io.EOF) || s.begun.Load() {
			return n, err
		}
		pause(20 * time.Millisecond)
	}
}

// serveVsock serves who connects from the host's side, where a machine has a
// vsock. Its modules are loaded meanwhile.
func (a *agent) serveVsock() {
	const most = 20 * time.Second
	listener, err := listenVsock()
	for deadline := time.Now().Add(most); err != nil && time.Now().Before(deadline); listener, err = listenVsock() {
		pause(20 * time.Millisecond)
	}
	if err != nil {
		return
	}
	a.serveCalls(func() (call, error) { return acceptVsock(listener) })
}

// call is somebody who connects, from the machine with that number.
type call struct {
	io.ReadWriteCloser
	from uint32
}

// serveCalls serves the host's calls, until no more can come. Others are
// containers that found the guest's own number.
func (a *agent) serveCalls(accept func() (call, error)) {
	for {
		c, err := accept()
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNABORTED) {
			continue
		}
		if err != nil {
			say("accept channel: %v", err)
			return
		}
		if c.from != unix.VMADDR_CID_HOST {
			_ = c.Close()
			continue
		}
		go func() {
			defer a.survive("channel")
			if session, err := wire.Guest(c); err == nil {
				a.serve(session)
			}
		}()
	}
}

func acceptVsock(listener int) (call, error) {
	fd, from, err := unix.Accept4(listener, unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
	if err != nil {
		return call{}, err
	}
	c := call{ReadWriteCloser: os.NewFile(uintptr(fd), "vsock")}
	if vm, ok := from.(*unix.SockaddrVM); ok {
		c.from = vm.CID
	}
	return c, nil
}

func listenVsock() (int, error) {
	fd, err := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("open vsock: %w", err)
	}
	if err = unix.Bind(fd, &unix.SockaddrVM{CID: unix.VMADDR_CID_ANY, Port: vsockPort}); err == nil {
		err = unix.Listen(fd, 16)
	}
	if err != nil {
		_ = unix.Close(fd)
		return 0, fmt.Errorf("listen on vsock: %w", err)
	}
	return fd, nil
}
