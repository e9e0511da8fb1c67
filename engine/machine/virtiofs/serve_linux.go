package virtiofs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// endTimeout is for a process to end once nobody is connected to it.
const endTimeout = 5 * time.Second

// greetTimeout is for a process to shut itself off and answer, late on a busy
// computer.
const greetTimeout = 20 * time.Second

// Server is a process that serves a folder. It ends with its connection: there
// is one, to the virtual machine, and it ends at the latest when that does.
type Server struct {
	command  *exec.Cmd
	features uint64 // what it said that it can
	ended    chan struct{}
	err      error // set before ended is closed
}

// Check says whether folders can be served on this computer: nil, or one of this
// package's errors. It serves one, read-only, and remembers the answer.
var Check = sync.OnceValue(check)

func check() error {
	dir, err := os.MkdirTemp("", "escale-share")
	if err != nil {
		return fmt.Errorf("try to serve a folder: %w", err)
	}
	defer os.Remove(dir) //nolint:errcheck // empty, in a folder that is emptied
	folder, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return fmt.Errorf("try to serve a folder: %w", err)
	}
	server, connection, err := Serve(Folder{Path: folder, ReadOnly: true}, dir, io.Discard)
	if errors.Is(err, ErrNoProgram) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	err = connection.Close()
	server.End()
	return err
}

// Serve starts to serve a folder, and returns when that goes well. The file is
// the virtual machine's end of the connection: who starts that closes it
// afterwards, and the process ends with the last who has it. dir is a folder that
// only the user may enter, log takes what the process says.
func Serve(folder Folder, dir string, log Log) (*Server, *os.File, error) {
	if !mainCalled.Load() {
		return nil, nil, errMain // this program would start itself for ever
	}
	p, err := find()
	if err != nil {
		return nil, nil, err
	}
	if err := exists(folder.Path); err != nil {
		return nil, nil, fmt.Errorf("serve %s: %w", folder.Path, err)
	}
	listener, connection, err := connect(dir)
	if err != nil {
		return nil, nil, err
	}
	s, err := serve(p, folder, listener, log)
	_ = listener.Close() // the process has its own
	if err == nil {
		if err = s.greet(connection); err == nil {
			return s, connection, nil
		}
		err = fmt.Errorf("serve %s: %w: %w", folder.Path, ErrFolder, err)
	}
	_ = connection.Close() // which ends the process, too
	if s != nil {
		s.End()
	}
	return nil, nil, err
}

func serve(p program, folder Folder, listener *os.File, log Log) (*Server, error) {
	how := readWrite
	if folder.ReadOnly {
		how = readOnly
	}
	args := arguments(p, folder, identity{os.Geteuid(), os.Getegid()})
	command := confinement(append([]string{how, folder.Path}, args...)...)
	command.ExtraFiles = []*os.File{listener} // descriptor 3
	command.Stdout, command.Stderr = log, log
	_, _ = fmt.Fprintln(log, strings.Join(args, " "))
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	s := &Server{command: command, ended: make(chan struct{})}
	go func() {
		s.err = command.Wait()
		close(s.ended)
	}()
	return s, nil
}

// getFeatures is the question of the vhost-user protocol with which everybody
// begins, and may: version 1, no content. Its answer is a number of eight bytes.
//
// Source: QEMU, docs/interop/vhost-user.rst.
var getFeatures = []byte{1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}

// greet asks the process something: it answers once it has shut itself off.
func (s *Server) greet(connection *os.File) error {
	answered := make(chan error, 1)
	go func() {
		_, err := connection.Write(getFeatures)
		if err == nil {
			answer := make([]byte, len(getFeatures)+8)
			_, err = io.ReadFull(connection, answer)
			s.features = binary.LittleEndian.Uint64(answer[len(getFeatures):])
		}
		answered <- err
	}()
	timer := time.NewTimer(greetTimeout)
	defer timer.Stop()
	var err error
	select {
	case err = <-answered:
		return err
	case <-s.ended: // its end of the connection is closed, and answered is an error
		return errors.Join(fmt.Errorf("virtiofsd ended: %w", s.err), <-answered)
	case <-timer.C:
		err = fmt.Errorf("virtiofsd did not answer in %s", greetTimeout)
	}
	s.kill()
	<-answered //nolint:errcheck // ended by the kill
	return err
}

func (s *Server) kill() { _ = syscall.Kill(-s.PID(), syscall.SIGKILL) } // with what it shut off

// PID is the process's.
func (s *Server) PID() int { return s.command.Process.Pid }

// Ended is closed when the process has ended.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// Err says why it ended, once it has.
func (s *Server) Err() error { return s.err }

// End waits for the process to end, when nobody is connected to it any more, and
// ends it after a while.
func (s *Server) End() {
	timer := time.NewTimer(endTimeout)
	defer timer.Stop()
	select {
	case <-s.ended:
	case <-timer.C:
		s.kill()
		<-s.ended
	}
}

// connect returns a socket that listens, to which nobody can connect, and the
// one connection that waits there. It has a name in dir for a moment: pairs of
// sockets cannot be listened on, which is what virtiofsd does with what it is given.
func connect(dir string) (listener, connection *os.File, err error) {
	folder, err := os.Open(dir) //nolint:gosec // the machine's
	if err != nil {
		return nil, nil, fmt.Errorf("listen for virtual machine: %w", err)
	}
	defer folder.Close() //nolint:errcheck // only read
	// A socket's path may have 107 bytes, and the folder's more.
	short := filepath.Join("/proc/self/fd", strconv.Itoa(int(folder.Fd())), "f")
	_ = os.Remove(filepath.Join(dir, "f")) // of a helper that was killed
	var fds [2]int
	for i := range fds {
		if fds[i], err = unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
			return nil, nil, fmt.Errorf("listen for virtual machine: %w", err)
		}
	}
	listener, connection = os.NewFile(uintptr(fds[0]), "virtiofsd's"), os.NewFile(uintptr(fds[1]), "qemu's")
	address := &unix.SockaddrUnix{Name: short}
	if err = unix.Bind(fds[0], address); err == nil {
		if err = unix.Listen(fds[0], 1); err == nil {
			err = unix.Connect(fds[1], address)
		}
		err = errors.Join(err, os.Remove(filepath.Join(dir, "f")))
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("listen for virtual machine: %w", err), listener.Close(), connection.Close())
	}
	return listener, connection, nil
}
