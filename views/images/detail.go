package images

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// facts are what the side panel shows beyond the row.
type facts struct {
	detail  engine.ImageDetail
	history []engine.HistoryEntry
}

// open shows everything about an image in a panel at the side.
func (v *Screen) open(r row) {
	if r.gone {
		return // the row says so
	}
	if reason := v.blocked(); reason != "" {
		v.host.Toast(kit.Note, reason, say.L("images.blocked.open"))
		return
	}
	body := container.NewStack(kit.NewText(say.L("images.loading"), theme.Body, theme.InkMuted))
	var layer *kit.Layer
	leave := func(do func()) func() { return func() { layer.Close(); do() } }
	run := kit.Button(kit.Primary, theme.IconPlay, say.L("action.run"), leave(func() { v.run(r) }))
	sheet := kit.Sheet(panelHead(r, func() { layer.Close() }), body, kit.Row(theme.Space2,
		kit.Button(kit.Secondary, theme.IconTrash, say.L("images.menu.remove"), leave(func() { v.askRemove(r) })),
		kit.Grow(kit.Gap(0, 0)),
		run))
	layer = kit.ShowSheet(v.host.Window().Canvas(), sheet, nil)
	layer.Focus(run)
	var read func()
	read = func() {
		ask(v, func(ctx context.Context) (facts, error) { return v.facts(ctx, r.ref) }, func(f facts, err error) {
			body.Objects = []fyne.CanvasObject{v.panelBody(r, f, leave)}
			if err != nil {
				words := say.Error(err)
				body.Objects = []fyne.CanvasObject{kit.Callout(kit.Problem, words.Title, words.Hint,
					kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), read))}
			}
			body.Refresh()
			sheet.Refresh()
		})
	}
	layer.OnClosed = func() { v.stop() }
	read()
}

// facts reads an image and its history. An engine without history is fine.
func (v *Screen) facts(ctx context.Context, ref string) (facts, error) {
	detail, err := v.app.InspectImage(ctx, ref)
	if err != nil {
		return facts{}, err
	}
	history, err := v.app.ImageHistory(ctx, ref)
	if err != nil {
		history = nil // the panel shows what there is
	}
	return facts{detail, history}, ctx.Err()
}

func panelHead(r row, shut func()) fyne.CanvasObject {
	initials := life.Initials(r.name)
	if r.nameless {
		initials = "?"
	}
	return kit.Row(theme.Space3, kit.Glyph(r.name, initials, 42),
		kit.Grow(kit.Col(2, kit.NewText(r.name, theme.Heading, theme.Ink).Ellipsis(),
			kit.NewText(say.Bytes(r.size)+" · "+say.Ago(r.created, time.Now()), theme.Small, theme.InkMuted).Ellipsis())),
		kit.IconButton(theme.IconCross, say.L("action.close"), shut))
}

func (v *Screen) panelBody(r row, f facts, leave func(func()) func()) fyne.CanvasObject {
	parts, what := []fyne.CanvasObject{}, func(term string) *kit.Press { return life.What(v.host, term) }
	if r.nameless {
		parts = append(parts, kit.Callout(kit.Note, say.L("images.noname"), say.L("images.noname.long")))
	}
	parts = append(parts, section(heading(say.L("images.panel.users")), v.userLinks(r, leave)), section(heading(say.L("images.panel.about")), aboutRows(what, r, f.detail)))
	for _, list := range []struct {
		term, title string
		words       []string
	}{
		{"port", say.L("images.panel.ports"), ports(f.detail)},
		{"anonymous-volume", say.L("images.panel.volumes"), f.detail.Volumes},
		{"environment-variable", say.L("images.panel.env"), env(f.detail)},
	} {
		if len(list.words) > 0 {
			parts = append(parts, section(kit.Titled(heading(list.title), what(list.term)), monoLines(list.words)))
		}
	}
	if len(f.history) > 0 {
		parts = append(parts, section(kit.Titled(heading(say.L("images.panel.history")), what("layer")), steps(f.history)))
	}
	return kit.Col(theme.Space5, parts...)
}

func heading(title string) *kit.Text { return kit.NewText(title, theme.Strong, theme.Ink) }

func section(title, content fyne.CanvasObject) fyne.CanvasObject {
	return kit.Col(theme.Space2, title, content)
}

func (v *Screen) userLinks(r row, leave func(func()) func()) fyne.CanvasObject {
	if len(r.users) == 0 {
		return kit.NewParagraph(say.L("images.unused.long"), theme.Small, theme.InkMuted)
	}
	links := make([]fyne.CanvasObject, len(r.users))
	for i, u := range r.users {
		links[i] = kit.Link(u.name, leave(func() { v.host.Open(nav.Route{Place: nav.Container, ID: u.id, Tab: "overview"}) }))
	}
	return kit.Hang(4, kit.Flow(theme.Space1, links...))
}

// aboutRows are the plain facts; empty ones are left out.
func aboutRows(what func(term string) *kit.Press, r row, d engine.ImageDetail) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	add := func(term, label, value string, mono bool) {
		if value == "" {
			return
		}
		style := theme.Small
		if mono {
			style = theme.MonoSmall
		}
		name := fyne.CanvasObject(kit.NewText(label, theme.Small, theme.InkFaint).Ellipsis())
		if term != "" {
			name = kit.Titled(kit.NewText(label, theme.Small, theme.InkFaint).Ellipsis(), what(term))
		}
		rows = append(rows, kit.Row(theme.Space3, kit.Fixed(150, 0, name),
			kit.Grow(kit.NewText(value, style, theme.Ink).Ellipsis())))
	}
	platform := d.Architecture
	if d.OS != "" {
		platform = d.OS + " · " + d.Architecture
	}
	add("architecture", say.L("images.about.platform"), platform, false)
	if !r.created.IsZero() {
		add("", say.L("images.about.created"), say.Date(r.created), false)
	}
	add("tag", say.L("images.about.also"), strings.Join(r.also, ", "), false)
	add("command", say.L("images.about.command"), strings.Join(append(append([]string{}, d.Entrypoint...), d.Command...), " "), true)
	add("working-directory", say.L("images.about.workdir"), d.WorkDir, true)
	add("user", say.L("images.about.user"), d.User, true)
	add("", say.L("images.about.author"), d.Author, false)
	add("digest", say.L("images.about.id"), shortID(r.id), true)
	return kit.Col(6, rows...)
}

func ports(d engine.ImageDetail) []string {
	words := make([]string, len(d.Ports))
	for i, p := range d.Ports {
		words[i] = strconv.Itoa(int(p.Container))
		if p.Protocol != "" && p.Protocol != "tcp" {
			words[i] += "/" + p.Protocol
		}
	}
	return words
}

func env(d engine.ImageDetail) []string {
	words := make([]string, len(d.Env))
	for i, e := range d.Env {
		words[i] = e.Name + "=" + e.Value
	}
	return words
}

func monoLines(words []string) fyne.CanvasObject {
	lines := make([]fyne.CanvasObject, len(words))
	for i, word := range words {
		lines[i] = kit.NewText(word, theme.MonoSmall, theme.Ink).Ellipsis()
	}
	return kit.Well(kit.Col(4, lines...))
}

// steps tell how the image was made, the first step first.
func steps(history []engine.HistoryEntry) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for i, entry := range slices.Backward(history) {
		words, with := step(entry)
		size := ""
		if entry.SizeBytes > 0 {
			size = say.Bytes(entry.SizeBytes)
		}
		texts := []fyne.CanvasObject{kit.NewText(words, theme.Small, theme.Ink).Ellipsis()}
		if with != "" {
			texts = append(texts, kit.NewText(with, theme.MonoSmall, theme.InkMuted).Ellipsis())
		}
		lines = append(lines, kit.Row(theme.Space3,
			kit.Fixed(20, 0, kit.NewText(strconv.Itoa(len(history)-i), theme.Small, theme.InkFaint).AlignTrailing()),
			kit.Grow(kit.Col(1, texts...)),
			kit.Fixed(70, 0, kit.NewText(size, theme.Small, theme.InkFaint).AlignTrailing())))
	}
	return kit.Col(theme.Space2, lines...)
}
