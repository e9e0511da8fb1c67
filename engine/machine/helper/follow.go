package helper

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"escale/engine/machine/wire"
)

// Bounds of what is followed. Where a watched folder costs a descriptor for each
// file in it, there are fewer.
const (
	mostFolders      = 8192
	mostFoldersOther = 1024 // not on Linux
	mostNews         = 4096 // changes that wait to be told
	mostKnown        = 16384
	settleFor        = 150 * time.Millisecond // programs that write a file write it in pieces
)

// ignored are folders that are large, change in thousands, and that programs do
// not watch either.
var ignored = []string{".git", "node_modules"}

// follower tells the guest what changes on this computer in the folders that
// running containers mount: the guest's kernel does not see it, so programs in
// there that watch their files would not either.
type follower struct {
	// tell tells the guest; it may fail, and nothing is tried again then.
	tell func(ctx context.Context, paths []string) error
	log  *slog.Logger

	roots chan []string // the newest ones; room for one

	// Of run only.
	watcher  *fsnotify.Watcher
	followed []string // the roots
	folders  int
	full     bool // and that was said
	news     map[string]struct{}
	known    map[string]look // what the guest was told of
}

// look is what a change of a file changes. The guest's own way to make its
// watchers hear leaves it as it is, and so is not told to the guest again.
type look struct {
	modified time.Time
	size     int64
}

func newFollower(log *slog.Logger, tell func(context.Context, []string) error) *follower {
	return &follower{
		tell: tell, log: log, roots: make(chan []string, 1),
		news: make(map[string]struct{}), known: make(map[string]look),
	}
}

// Follow sets the files and folders whose changes are told. It may be called by
// one goroutine, and does not wait.
func (f *follower) Follow(roots []string) {
	roots = slices.Compact(slices.Sorted(slices.Values(roots)))
	select {
	case <-f.roots:
	default:
	}
	f.roots <- roots
}

// run follows until ctx ends.
func (f *follower) run(ctx context.Context) {
	defer f.stop()
	settled := time.NewTimer(time.Hour)
	defer settled.Stop()
	waiting := false
	for {
		var events <-chan fsnotify.Event
		var failed <-chan error
		if f.watcher != nil {
			events, failed = f.watcher.Events, f.watcher.Errors
		}
		select {
		case <-ctx.Done():
			return
		case roots := <-f.roots:
			f.begin(roots)
		case err := <-failed:
			f.log.Warn("changes of files lost", "error", err)
		case event := <-events:
			f.happened(event)
		case <-settled.C:
			waiting = false
			f.flush(ctx)
		}
		if len(f.news) > 0 && !waiting {
			waiting = true
			settled.Reset(settleFor)
		}
	}
}

func (f *follower) stop() {
	if f.watcher != nil {
		_ = f.watcher.Close()
		f.watcher = nil
	}
	f.folders, f.full, f.followed = 0, false, nil
	clear(f.news)
	clear(f.known)
}

// begin follows other roots than before.
func (f *follower) begin(roots []string) {
	if slices.Equal(roots, f.followed) {
		return
	}
	f.stop()
	if len(roots) == 0 {
		return
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		f.log.Warn("shared folders are not followed", "error", err)
		return
	}
	f.watcher, f.followed = watcher, roots
	for _, root := range roots {
		if info, err := os.Lstat(root); err == nil && !info.IsDir() {
			f.watch(filepath.Dir(root)) // editors put a new file in its place
			continue
		}
		f.watchTree(root, false)
	}
}

func (f *follower) watch(folder string) bool {
	most := mostFoldersOther
	if runtime.GOOS == "linux" {
		most = mostFolders
	}
	if f.folders >= most {
		if !f.full {
			f.full = true
			f.log.Warn("too many folders to follow: programs hear of changes in some of them only", "folders", f.folders)
		}
		return false
	}
	if err := f.watcher.Add(folder); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			f.log.Warn("folder not followed", "folder", folder, "error", err)
		}
		return false
	}
	f.folders++
	return true
}

// watchTree watches a folder and those in it. In a new one, files may have been
// made before it was watched.
func (f *follower) watchTree(root string, isNew bool) {
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what cannot be read cannot be followed
		case !d.IsDir():
			if isNew {
				f.note(path)
			}
			return nil
		case path != root && slices.Contains(ignored, d.Name()):
			return fs.SkipDir
		case !f.watch(path):
			return fs.SkipDir
		}
		return nil
	})
}

func (f *follower) happened(event fsnotify.Event) {
	if event.Op == fsnotify.Chmod || event.Name == "" || !f.covers(event.Name) {
		return
	}
	f.note(event.Name)
	if event.Has(fsnotify.Create) && !slices.Contains(ignored, filepath.Base(event.Name)) {
		if info, err := os.Lstat(event.Name); err == nil && info.IsDir() {
			f.watchTree(event.Name, true)
		}
	}
}

// covers says whether a change is in what is followed: a file's root is watched
// by its folder.
func (f *follower) covers(path string) bool {
	return slices.ContainsFunc(f.followed, func(root string) bool { return below(path, root) })
}

func (f *follower) note(path string) {
	if len(f.news) < mostNews {
		f.news[path] = struct{}{}
	}
}

// flush tells the guest what changed.
func (f *follower) flush(ctx context.Context) {
	var changed []string
	for path := range f.news {
		if f.isNews(path) {
			changed = append(changed, path)
		}
	}
	clear(f.news)
	slices.Sort(changed)
	for len(changed) > 0 {
		var now []string
		if now, changed = wire.FitTouched(changed); len(now) == 0 {
			return
		}
		if err := f.tell(ctx, now); err != nil {
			f.log.Warn("the guest was not told of changed files", "error", err)
			return
		}
	}
}

// isNews says whether a file is other than the guest was told, and remembers how
// it is. Of one that is gone, it is the folder that the guest touches.
func (f *follower) isNews(path string) bool {
	if len(f.known) > mostKnown {
		clear(f.known)
	}
	info, err := os.Lstat(path)
	if err != nil {
		delete(f.known, path)
		if info, err := os.Lstat(filepath.Dir(path)); err == nil {
			f.known[filepath.Dir(path)] = look{info.ModTime(), info.Size()}
		}
		return true
	}
	now := look{info.ModTime(), info.Size()}
	old, was := f.known[path]
	f.known[path] = now
	return !was || old != now
}

// below says whether a path is a folder, or in it.
func below(path, folder string) bool {
	rest, ok := strings.CutPrefix(path, folder)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]))
}

// mounts are the paths of this computer that containers mount to write to, or
// only to read, and that a guest may touch: those in folders that are shared to
// be written to.
func mounts(all []listed, shares []sharedFolder) []string {
	var out []string
	for _, c := range all {
		for _, m := range c.Mounts {
			for _, s := range shares {
				if m.Type == "bind" && !s.ReadOnly && below(m.Source, s.Path) && filepath.Clean(m.Source) == m.Source {
					out = append(out, m.Source)
				}
			}
		}
	}
	return out
}

// touched tells the guest what changed in folders that it mounts.
func (b *booted) touched(ctx context.Context, paths []string) error {
	b.mu.Lock()
	frozen := b.frozen
	b.mu.Unlock()
	if frozen {
		return nil // nobody is watching
	}
	ctx, cancel := context.WithTimeout(ctx, b.run.vm.h.timing.ask)
	defer cancel()
	var answer wire.Answer
	if err := b.session.Ask(ctx, wire.Header{Do: wire.Touched, Paths: paths}, &answer); err != nil {
		return err
	}
	return answer.Err()
}
