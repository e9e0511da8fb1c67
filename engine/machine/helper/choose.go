package helper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"escale/engine/machine"
)

// keepFor is how long the copy of the data from before a new major version of
// the engine stays: nobody goes back after that, and it takes as much as the data.
const keepFor = 7 * 24 * time.Hour

// major is the first number of an engine's version; 0 when it has none. Engines
// of one major version read each other's data.
func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(first)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// choose returns the image that the machine boots from: the one that came with
// the app, unless it failed before or is too old for the data. The caller
// releases it. m is told of one that has to arrive first.
func (r *run) choose(ctx context.Context, m *meter) (image, error) {
	s := r.vm.memory()
	bundle, err := openImage(r.vm.h.images())
	switch {
	case err != nil:
		return r.instead(ctx, s, bundle, err)
	case s.Refused != nil && s.Refused.Hash == bundle.hash && !s.Refused.Retry && s.Good != nil:
		if have, err := r.vm.h.kept.find(ctx, s.Good.Hash); err == nil {
			return have, nil
		}
	case major(bundle.manifest.Engine.Version) < major(s.Engine):
		return r.instead(ctx, s, bundle, fmt.Errorf("%w: %s, the data is of %s", errTooOld, bundle.manifest.Engine.Version, s.Engine))
	}
	have, err := r.vm.h.kept.take(ctx, bundle, m)
	if err != nil {
		return r.instead(ctx, s, bundle, err)
	}
	return have, nil
}

// instead returns the image that last booted well in the place of one that
// cannot be used; why is the error when there is none.
func (r *run) instead(ctx context.Context, s stored, bundle image, why error) (image, error) {
	if s.Good == nil || s.Good.Hash == bundle.hash || major(s.Good.Engine) < major(s.Engine) || ctx.Err() != nil {
		return image{}, why
	}
	have, err := r.vm.h.kept.find(ctx, s.Good.Hash)
	if err != nil {
		return image{}, why
	}
	r.vm.h.log.Warn("the image of before is used", "machine", r.vm.name, "error", why)
	r.note(func() {
		r.other = "the guest that came with the app is not used: " + why.Error()
		if errors.Is(why, errImageDamaged) || errors.Is(why, errNoSpace) || errors.Is(why, errNotFetched) {
			r.fellBack = &refused{guest: bundle.asGuest(), Cause: causeOf(why), Detail: why.Error(), At: time.Now(), Retry: true}
		}
	})
	return have, nil
}

// guard keeps a copy of the data before an engine of a new major version opens
// it for the first time. Where there is no room for one, the machine stays with
// the image of before.
func (r *run) guard(ctx context.Context, p prepared) (prepared, error) {
	s := r.vm.memory()
	engine := p.image.manifest.Engine.Version
	if s.Throwaway || engine == s.Engine || major(engine) < major(s.Engine) {
		return p, nil
	}
	var copied *kept
	if s.Engine != "" && !r.vm.isKept() && major(engine) > major(s.Engine) && s.NoCopy != p.image.hash {
		m := new(meter)
		r.note(func() { r.climb.beginMetered(stepKeep, m, time.Now()) })
		if err := r.vm.keepData(ctx, m); err != nil {
			old, other := r.instead(ctx, s, p.image, err)
			if other != nil {
				return p, err
			}
			r.vm.h.kept.release(p.image.hash)
			p.image = old
			return p, nil
		}
		copied = &kept{Engine: engine, At: time.Now()}
	}
	return p, r.vm.change(func(s *stored) {
		s.Engine = engine
		if copied != nil {
			s.Kept = copied
		}
	})
}

// keepData copies the disk, by sharing its blocks where the file system can.
func (v *vm) keepData(ctx context.Context, m *meter) error {
	next := v.beside(keptFile + ".part")
	if err := removeFile(next); err != nil {
		return err
	}
	if cloneFile(v.disk(), next) != nil {
		if err := removeFile(next); err != nil {
			return err
		}
		if err := v.h.roomFor(v.disk(), usedSpace(v.disk())); err != nil {
			return fmt.Errorf("keep the data of before: %w", err)
		}
		if err := copyDisk(ctx, v.disk(), next, m); err != nil {
			return errors.Join(fmt.Errorf("keep the data of before: %w", err), removeFile(next))
		}
	}
	if err := replace(next, v.beside(keptFile)); err != nil {
		return fmt.Errorf("keep the data of before: %w", err)
	}
	return nil
}

// restoreKept puts the copy of the data in the disk's place and returns its
// lock; what the newer engine did is gone.
func (v *vm) restoreKept(lock *os.File) (*os.File, error) {
	fresh := lock
	if lockOf(v.disk()) == v.disk() { // the lock is the file's own
		var err error
		if fresh, err = lockFile(v.beside(keptFile)); err != nil {
			return lock, err
		}
	}
	if err := replace(v.beside(keptFile), v.disk()); err != nil {
		if fresh != lock {
			err = errors.Join(err, fresh.Close())
		}
		return lock, fmt.Errorf("go back to the data of before: %w", err)
	}
	if fresh != lock {
		_ = lock.Close() // of a file that has no name any more
	}
	return fresh, nil
}

// fallBack makes ready to boot the image that last booted well, because a newer
// one failed.
func (r *run) fallBack(p *prepared, failed error) bool {
	s := r.vm.memory()
	if r.isReady() || r.isStopping() || s.Good == nil || s.Good.Hash == p.image.hash || !imagesFault(failed) {
		return false
	}
	newer := major(s.Engine) > major(s.Good.Engine)
	if newer && (s.Kept == nil || s.Kept.Engine != s.Engine) {
		return false // the older engine must not open what the newer one has changed
	}
	ctx, cancel := r.until()
	defer cancel()
	old, err := r.vm.h.kept.find(ctx, s.Good.Hash)
	if err != nil {
		return false
	}
	if newer {
		if p.lock, err = r.vm.restoreKept(p.lock); err == nil {
			err = r.vm.change(func(next *stored) { next.Engine, next.Kept = s.Good.Engine, nil })
		}
	}
	if err != nil {
		r.vm.h.log.Error("the image of before cannot be used", "machine", r.vm.name, "error", err)
		r.vm.h.kept.release(old.hash)
		return false
	}
	r.vm.h.log.Warn("image failed, the one of before is used", "machine", r.vm.name, "error", failed)
	wrong := &refused{guest: p.image.asGuest(), Cause: causeOf(failed), Detail: failed.Error(), At: time.Now()}
	r.vm.h.kept.release(p.image.hash)
	p.image, p.tools = old, "" // the tools were the other one's
	r.note(func() {
		r.fellBack = wrong
		r.other = "the newer guest failed: " + failed.Error()
		r.climb.retry()
	})
	return true
}

// imagesFault says whether another image may do better.
func imagesFault(err error) bool {
	switch causeOf(err) {
	case machine.CauseBootStuck, machine.CauseEngineFailed, machine.CauseImageDamaged, machine.CauseQEMUFailed:
		return !errors.Is(err, errAsked)
	default:
		return false
	}
}

// bootedWell remembers the image that the machine runs, and why it is not the
// one that came with the app.
func (r *run) bootedWell(image image) {
	v := r.vm
	now := image.asGuest()
	if err := errors.Join(removeFile(v.beside(rawFile)), syncFolder(v.folder())); err != nil {
		v.h.log.Warn("new disk not noted", "machine", v.name, "error", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.stored
	old := s.Kept != nil && time.Since(s.Kept.At) > keepFor
	same := s.Good != nil && s.Good.Hash == now.Hash
	if same && r.fellBack == nil && !old {
		return
	}
	if old {
		if err := removeFile(v.beside(keptFile)); err != nil {
			v.h.log.Warn("copy of the data not removed", "machine", v.name, "error", err)
		}
	}
	err := v.changeLocked(func(s *stored) {
		if old {
			s.Kept = nil
		}
		if !same {
			s.Before, s.Good, s.Refused = s.Good, &now, nil
		}
		if r.fellBack != nil {
			s.Refused = r.fellBack
		}
	})
	if err != nil {
		v.h.log.Warn("image not remembered", "machine", v.name, "error", err)
	}
}
