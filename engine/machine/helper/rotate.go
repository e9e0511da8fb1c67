package helper

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"sync"
)

// logSize and logCount bound what each log takes of the disk: a guest may write
// on its console for ever.
const (
	logSize  = 1 << 20
	logCount = 3 // older ones, besides the newest
)

// rotating is a log file that begins anew when it is full, and keeps a few
// older ones: log.1 is the newest of them. It may be written from many
// goroutines.
type rotating struct {
	path string
	most int64

	mu   sync.Mutex
	file *os.File
	size int64
}

func openLog(path string, most int64) (*rotating, error) {
	r := &rotating{path: path, most: most}
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *rotating) open() error {
	file, err := os.OpenFile(r.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("open log: %w", err), file.Close())
	}
	r.file, r.size = file, info.Size()
	return nil
}

// Write implements io.Writer. What is longer than a whole log is cut.
func (r *rotating) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return 0, fs.ErrClosed
	}
	if r.size > 0 && r.size+int64(len(p)) > r.most {
		if err := r.rotate(); err != nil {
			return 0, err
		}
	}
	n, err := r.file.Write(p[:min(len(p), int(r.most))])
	r.size += int64(n)
	if err != nil {
		return n, err
	}
	return len(p), nil
}

// Rotate begins a new log, for something new that begins.
func (r *rotating) Rotate() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil || r.size == 0 {
		return nil
	}
	return r.rotate()
}

func (r *rotating) rotate() error {
	if err := r.file.Close(); err != nil {
		return fmt.Errorf("rotate log: %w", err)
	}
	r.file = nil
	for i := logCount; i > 0; i-- {
		from := r.path
		if i > 1 {
			from += "." + strconv.Itoa(i-1)
		}
		if err := os.Rename(from, r.path+"."+strconv.Itoa(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("rotate log: %w", err), r.open())
		}
	}
	return r.open()
}

// Close ends the log.
func (r *rotating) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}
