package helper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"escale/engine"
	"escale/engine/machine"
)

// ownFolder is what is made in the folder that the user chose for a disk.
const ownFolder = "escale"

// Move moves the disk to another folder. The old disk is the machine's until the
// new one is whole, read again and compared; then machine.json names the new
// one. Whatever ends this in between leaves one or the other.
func (v *vm) Move(ctx context.Context, o machine.MoveRequest) error {
	if o.Folder != "" && !filepath.IsAbs(o.Folder) {
		return fmt.Errorf("%w: folder %.200q", engine.ErrInvalid, o.Folder)
	}
	return v.work(ctx, machine.WorkMove, func(ctx context.Context, w *work) error {
		v.finishMove() // if the last one could not be
		from, to := v.folder(), v.dir
		if o.Folder != "" {
			to = filepath.Join(filepath.Clean(o.Folder), ownFolder, v.name)
		}
		if err := v.mayMove(from, to, o.Folder); err != nil {
			return err
		}
		folder := to
		if to == v.dir {
			folder = ""
		}
		if err := v.change(func(s *stored) { s.Move = &moving{From: from, To: to} }); err != nil {
			return err
		}
		err := w.move(ctx, from, to)
		if err == nil {
			// From here on the new disk is the machine's.
			err = v.change(func(s *stored) { s.Folder, s.Kept = folder, nil })
		}
		err = errors.Join(err, w.unlock()) // Windows removes no file that is open
		v.finishMove()
		return err
	})
}

// move leaves a copy of the disk in the folder to.
func (w *work) move(ctx context.Context, from, to string) error {
	old, next := filepath.Join(from, DiskFile), filepath.Join(to, partFile)
	size := diskSize(old)
	m := w.step("move", usedSpace(old))
	parts, sum, err := copyParts(ctx, old, next, m)
	if err != nil {
		return err
	}
	m = w.step("verify", total(parts))
	if err := verifyParts(ctx, next, size, parts, sum, m); err != nil {
		return &machine.Refusal{Reason: machine.RefusedDamaged, Detail: err.Error()}
	}
	if hasDisk(filepath.Join(from, rawFile)) { // it never held anything, and still does not
		if err := replaceFile(filepath.Join(to, rawFile), nil); err != nil {
			return err
		}
	}
	return replace(next, filepath.Join(to, DiskFile))
}

// mayMove looks for everything that would go wrong later, and makes the folder.
func (v *vm) mayMove(from, to, chosen string) error {
	disk := filepath.Join(from, DiskFile)
	if !hasDisk(disk) {
		return refuse(machine.RefusedNothing, "the machine has no disk yet")
	}
	if chosen == "" {
		chosen = v.h.home.Data
	}
	info, err := os.Stat(chosen)
	switch {
	case err != nil:
		return refuse(machine.RefusedMissing, err.Error())
	case !info.IsDir():
		return refuse(machine.RefusedMissing, chosen+" is no folder")
	case from == to || v.h.sameDisk(from, chosen):
		return refuse(machine.RefusedSameDisk, chosen)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return unwritable(err)
	}
	if hasDisk(filepath.Join(to, DiskFile)) { // of another home's machine of that name
		return refuse(machine.RefusedFileExists, filepath.Join(to, DiskFile))
	}
	if err := tryFolder(to); err != nil {
		return errors.Join(err, clearFolder(to))
	}
	if err := v.h.roomFor(filepath.Join(to, DiskFile), usedSpace(disk)); err != nil {
		return errors.Join(outOfRoom(err), clearFolder(to))
	}
	return nil
}

func unwritable(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return refuse(machine.RefusedReadOnly, err.Error())
	}
	return refuse(machine.RefusedMissing, err.Error())
}

// tryFolder makes sure that a disk can be in a folder: that files can be made
// there, locked, and have holes.
func tryFolder(dir string) error {
	const size, most = 256 << 20, 16 << 20
	path := filepath.Join(dir, ".escale-trial")
	file, err := createDisk(path, size)
	if err != nil {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) {
			return refuse(machine.RefusedNoHoles, err.Error())
		}
		return unwritable(err)
	}
	err = errors.Join(file.Sync(), file.Close())
	used := usedSpace(path)
	if err == nil {
		err = tryLock(path + ".lock")
	}
	if left := errors.Join(removeFile(path), removeFile(path+".lock")); err == nil && left != nil {
		err = unwritable(left)
	}
	if err == nil && used > most {
		err = refuse(machine.RefusedNoHoles, fmt.Sprintf("a hole of %d MiB takes %d MiB there", size>>20, used>>20))
	}
	return err
}

// tryLock makes sure that what is locked once cannot be locked twice.
func tryLock(path string) error {
	lock, err := lockFile(path)
	if err != nil {
		return refuse(machine.RefusedNoLocks, err.Error())
	}
	second, err := lockFile(path)
	if err == nil {
		_ = second.Close()
	}
	if !errors.Is(err, errLocked) {
		return errors.Join(refuse(machine.RefusedNoLocks, "two can have the same lock there"), lock.Close())
	}
	return lock.Close()
}

// finishMove removes the disk that is not the machine's after a move, or after
// one that was interrupted.
func (v *vm) finishMove() {
	m := v.memory().Move
	if m == nil {
		return
	}
	other := m.From
	if v.folder() == m.From {
		other = m.To
	}
	if other == v.folder() {
		return
	}
	var err error
	for _, name := range ofDisk {
		err = errors.Join(err, v.h.remove(filepath.Join(other, name)))
	}
	if other != v.dir {
		err = errors.Join(err, clearFolder(other))
	}
	if err == nil {
		err = v.change(func(s *stored) { s.Move = nil })
	}
	if err != nil { // tried again by the next helper
		v.h.log.Warn("what a move left is not removed", "machine", v.name, "folder", other, "error", err)
	}
}

// ofDisk are the files that a disk of ours, or what was done to it, may leave in a
// folder.
var ofDisk = []string{DiskFile, partFile, rawFile, keptFile, keptFile + ".part", lockOf(DiskFile)}

func clearOf(dir string) error {
	var failed []error
	for _, name := range ofDisk {
		failed = append(failed, removeFile(filepath.Join(dir, name)))
	}
	return errors.Join(failed...)
}

// clearFolder removes what is ours from a folder that the user chose, and the
// folders that were made in it when nothing else is there.
func clearFolder(dir string) error {
	if !hasDisk(dir) {
		return nil
	}
	err := clearOf(dir)
	_ = os.Remove(dir)               //nolint:gosec // only if it is empty
	_ = os.Remove(filepath.Dir(dir)) //nolint:gosec // the same
	return err
}
