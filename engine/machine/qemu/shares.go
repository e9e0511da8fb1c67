package qemu

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"escale/engine/machine/driver"
	"escale/engine/machine/virtiofs"
)

// firstFile is the descriptor of a child's first inherited file.
const firstFile = 3

// Folders serves folders of this computer to QEMU.
type Folders interface {
	// Check is nil where it can.
	Check() error
	// Serve starts to serve a folder. QEMU inherits the file; the server ends when
	// nobody has it any more. dir is the machine's own folder.
	Serve(folder virtiofs.Folder, dir string, log io.Writer) (Server, *os.File, error)
}

// Server is what serves one folder.
type Server interface {
	Ended() <-chan struct{}
	Err() error
	End() // waits for its end, and makes it
}

type virtiofsd struct{}

func (virtiofsd) Check() error { return virtiofs.Check() }

func (virtiofsd) Serve(folder virtiofs.Folder, dir string, log io.Writer) (Server, *os.File, error) {
	return virtiofs.Serve(folder, dir, log)
}

// Sharing implements driver.Sharer.
func (d *Driver) Sharing() error {
	err := d.Folders.Check()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, virtiofs.ErrSystem):
		return fmt.Errorf("%w: %w", driver.ErrNoSharing, err)
	case errors.Is(err, virtiofs.ErrNoProgram):
		return fmt.Errorf("%w: %w", driver.ErrNoShareProgram, err)
	default:
		return fmt.Errorf("%w: %w", driver.ErrSharingForbidden, err)
	}
}

// served is a share that QEMU gets.
type served struct {
	tag string
	fd  int // of the connection to its server, as QEMU gets it
}

// shares are what a machine is served.
type shares struct {
	served  []served
	files   []*os.File
	servers []Server
	refused map[string]error
}

// share serves the machine's folders; next is the descriptor that the first of
// their files will have. A folder that cannot be served is left out: the machine
// is worth more.
func (d *Driver) share(spec driver.Spec, next int) shares {
	all := shares{refused: map[string]error{}}
	for _, s := range spec.Shares {
		server, file, err := d.Folders.Serve(virtiofs.Folder{Path: s.Dir, ReadOnly: s.ReadOnly}, spec.Sockets, spec.Log)
		if err != nil {
			all.refused[s.Tag] = err
			_, _ = fmt.Fprintln(spec.Log, err)
			continue
		}
		all.served = append(all.served, served{tag: s.Tag, fd: next + len(all.files)})
		all.files, all.servers = append(all.files, file), append(all.servers, server)
	}
	return all
}

// release closes what QEMU has by now, or will never have.
func (s shares) release() {
	for _, f := range s.files {
		_ = f.Close()
	}
}

// end waits for the servers to end after QEMU.
func (s shares) end() {
	for _, server := range s.servers {
		server.End()
	}
}

// sharedMemory is what a board is told when there are shares: their servers read
// and write the guest's memory.
func sharedMemory(all []served) string {
	if len(all) == 0 {
		return ""
	}
	return ",memory-backend=mem"
}

// folders are the devices of shares.
func folders(all []served, memory string) []string {
	if len(all) == 0 {
		return nil
	}
	args := []string{"-object", "memory-backend-memfd,id=mem,share=on,size=" + memory + "M"}
	for _, s := range all {
		args = append(args,
			"-chardev", "socket,id="+s.tag+",fd="+strconv.Itoa(s.fd),
			"-device", "vhost-user-fs-pci,chardev="+s.tag+",tag="+s.tag)
	}
	return args
}
