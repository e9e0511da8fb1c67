// Package crash keeps a report of a run that ended badly, on this computer and
// nowhere else, for the next start to offer.
package crash

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/adrg/xdg"

	"escale/engine/private"
)

// Bounds of what is kept.
const (
	Most    = 3         // reports
	Longest = 256 << 10 // of a report, in bytes; its end is the least telling part
)

// Folder is where the reports of this user are.
func Folder() string { return filepath.Join(xdg.StateHome, "escale", "crash") }

// running is the file that a run writes its end into, when that is a bad one.
const running = "running.txt"

// end is the line between what a run says of itself and what it died of.
var end = []byte("\n---\n")

// Watch is over one run.
type Watch struct {
	path string
	file *os.File
}

// Begin has the runtime write into dir what ends this program: a panic that
// nobody recovers on any goroutine, or a fault of the runtime. It returns the
// path of the report of the run before, when that ended so; else it is empty.
// One process may be watched in a folder. The path may come with an error.
func Begin(dir, version string) (w *Watch, last string, err error) {
	if err := private.Folder(dir); err != nil {
		return nil, "", err
	}
	path := filepath.Join(dir, running)
	last, err = keep(dir, path)
	if err != nil {
		return nil, "", err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // in our own folder
	if err != nil {
		return nil, last, fmt.Errorf("watch for crashes: %w", err)
	}
	_, err = fmt.Fprintf(file, "Escale %s\n%s/%s, %s\nstarted %s\n%s", version, runtime.GOOS, runtime.GOARCH, runtime.Version(),
		time.Now().UTC().Format(time.RFC3339), end[1:])
	if err == nil {
		err = debug.SetCrashOutput(file, debug.CrashOptions{})
	}
	if err != nil {
		return nil, last, errors.Join(fmt.Errorf("watch for crashes: %w", err), file.Close(), os.Remove(path))
	}
	debug.SetTraceback("all") // which goroutine is to blame is often not the one that panics
	return &Watch{path: path, file: file}, last, nil
}

// Close says that the run ended well.
func (w *Watch) Close() error {
	return errors.Join(debug.SetCrashOutput(nil, debug.CrashOptions{}), w.file.Close(), os.Remove(w.path))
}

// keep makes a report of what the run before has left, if it died of something.
// A run that was killed, or whose computer lost its power, says nothing.
func keep(dir, path string) (report string, err error) {
	said, err := Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if _, why, _ := bytes.Cut(said, end); len(bytes.TrimSpace(why)) > 0 {
		report, err = write(dir, path, said)
	}
	return report, errors.Join(err, os.Remove(path))
}

// write keeps a report, and not more than Most.
func write(dir, from string, said []byte) (string, error) {
	info, err := os.Stat(from)
	if err != nil {
		return "", fmt.Errorf("keep crash report: %w", err)
	}
	report := filepath.Join(dir, "crash-"+info.ModTime().UTC().Format("20060102-150405")+".txt")
	if err := os.WriteFile(report, said, 0o600); err != nil {
		return "", fmt.Errorf("keep crash report: %w", err)
	}
	all, err := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
	if err != nil {
		return report, fmt.Errorf("list crash reports: %w", err)
	}
	slices.Sort(all) // by time
	for len(all) > Most {
		err = errors.Join(err, os.Remove(all[0]))
		all = all[1:]
	}
	return report, err
}

// Read returns a report, as far as it is kept.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // in our own folder
	if err != nil {
		return nil, fmt.Errorf("read crash report: %w", err)
	}
	said, err := io.ReadAll(io.LimitReader(file, Longest))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read crash report: %w", err)
	}
	return said, nil
}
