//go:build !windows

package vfkit

import (
	"bytes"
	"io"
	"os"
	"time"
)

const (
	lookFirst   = 50 * time.Millisecond
	lookLast    = 2 * time.Second
	consoleSize = 1 << 20
)

// follow copies what vfkit writes into a file, until over is closed and all is
// read: the framework writes consoles to nothing else that is neither a terminal
// nor a descriptor of its own. It looks seldom while nothing comes, and keeps
// the file small: a guest may talk for ever.
func follow(over <-chan struct{}, file *os.File, to io.Writer) {
	var at, emptied int64
	wait := lookFirst
	for last := false; ; {
		n := copyFrom(file, at, to)
		at += n
		if at-emptied > consoleSize && file.Truncate(0) == nil {
			emptied = at // what comes is written where it was going to be
		}
		if last {
			return
		}
		if wait = min(2*wait, lookLast); n > 0 {
			wait = lookFirst
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-over:
			last = true
		}
		timer.Stop()
	}
}

// copyFrom copies what is in the file from there on, but no zeros: they are where
// something was lost when the file was emptied.
func copyFrom(file *os.File, at int64, to io.Writer) (copied int64) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := file.ReadAt(buffer, at+copied)
		copied += int64(n)
		if text := bytes.ReplaceAll(buffer[:n], []byte{0}, nil); len(text) > 0 {
			_, _ = to.Write(text) // a full disk must not stop the machine
		}
		if err != nil || n == 0 {
			return copied
		}
	}
}
