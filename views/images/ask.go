package images

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/discover"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// ask asks on a goroutine and takes the answer on the UI goroutine, unless
// something else was asked meanwhile or the screen was closed.
func ask[T any](v *Screen, question func(context.Context) (T, error), take func(T, error)) {
	v.stop()
	ctx, cancel := context.WithCancel(context.Background())
	v.stop = cancel
	go func() {
		got, err := question(ctx)
		v.host.Post(func() {
			if ctx.Err() == nil {
				take(got, err)
			}
		})
	}()
}

// askPull asks for the name of an image to download.
func (v *Screen) askPull() {
	var layer *kit.Layer
	input := kit.NewInput("", say.L("images.pull.example"), 0)
	field := kit.Field(say.L("images.pull.label"), say.L("images.pull.help"), input).WithMark(life.What(v.host, "tag"))
	line := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), v.docker().Pull("nginx:latest"))
	pull := kit.Button(kit.Primary, theme.IconDownload, say.L("images.pull.verb"), nil)
	check := func(strict bool) (string, bool) {
		ref, err := discover.ParseReference(input.Text())
		problem := referenceProblem(err)
		if errors.Is(err, discover.ErrNoName) && !strict {
			problem = ""
		}
		if problem == "" {
			input.ClearProblem()
			field.ClearHint()
		} else {
			input.SetProblem(kit.Problem)
			field.SetHint(kit.Problem, problem, nil)
		}
		if err == nil {
			line.SetCommand(v.docker().Pull(ref))
		}
		return ref, err == nil
	}
	submit := func() {
		if ref, ok := check(true); ok {
			layer.Close()
			v.pullNow(ref)
		}
	}
	pull.OnTapped = submit
	pull.SetDisabled(v.blocked())
	input.OnChanged = func(string) { check(false) }
	input.OnSubmitted = func(string) {
		if pull.Enabled() {
			submit()
		}
	}
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	layer = kit.ShowDialog(v.host.Window().Canvas(), kit.Col(theme.Space4,
		kit.NewText(say.L("images.pull.title"), theme.Heading, theme.Ink), field, line,
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, pull)), 480, nil)
	layer.Focus(input.Focusable())
}

// pullNow downloads an image, and shows how it goes: no row does before the
// image is there.
func (v *Screen) pullNow(ref string) {
	v.app.PullImage(ref)
	v.host.ShowActivity()
}

// referenceProblem says what is wrong with a name, or nothing.
func referenceProblem(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, discover.ErrNoName):
		return say.L("images.pull.noname")
	case errors.Is(err, discover.ErrUpperCase):
		return say.L("images.pull.uppercase")
	}
	return say.L("images.pull.badname")
}

// askRemove asks, and removes; an image in use says by whom instead.
func (v *Screen) askRemove(r row) {
	if len(r.users) > 0 && len(r.also) == 0 {
		v.sayInUse(r)
		return
	}
	lost := []string{r.name + " · " + say.Bytes(r.size)}
	text := say.L("images.remove.text")
	if len(r.also) > 0 {
		lost = []string{r.name}
		text = say.L("images.remove.also", "Names", strings.Join(r.also, ", "))
	}
	kit.Confirm(v.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("images.remove.title", "Name", r.name), Text: text, Lost: lost,
		Verb: say.L("action.remove"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { v.app.RemoveImage(r.ref, false) },
	})
}

// sayInUse names the containers that need an image, and leads to them.
func (v *Screen) sayInUse(r row) {
	var layer *kit.Layer
	links := make([]fyne.CanvasObject, len(r.users))
	for i, u := range r.users {
		links[i] = kit.Link(u.name, func() {
			layer.Close()
			v.host.Open(nav.Route{Place: nav.Container, ID: u.id, Tab: "overview"})
		})
	}
	done := kit.Button(kit.Primary, "", say.L("action.close"), func() { layer.Close() })
	layer = kit.ShowDialog(v.host.Window().Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(say.L("images.inuse.title", "Name", r.name), theme.Heading, theme.Ink),
		kit.NewParagraph(say.N("images.inuse.text", len(r.users)), theme.Body, theme.InkMuted),
		kit.Hang(4, kit.Flow(theme.Space1, links...)),
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), done)), 440, nil)
	layer.Focus(done)
}

// cleanItems are the two ways to free space.
func (v *Screen) cleanItems() []kit.MenuItem {
	return []kit.MenuItem{
		{Icon: theme.IconTrash, Label: say.L("images.clean.nameless"), OnTapped: func() { v.askPrune(false) }},
		{Icon: theme.IconTrash, Label: say.L("images.clean.unused"), OnTapped: func() { v.askPrune(true) }},
	}
}

// askPrune measures, asks, and removes what no container uses.
func (v *Screen) askPrune(all bool) {
	v.clean.SetBusy(say.L("images.clean.measuring"))
	ask(v, func(ctx context.Context) (engine.Pruned, error) { return v.app.PrunableImages(ctx, all) },
		func(p engine.Pruned, err error) {
			v.clean.SetBusy("")
			switch {
			case err != nil:
				v.host.Fail(err, func() { v.askPrune(all) })
			case len(p.Names) == 0:
				v.host.Toast(kit.Note, say.L("images.clean.nothing"), say.L("images.clean.nothing.text"))
			default:
				v.confirmPrune(p, all)
			}
		})
}

func (v *Screen) confirmPrune(p engine.Pruned, all bool) {
	text := say.L("images.clean.text.nameless")
	if all {
		text = say.L("images.clean.text.unused")
	}
	kit.Confirm(v.host.Window().Canvas(), kit.Confirmation{
		Title: say.N("images.clean.title", len(p.Names), "Size", say.Bytes(p.Bytes)), Text: text, Lost: shortNames(p.Names),
		Verb: say.L("action.remove"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { v.app.PruneImages(all) },
	})
}

// shortNames shortens IDs among names.
func shortNames(names []string) []string {
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = name
		if strings.HasPrefix(name, "sha256:") {
			short[i] = say.L("images.noname") + " " + shortID(name)
		}
	}
	return short
}

// shortID is the start of an ID, as commands take it.
func shortID(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	return id[:min(12, len(id))]
}
