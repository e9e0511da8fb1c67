package helper

import (
	"context"
	"time"

	"escale/engine/machine"
)

// Update makes the machine use the image that came with the app.
func (v *vm) Update(ctx context.Context, o machine.UpdateOptions) error {
	bundle, err := openImage(v.h.images())
	if err != nil {
		return &machine.Failure{Cause: causeOf(err), Detail: err.Error()}
	}
	v.mu.Lock()
	r, s := v.current, v.stored
	if r != nil && r.image.hash == bundle.hash || r == nil && s.Good != nil && s.Good.Hash == bundle.hash && s.Refused == nil {
		v.mu.Unlock()
		return refuse(machine.RefusedNothing, "the machine uses it already")
	}
	err = v.changeLocked(func(s *stored) {
		s.Refused = nil
		if o.WithoutCopy {
			s.NoCopy = bundle.hash
		}
	})
	v.mu.Unlock()
	if err != nil {
		return err
	}
	v.notify()
	if r == nil {
		return nil
	}
	return v.Restart(ctx)
}

// Rollback makes the machine use the image of before the last update.
func (v *vm) Rollback(ctx context.Context, o machine.RollbackOptions) error {
	s := v.memory()
	if s.Before == nil || !v.h.kept.has(s.Before.Hash) {
		return refuse(machine.RefusedNothing, "there is no image of before")
	}
	newer := major(s.Engine) > major(s.Before.Engine)
	switch {
	case newer && !o.Force && !o.RestoreData:
		return refuse(machine.RefusedDataNewer, "engine "+s.Engine+" has worked on the data, which "+s.Before.Engine+" may not read")
	case newer && o.RestoreData && s.Kept == nil:
		return refuse(machine.RefusedMissing, "there is no copy of the data of before")
	}
	v.mu.Lock()
	ran := v.current != nil
	v.mu.Unlock()
	if ran {
		if err := v.Stop(ctx); err != nil {
			return err
		}
	}
	err := v.work(ctx, "", func(_ context.Context, w *work) error {
		if newer && o.RestoreData {
			var err error
			if w.lock, err = v.restoreKept(w.lock); err != nil {
				return err
			}
		}
		return v.change(func(s *stored) {
			s.Refused = &refused{guest: v.unwanted(s), At: time.Now()}
			s.Good, s.Before = s.Before, nil
			s.Engine = s.Good.Engine
			if o.RestoreData {
				s.Kept = nil
			}
		})
	})
	if err != nil || !ran {
		return err
	}
	return v.Start(ctx)
}

// unwanted is the image that the user goes back from: it is not used until
// another one comes.
func (v *vm) unwanted(s *stored) guest {
	if bundle, err := openImage(v.h.images()); err == nil {
		return bundle.asGuest()
	}
	return *s.Good
}

// describeImages says which images there are. The caller holds the lock.
func (v *vm) describeImages(s *machine.Status) {
	m := v.stored
	using := ""
	if m.Good != nil {
		s.Guest, using = &m.Good.Image, m.Good.Hash
	}
	if r := v.current; r != nil && r.image.hash != "" {
		g := r.image.asGuest()
		s.Guest, using = &g.Image, g.Hash
	}
	if m.Before != nil && v.h.kept.has(m.Before.Hash) {
		s.Previous = &machine.Previous{Image: m.Before.Image, DataNewer: major(m.Engine) > major(m.Before.Engine)}
		if m.Kept != nil && s.Previous.DataNewer {
			s.Previous.Data = &m.Kept.At
		}
	}
	if using == "" {
		return
	}
	bundle, err := openImage(v.h.images())
	if bundle.hash == "" || bundle.hash == using {
		return
	}
	if err == nil {
		s.Update = &machine.Image{Version: bundle.manifest.Version, Engine: bundle.manifest.Engine.Version}
	}
	if f := m.Refused; f != nil && f.Hash == bundle.hash {
		s.RolledBack = &machine.RolledBack{From: f.Image, To: *s.Guest, Cause: f.Cause, Detail: f.Detail, At: f.At}
	}
}
