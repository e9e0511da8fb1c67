package runsheet

import (
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/diagnosis"
	"escale/app/recipe"
	"escale/app/run"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// ending says why a container that was just started does not run.
func (s *Sheet) ending(row engine.Container, state string) fyne.CanvasObject {
	switch {
	case state == "gone":
		return kit.Callout(kit.Note, say.L("run.ended.gone"), say.L("run.ended.gone.text"))
	case s.looping():
		row = s.loop
	case row.ExitCode == 0 && s.form.Recipe.Once:
		return kit.Callout(kit.Good, say.L("run.ended.once"), s.place(in(s.form.Recipe.After)))
	case row.ExitCode == 0:
		return kit.Callout(kit.Note, say.L("run.ended.zero"), say.L("run.ended.zero.text"))
	}
	f := diagnosis.Of(engine.ContainerDetail{Container: row, MemoryBytes: s.form.Spec().MemoryBytes})
	tone, words := kit.Note, life.Explain(f)
	if f.Trouble() {
		tone = kit.Problem
	}
	return kit.Callout(tone, words.Title, words.Text)
}

// doors lists where the container is reached.
func (s *Sheet) doors() []fyne.CanvasObject {
	if s.form.PortsIgnored() {
		return nil
	}
	var rows []fyne.CanvasObject
	for _, row := range s.form.Ports {
		if row.Host == "" {
			continue
		}
		words, wrong := s.wrong(row)
		line := []fyne.CanvasObject{}
		if row.Open == recipe.OpenHTTP && !wrong {
			line = append(line, kit.Hang(4, kit.LinkOut(s.url(row), func() { s.host.Browse(s.url(row)) })))
		} else {
			line = append(line, kit.NewText(s.address(row), theme.Mono, theme.Ink))
		}
		line = append(line, kit.Grow(kit.NewText(in(row.Label), theme.Small, theme.InkFaint).AlignTrailing().Ellipsis()))
		rows = append(rows, kit.Row(theme.Space3, line...))
		if wrong {
			rows = append(rows, kit.Hint(kit.Caution, words.Title+". "+words.Hint, nil))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	title := kit.NewText(say.L("run.done.where"), theme.Strong, theme.Ink)
	return []fyne.CanvasObject{kit.Col(theme.Space2, title, kit.Card(kit.Col(theme.Space3, rows...)))}
}

// keeps lists the volumes that hold the container's files.
func (s *Sheet) keeps() []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, m := range s.form.Spec().Mounts {
		if m.Kind == engine.MountVolume && m.Source != "" {
			volume := kit.Link(m.Source, func() {
				s.onClose()
				s.host.Open(nav.Route{Place: nav.Volumes, ID: m.Source})
			})
			rows = append(rows, kit.Row(theme.Space3, kit.Hang(4, volume),
				kit.Grow(kit.NewText(m.Target, theme.MonoSmall, theme.InkFaint).AlignTrailing().Ellipsis())))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	title := kit.NewText(say.L("run.done.keeps"), theme.Strong, theme.Ink)
	return []fyne.CanvasObject{kit.Col(theme.Space2, title, kit.Card(kit.Col(theme.Space3, rows...)))}
}

// secrets shows the passwords that were made.
func (s *Sheet) secrets(rows []run.EnvRow) fyne.CanvasObject {
	lines := []fyne.CanvasObject{}
	for _, row := range rows {
		value := row.Value
		lines = append(lines, kit.Row(theme.Space3,
			kit.Grow(kit.Col(2, kit.NewText(row.Name, theme.Caption, theme.InkFaint).Ellipsis(), kit.NewText(value, theme.Mono, theme.Ink))),
			kit.CopyButton(say.L("action.copy"), say.L("action.copied"), func() string { return value })))
	}
	return kit.Col(theme.Space2,
		kit.NewText(say.L("run.done.secrets"), theme.Strong, theme.Ink),
		kit.Card(kit.Col(theme.Space3, lines...)),
		kit.NewText(say.L("run.done.secrets.text"), theme.Small, theme.InkFaint).Ellipsis())
}

// next says what to do with the container, and the command for it.
func (s *Sheet) next() []fyne.CanvasObject {
	if !s.form.HasRecipe {
		if s.form.TTY {
			return []fyne.CanvasObject{s.connectBar([][]string{{"docker", "attach", "{name}"}})}
		}
		return nil
	}
	r := s.form.Recipe
	parts := []fyne.CanvasObject{
		kit.NewText(say.L("run.done.next"), theme.Strong, theme.Ink),
		kit.NewParagraph(s.place(in(r.After)), theme.Body, theme.Ink),
	}
	if len(r.Connect) > 0 {
		parts = append(parts, s.connectBar(r.Connect))
	}
	return []fyne.CanvasObject{kit.Col(theme.Space2, parts...)}
}

func (s *Sheet) connectBar(commands [][]string) fyne.CanvasObject {
	docker := command.For(s.app.Store.Connection.Get().Endpoint)
	lines := make([]string, len(commands))
	for i, words := range commands {
		placed := make([]string, len(words))
		for j, w := range words {
			placed[j] = s.placed(w)
		}
		lines[i] = docker.Line(recipe.Spell(placed, s.form.Value)...)
	}
	return kit.Col(6, kit.NewText(say.L("run.done.connect"), theme.Caption, theme.InkFaint),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), strings.Join(lines, "\n")))
}

// place fills a recipe's words in with what the user chose.
func (s *Sheet) place(text string) string { return recipe.Speak(s.placed(text), s.form.Value) }

// placed fills in name and address: the first port is the one that the recipe
// speaks of.
func (s *Sheet) placed(text string) string {
	port := uint16(0)
	if len(s.form.Ports) > 0 {
		port, _ = s.form.Ports[0].Numbers()
		if inside := s.recipePort(); inside != 0 {
			port = inside
		}
	}
	return recipe.Place(text, s.form.Name, s.browseHost(), port)
}

// recipePort is the host port of the recipe's first port, wherever it is in
// the form; 0 when the user took it away.
func (s *Sheet) recipePort() uint16 {
	if len(s.form.Recipe.Ports) == 0 {
		return 0
	}
	for _, row := range s.form.Ports {
		if host, inside := row.Numbers(); inside == s.form.Recipe.Ports[0].Container {
			return host
		}
	}
	return 0
}
