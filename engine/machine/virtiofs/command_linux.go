package virtiofs

import (
	"fmt"
	"os/exec"
	"strings"
)

// kind is one of the two programs that are called virtiofsd.
type kind int

// QEMU's own, in C, came with QEMU up to 7.2; the one in Rust took its place.
const (
	inC kind = iota
	inRust
)

// program is a virtiofsd of this computer.
type program struct {
	path string
	kind kind
}

// places are where distributions put it, the maintained one first.
var places = []program{
	{"/usr/libexec/virtiofsd", inRust}, // Debian 13, Ubuntu 24.04, Fedora
	{"/usr/lib/virtiofsd", inRust},     // Arch
	{"/usr/local/libexec/virtiofsd", inRust},
	{"/usr/lib/qemu/virtiofsd", inC}, // Debian 12, Ubuntu 22.04; a link to the one in Rust since
	{"/usr/bin/virtiofsd", inRust},   // openSUSE, Alpine
}

// find looks for virtiofsd.
func find() (program, error) {
	for _, p := range places {
		if _, err := exec.LookPath(p.path); err != nil {
			continue
		}
		if p.kind == inC && speaksRust(p.path) {
			p.kind = inRust
		}
		return p, nil
	}
	return program{}, ErrNoProgram
}

// speaksRust tells the two apart by how they name their version.
func speaksRust(path string) bool {
	said, err := exec.Command(path, "--version").CombinedOutput() //nolint:noctx // a program of the system; it answers at once
	return err == nil && strings.HasPrefix(string(said), "virtiofsd ") && !strings.Contains(string(said), "FUSE")
}

// listening is the descriptor on which virtiofsd is given its socket.
const listening = 3

// identity is the user that a process is.
type identity struct{ uid, gid int }

// arguments is virtiofsd's command line for a folder, the program first.
func arguments(p program, f Folder, who identity) []string {
	if p.kind == inC {
		return []string{
			p.path, fmt.Sprintf("--fd=%d", listening), "-f",
			"-o", "source=" + f.Path, "-o", "sandbox=namespace", "-o", "cache=auto", "-o", "no_xattr",
			"-o", "modcaps=" + without(":"),
		}
	}
	args := []string{
		p.path, fmt.Sprintf("--fd=%d", listening), "--shared-dir", f.Path, "--sandbox", "namespace", "--cache", "auto",
		"--inode-file-handles=never", "--modcaps=" + without(":"),
	}
	if who.uid != 0 {
		// It makes a name space of users, too: the user shall have the same number there.
		args = append(args, "--uid-map", fmt.Sprintf(":%d:%d:1:", who.uid, who.uid), "--gid-map", fmt.Sprintf(":%d:%d:1:", who.gid, who.gid))
	}
	return args
}

// without takes every power from virtiofsd that it would keep: it can do what
// the user can.
func without(separator string) string {
	return strings.Join([]string{"-chown", "-dac_override", "-fowner", "-fsetid", "-setgid", "-setuid", "-mknod", "-setfcap"}, separator)
}
