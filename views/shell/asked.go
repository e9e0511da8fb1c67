package shell

import (
	"escale/app/link"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
)

// Asked opens what a start of the program was asked for: links and absolute
// paths of files, which anybody may have written. It shows, and never runs. Any
// goroutine may call it; it does not wait.
func (s *Shell) Asked(arguments []string) {
	s.Post(func() {
		for _, argument := range arguments {
			s.openArgument(argument)
		}
	})
}

func (s *Shell) openArgument(argument string) {
	target, err := link.Parse(argument)
	if err != nil {
		s.Toast(kit.Caution, say.L("asked.unknown.title"), say.L("asked.unknown.text"))
		return
	}
	switch target.Kind {
	case link.Place:
		s.Open(nav.Route{Place: nav.Place(target.Name)})
	case link.Run:
		s.Open(nav.Route{Place: nav.Run, ID: target.Name})
	case link.Recipe:
		s.Open(nav.Route{Place: nav.Run, File: target.Name})
	case link.Lesson:
		s.Open(nav.Route{Place: nav.Learn, File: target.Name})
	}
}
