// Package virtiofs serves folders of this computer to a virtual machine, by
// virtiofsd, one process a folder. It needs Linux.
//
// virtiofsd runs as the user and with no more rights than the user has, in
// namespaces of its own, where it sees nothing but the folder. What a guest makes
// belongs to the user, whoever made it in there; and what is shared read-only is
// mounted read-only where virtiofsd looks, which no guest can undo.
package virtiofs

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// Why folders cannot be served on this computer.
var (
	// ErrSystem is every system but Linux.
	ErrSystem = errors.New("folders cannot be served on this system")
	// ErrNoProgram is a computer without virtiofsd.
	ErrNoProgram = errors.New("virtiofsd not found")
	// ErrForbidden is a Linux that does not let its users make namespaces.
	ErrForbidden = errors.New("this Linux does not let a program shut itself off from the rest")
)

// ErrFolder is a folder that cannot be served: it is gone, it is a link, or
// virtiofsd refused it.
var ErrFolder = errors.New("folder cannot be served")

// Folder is what one process serves.
type Folder struct {
	Path     string // absolute, without links
	ReadOnly bool
}

// Log takes what the processes say, from several goroutines.
type Log = io.Writer

// confine is the first argument of this program when it is to shut itself off
// and become virtiofsd.
const confine = "confine-virtiofsd"

var errMain = errors.New("this program cannot become virtiofsd")

// mainCalled says that a process of this program started with confine will not
// do what the program usually does.
var mainCalled atomic.Bool

// Main becomes virtiofsd, and does not return, if this process was started for
// that. Every program that serves folders, tests too, calls it first of all.
func Main() {
	mainCalled.Store(true)
	if len(os.Args) < 2 || os.Args[1] != confine {
		return
	}
	os.Exit(confined(os.Args[2:]))
}
