// Package logfile writes logs that cannot fill the disk: a file that begins anew
// when it is full, beside a few older ones, which only their owner can read.
package logfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"sync"
)

// Size and Count bound what a log takes of the disk: what is logged may go on
// for ever.
const (
	Size  = 1 << 20 // of each file, in bytes
	Count = 3       // older files, besides the newest
)

// File is a log file that begins anew when it is full; path.1 is the newest of
// the older ones. It may be written from many goroutines, and by one process.
type File struct {
	path string
	most int64

	mu   sync.Mutex
	file *os.File
	size int64
}

// Open opens the log at path, whose folder is there, and goes on with what is in
// it. most is the size of each file in bytes.
func Open(path string, most int64) (*File, error) {
	f := &File{path: path, most: most}
	if err := f.open(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) open() error {
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("open log: %w", err), file.Close())
	}
	f.file, f.size = file, info.Size()
	return nil
}

// Write implements io.Writer. What is longer than a whole log is cut.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return 0, fs.ErrClosed
	}
	if f.size > 0 && f.size+int64(len(p)) > f.most {
		if err := f.rotate(); err != nil {
			return 0, err
		}
	}
	n, err := f.file.Write(p[:min(len(p), int(f.most))])
	f.size += int64(n)
	if err != nil {
		return n, err
	}
	return len(p), nil
}

// Rotate begins a new log, for something new that begins.
func (f *File) Rotate() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil || f.size == 0 {
		return nil
	}
	return f.rotate()
}

func (f *File) rotate() error {
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("rotate log: %w", err)
	}
	f.file = nil
	for i := Count; i > 0; i-- {
		from := f.path
		if i > 1 {
			from += "." + strconv.Itoa(i-1)
		}
		if err := os.Rename(from, f.path+"."+strconv.Itoa(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("rotate log: %w", err), f.open())
		}
	}
	return f.open()
}

// Close ends the log.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}
