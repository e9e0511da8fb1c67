package runsheet

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/recipe"
	"escale/app/run"
	"escale/app/task"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
)

// serve makes the form one for the image that this one is run for.
func (s *Sheet) serve() {
	if need, ok := s.served(); ok {
		s.form.Serve(need)
	}
}

// served is the need that this container is to meet.
func (s *Sheet) served() (recipe.Need, bool) {
	r, known := recipe.For(s.route.For)
	if !known || !s.form.HasRecipe {
		return recipe.Need{}, false
	}
	i := slices.IndexFunc(r.Needs, func(n recipe.Need) bool { return slices.Contains(n.Any, s.form.Recipe.ID) })
	if i < 0 {
		return recipe.Need{}, false
	}
	return r.Needs[i], true
}

// meet asks a companion that is there already for what this image has to know
// of it.
func (s *Sheet) meet() {
	for _, need := range s.form.Recipe.Needs {
		c, network, found := run.Companion(need, s.app.Store.Containers.Get().Rows)
		key := c.ID + " " + network
		if !found || network == "" || key == s.met {
			continue
		}
		s.met = key
		s.inspect(c.ID, func(d engine.ContainerDetail, err error) {
			if err != nil {
				s.met = "" // the next change of the store tries again
				return
			}
			s.form.Meet(need, d, network)
			s.f.build()
		})
	}
}

// recall looks for the password of an earlier volume in the containers that
// use it.
func (s *Sheet) recall() {
	volume := s.form.Unknown()
	if volume == s.recalled {
		return
	}
	s.recalled = volume
	for _, c := range s.app.Store.Containers.Get().Rows {
		uses := func(m engine.Mount) bool { return m.Kind == engine.MountVolume && m.Source == volume }
		if volume == "" || !slices.ContainsFunc(c.Mounts, uses) {
			continue
		}
		s.inspect(c.ID, func(d engine.ContainerDetail, err error) {
			if err == nil { // without an answer, the user is asked
				s.form.Remember(volume, d)
				s.f.build()
			}
		})
	}
}

// inspect reads a container for the form.
func (s *Sheet) inspect(id string, use func(engine.ContainerDetail, error)) {
	s.spawn(func(ctx context.Context) {
		d, err := s.app.InspectContainer(ctx, id)
		s.later(func() {
			if s.mode == filling {
				use(d, err)
			}
		})
	})
}

// needNote says what has to run beside this image, or that it does.
func (s *Sheet) needNote(need recipe.Need) fyne.CanvasObject {
	c, network, found := run.Companion(need, s.app.Store.Containers.Get().Rows)
	title, name := say.L("run.note.needs"), c.Name
	switch {
	case found && network != "" && network == s.form.Network:
		return kit.Callout(kit.Good, say.L("run.need.met", "Name", name), say.L("run.need.met.text", "Network", network))
	case found && network != "":
		use := kit.SmallButton(kit.Secondary, "", say.L("run.need.use", "Network", network), func() {
			s.form.SetNetwork(network)
			s.f.build()
			s.examine()
		})
		return kit.Callout(kit.Note, title, say.L("run.need.apart", "Name", name, "Network", network), use)
	case found:
		own := s.form.OwnNetwork()
		join := kit.SmallButton(kit.Secondary, "", say.L("run.need.join", "Network", own), func() {
			s.joining = s.join(c.ID, own)
			s.f.buildNotes()
		})
		return kit.Callout(kit.Note, title, say.L("run.need.lost", "Name", name), s.joinState(join)...)
	}
	var first []fyne.CanvasObject
	for _, id := range need.Any {
		if r, known := recipe.ByID(id); known {
			first = append(first, kit.SmallButton(kit.Secondary, "", say.L("run.need.first", "Name", r.Title), func() {
				s.host.Open(nav.Route{Place: nav.Run, ID: r.Image, For: s.form.Image})
			}))
		}
	}
	return kit.Callout(kit.Note, title, in(need.Text), first...)
}

// joinState is the button that connects a companion, and how that goes.
func (s *Sheet) joinState(join *kit.Press) []fyne.CanvasObject {
	t, known := s.app.Tasks.Get(s.joining)
	switch {
	case known && !t.Over():
		join.SetBusy(say.L("run.need.joining"))
	case known && t.State == task.Failed:
		return []fyne.CanvasObject{join, kit.Hint(kit.Problem, say.Error(t.Err).Title, nil)}
	}
	return []fyne.CanvasObject{join}
}

// servesNote says why the form differs from what one gets otherwise.
func (s *Sheet) servesNote() (fyne.CanvasObject, bool) {
	r, known := recipe.For(s.route.For)
	if _, serves := s.served(); !known || !serves || s.form.Network == "" || s.form.PortsIgnored() {
		return nil, false
	}
	return kit.Hint(kit.Note, say.L("run.need.serves", "Name", r.Title, "Network", s.form.Network), nil), true
}

// goOn goes back to the image that this container was made for.
func (s *Sheet) goOn() {
	s.app.Tasks.Dismiss(s.taskID)
	s.onClose()
	s.host.Open(nav.Route{Place: nav.Run, ID: s.route.For})
}

// lines are the form as commands for the engine in use: a network that has to be
// made comes first.
func (s *Sheet) lines() string {
	docker := command.For(s.app.Store.Connection.Get().Endpoint)
	spec := s.form.Spec()
	var lines []string
	for _, c := range s.form.Copies() {
		lines = append(lines, docker.Fill(spec, c)...)
	}
	if s.form.NewNetwork && spec.Network != "" {
		lines = append(lines, docker.NetworkCreate(spec.Network))
	}
	return strings.Join(append(lines, docker.Line(command.Run(spec, true)...)), "\n")
}
