// Package helper supervises the machines of one home: it boots them, offers
// their engines and their published ports on this computer, looks after them
// while they run, and ends them. It is asked over its control socket, by the
// client of package machine.
package helper

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"escale/engine"
	"escale/engine/logfile"
	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/private"
)

// Options are what a Helper needs.
type Options struct {
	Home    machine.Home
	Driver  driver.Driver
	Version string // of this program
	// Images are where the guest's image is looked for; nil: the usual places.
	Images func() []string
}

// Helper supervises the machines of one home.
type Helper struct {
	home     machine.Home
	driver   driver.Driver
	version  string
	images   func() []string
	computer machine.Computer
	timing   timing
	free     func(path string) (int64, error) // on the disk that holds path
	sameDisk func(a, b string) bool           // of two folders
	remove   func(path string) error          // a file that may not be there
	kept     *images

	lock    *os.File
	logFile *logfile.File
	log     *slog.Logger

	ctx  context.Context //nolint:containedctx // ends with the helper
	end  context.CancelFunc
	over context.Context    //nolint:containedctx // ends when every machine has ended, after ctx
	tell context.CancelFunc // ends over
	runs sync.WaitGroup

	canShare atomic.Pointer[machine.Sharing] // nil: not known yet

	mu       sync.Mutex
	machines map[string]*vm
	asked    time.Time      // the newest request
	asking   int            // requests under way
	admitted map[*run]int64 // what the memory is promised to
}

// ErrRunning is what Open fails with when another helper serves the home.
var ErrRunning = errors.New("another helper serves this home")

// Open makes the home this helper's own. It fails with ErrRunning when there is
// another one.
func Open(o Options) (*Helper, error) {
	for _, dir := range []string{o.Home.Data, o.Home.Run, filepath.Join(o.Home.Data, "machines")} {
		if err := private.Folder(dir); err != nil {
			return nil, err
		}
	}
	lock, err := lockFile(o.Home.Lock())
	if errors.Is(err, errLocked) {
		err = fmt.Errorf("%w: %w", ErrRunning, err)
	}
	if err != nil {
		return nil, err
	}
	file, err := logfile.Open(o.Home.Log(), logfile.Size)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	h := &Helper{
		home: o.Home, driver: o.Driver, version: o.Version, images: o.Images, timing: usual(),
		computer: machine.ThisComputer(),
		lock:     lock, logFile: file, log: slog.New(slog.NewTextHandler(file, nil)),
		machines: make(map[string]*vm), asked: time.Now(), admitted: make(map[*run]int64),
		free: machine.FreeSpace, sameDisk: sameDisk, remove: removeFile,
	}
	h.kept = newImages(filepath.Join(o.Home.Data, "images"), h.files)
	h.kept.room = func(bytes int64) error { return h.roomFor(o.Home.Data, bytes) }
	h.kept.plain, h.kept.warn = h.emulates, func(what string, err error) { h.log.Warn(what, "error", err) }
	if h.images == nil {
		h.images = imagePlaces
	}
	h.ctx, h.end = context.WithCancel(context.Background())
	h.over, h.tell = context.WithCancel(context.Background())
	h.sweep()
	return h, nil
}

// Serve answers on the control socket until ctx ends, or nobody has needed the
// helper for a while. Then it stops every machine, cleanly, and returns.
func (h *Helper) Serve(ctx context.Context) error {
	listener, err := private.Listen(ctx, h.home.Control())
	if err != nil {
		return err
	}
	if err := h.leaveCard(); err != nil {
		return errors.Join(err, listener.Close())
	}
	h.log.Info("helper serves", "pid", os.Getpid(), "version", h.version, "home", h.home.Data)
	h.runs.Go(h.learnSharing)
	err = h.serve(ctx, listener)
	h.log.Info("helper ends", "error", err)
	return err
}

func (h *Helper) leaveCard() error {
	data, err := json.Marshal(machine.Card{Control: h.home.Control(), PID: os.Getpid()})
	if err != nil {
		return fmt.Errorf("leave card: %w", err)
	}
	return replaceFile(h.home.CardPath(), data)
}

func (h *Helper) serve(ctx context.Context, listener net.Listener) error {
	server := h.server()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	case <-h.unneeded(ctx):
	}
	h.stopAll() //nolint:contextcheck // what is thrown away goes, whoever asked
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timing.farewell)
	defer cancel()
	if server.Shutdown(closing) != nil {
		_ = server.Close() // who asked does not read the answer
	}
	if err == nil {
		<-failed //nolint:errcheck // it says that it is closed
	}
	return err
}

// stopAll stops every machine, and lets none start again. Who follows one is told
// until it has stopped: a stream that ends before that is a helper that crashed.
func (h *Helper) stopAll() {
	h.end()
	for _, v := range h.all() {
		v.mu.Lock()
		r := v.current
		v.mu.Unlock()
		if r != nil {
			r.askStop()
			v.notify()
		}
	}
	h.runs.Wait()
	h.sweep()
	h.tell()
}

// Close gives the home back. Serve must have returned.
func (h *Helper) Close() error {
	h.end()
	h.runs.Wait()
	h.tell()
	err := os.Remove(h.home.CardPath())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, h.logFile.Close(), h.lock.Close())
}

// unneeded is closed when no machine has run, and nobody has asked anything,
// for a while.
func (h *Helper) unneeded(ctx context.Context) <-chan struct{} {
	over := make(chan struct{})
	go func() {
		for pause(ctx, h.timing.linger/10) {
			if h.idleSince().Add(h.timing.linger).Before(time.Now()) {
				close(over)
				return
			}
		}
	}()
	return over
}

func (h *Helper) idleSince() time.Time {
	for _, v := range h.all() {
		v.mu.Lock()
		runs := v.current != nil || v.busy != nil
		v.mu.Unlock()
		if runs {
			return time.Now()
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.asking > 0 {
		return time.Now()
	}
	return h.asked
}

// machine returns the machine of that name, which may have nothing yet.
func (h *Helper) machine(name string) (*vm, error) {
	if !machine.ValidName(name) {
		return nil, fmt.Errorf("%w: machine name %.40q", engine.ErrInvalid, name)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if v := h.machines[name]; v != nil {
		return v, nil
	}
	v, err := h.newVM(name)
	if err != nil {
		return nil, err
	}
	h.machines[name] = v
	return v, nil
}

// all returns the machines that are known, and those that have a folder.
func (h *Helper) all() []*vm {
	all, err := h.every()
	if err != nil {
		h.log.Error("machines left out", "error", err)
	}
	return all
}

// every is all, with what is wrong with those that are left out.
func (h *Helper) every() (all []*vm, err error) {
	folders, _ := os.ReadDir(filepath.Join(h.home.Data, "machines")) // none, then
	for _, f := range folders {
		if f.IsDir() && machine.ValidName(f.Name()) {
			_, wrong := h.machine(f.Name())
			err = errors.Join(err, wrong)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, v := range h.machines {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b *vm) int { return cmp.Compare(a.name, b.name) })
	return all, err
}
