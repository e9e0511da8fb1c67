//go:build linux

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
)

const (
	mostRemembered = 256 << 10 // bytes of a log in memory
	mostInFile     = 1 << 20   // bytes of a log on the data disk, twice
	mostInLine     = 8 << 10
)

// logbook keeps the end of a log in memory, for who asks, and more of it in a
// file that is replaced when it is full.
type logbook struct {
	lock    sync.Mutex
	lines   [][]byte
	bytes   int
	first   int // number of lines[0] since the beginning
	partial []byte
	changed chan struct{}

	file string // none until keepIn
	out  *os.File
	size int64
}

func newLogbook() *logbook { return &logbook{changed: make(chan struct{})} }

// keepIn begins to write to a file, with what is remembered.
func (l *logbook) keepIn(file string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.file = file
	for _, line := range l.lines {
		l.store(line)
	}
}

// Write takes bytes as they come and never fails: a log must not stop whom it
// listens to.
func (l *logbook) Write(p []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	for rest := p; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			end = len(rest)
		}
		l.partial = append(l.partial, rest[:min(end, mostInLine-len(l.partial))]...)
		if end == len(rest) {
			break
		}
		l.add(append(l.partial, '\n'))
		l.partial, rest = nil, rest[end+1:]
	}
	return len(p), nil
}

func (l *logbook) add(line []byte) {
	l.lines = append(l.lines, line)
	for l.bytes += len(line); l.bytes > mostRemembered; l.first++ {
		l.bytes -= len(l.lines[0])
		l.lines = l.lines[1:]
	}
	l.store(line)
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *logbook) store(line []byte) {
	if l.file == "" {
		return
	}
	if l.out != nil && l.size+int64(len(line)) > mostInFile {
		l.closeFile()
		_ = os.Rename(l.file, l.file+".1")
	}
	if l.out == nil {
		out, err := os.OpenFile(l.file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			l.file = "" // the disk is full or gone: memory is enough
			return
		}
		l.out, l.size = out, 0
		if info, err := out.Stat(); err == nil {
			l.size = info.Size()
		}
	}
	n, _ := l.out.Write(line)
	l.size += int64(n)
}

func (l *logbook) closeFile() {
	if l.out != nil {
		_ = l.out.Close()
	}
	l.out = nil
}

// close lets go of the file, so that its disk can be unmounted.
func (l *logbook) close() {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.closeFile()
	l.file = ""
}

// from gives the lines from number on, and the number of the next one.
func (l *logbook) from(number int) ([]byte, int, <-chan struct{}) {
	l.lock.Lock()
	defer l.lock.Unlock()
	skip := min(max(number-l.first, 0), len(l.lines))
	return bytes.Join(l.lines[skip:], nil), l.first + len(l.lines), l.changed
}

// last gives the last lines as one text.
func (l *logbook) last(lines int) string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return string(bytes.Join(l.lines[max(0, len(l.lines)-lines):], nil))
}

// copy writes the last tail lines and what follows until ctx ends or w fails.
// Who reads too slowly loses the oldest lines.
func (l *logbook) copy(ctx context.Context, w io.Writer, tail int) error {
	l.lock.Lock()
	next := l.first + max(0, len(l.lines)-tail)
	l.lock.Unlock()
	for {
		text, after, changed := l.from(next)
		if _, err := w.Write(text); err != nil {
			return err
		}
		next = after
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}
