package container

import (
	"errors"

	"escale/app/command"
	"escale/engine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// inspect reads everything about the container, and draws it unless a newer
// question was asked meanwhile.
func (s *Screen) inspect() {
	s.asked++
	asked, id := s.asked, s.id
	go func() {
		d, err := s.ask(id)
		s.host.Post(func() {
			if asked == s.asked && s.shown {
				s.take(d, err)
			}
		})
	}()
}

func (s *Screen) take(d engine.ContainerDetail, err error) {
	s.failure = err
	switch {
	case err == nil:
		s.detail, s.loaded = d, true
	case errors.Is(err, engine.ErrNotFound):
		s.vanish()
		return
	}
	s.draw()
}

// vanish says that the container is gone. What was read of its log stays
// within reach.
func (s *Screen) vanish() {
	if s.gone {
		return
	}
	s.gone = true
	s.tick()
	s.put(kit.EmptyState(theme.IconContainer, say.L("container.gone.title", "Name", s.name()), say.L("container.gone.text"),
		kit.LargeButton(kit.Primary, theme.IconChevronLeft, say.L("container.gone.action"), s.back),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.For(s.app.Store.Connection.Get().Endpoint).Containers())))
}
