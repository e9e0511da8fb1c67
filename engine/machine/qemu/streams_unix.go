//go:build !windows

package qemu

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"

	"escale/engine/machine/driver"
)

// connect makes the streams: pairs of sockets of which QEMU inherits one each.
// Nothing has a name, so nobody else can connect, and nothing stays behind.
// theirs closes the ends that QEMU has once it runs; ours are there at once.
func connect(command *exec.Cmd, s driver.Spec) (w wires, ours func(context.Context) (ends, error), theirs func(), err error) {
	var mine []net.Conn
	var given []*os.File
	release := func() {
		for _, f := range given {
			_ = f.Close()
		}
	}
	for range 4 {
		conn, file, err := pair()
		if err != nil {
			release()
			for _, c := range mine {
				_ = c.Close()
			}
			return wires{}, nil, nil, err
		}
		mine, given = append(mine, conn), append(given, file)
	}
	if err := driver.Child(command, s.Lock); err != nil {
		release()
		return wires{}, nil, nil, err
	}
	command.ExtraFiles = append(command.ExtraFiles, given...)
	e := ends{qmp: mine[0], channel: mine[1], network: mine[2], console: mine[3]}
	return inherited, func(context.Context) (ends, error) { return e, nil }, release, nil
}

// pair returns a connection and the file of its other end.
func pair() (net.Conn, *os.File, error) {
	syscall.ForkLock.RLock() // no child may be born between the two calls
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("make a connection to QEMU: %w", err)
	}
	mine, theirs := os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "qemu's")
	conn, err := net.FileConn(mine)
	_ = mine.Close() // conn has its own descriptor
	if err != nil {
		_ = theirs.Close()
		return nil, nil, fmt.Errorf("make a connection to QEMU: %w", err)
	}
	return conn, theirs, nil
}
