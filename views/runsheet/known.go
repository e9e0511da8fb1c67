package runsheet

import (
	"context"
	"slices"

	"escale/app/run"
	"escale/app/store"
	"escale/engine"
)

// facts are what is taken on the engine.
func (s *Sheet) facts() run.Facts {
	st := s.app.Store
	return run.FactsOf(st.Containers.Get().Rows, st.Volumes.Get().Rows, st.Networks.Get().Rows, st.Connection.Get().Info.CPUs)
}

// connected takes note of the engine in use.
func (s *Sheet) connected() {
	containers := s.app.Store.Containers
	s.doctor = run.NewDoctor(s.app.Store.Connection.Get().Endpoint, func() []engine.Container { return containers.Get().Rows })
}

// ready tells whether there is an engine to run on.
func (s *Sheet) ready() bool {
	switch s.app.Store.Connection.Get().Phase {
	case store.Loading, store.Ready, store.Unresponsive:
		return true
	case store.Searching, store.Connecting, store.Reconnecting, store.Failed:
	}
	return false
}

func (s *Sheet) storeChanged() {
	if s.mode == filling {
		s.form.Refresh(s.facts())
		s.learn()
		s.f.build()
		s.recheck()
		return
	}
	if s.mode == ended {
		s.drawEnd()
	}
}

// learn asks the engine for what the form could know.
func (s *Sheet) learn() {
	s.readImage()
	s.meet()
	s.recall()
}

// readImage completes the form from the image, where it is on this engine.
func (s *Sheet) readImage() {
	ref := s.form.Ref()
	if s.detailOf == ref || !s.here(ref) {
		return
	}
	s.detailOf = ref
	s.spawn(func(ctx context.Context) {
		detail, err := s.app.InspectImage(ctx, ref)
		s.later(func() {
			switch {
			case err != nil && s.detailOf == ref:
				s.detailOf = "" // the next change of the store tries again
			case err == nil && s.mode == filling && s.form.Ref() == ref:
				s.form.Complete(detail)
				s.f.build()
				s.recheck()
			}
		})
	})
}

// here tells whether an image is on the engine.
func (s *Sheet) here(ref string) bool {
	for _, i := range s.app.Store.Images.Get().Rows {
		if i.ID == ref || slices.Contains(i.Tags, ref) || slices.Contains(i.Digests, ref) {
			return true
		}
	}
	return false
}
