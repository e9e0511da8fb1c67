package volumes

import (
	"fmt"
	"maps"
	"slices"
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

// shown is what the detail was last built from.
type shown struct{ name, row, blocked, engine string }

// drawDetail shows the chosen volume, unless that is what it shows.
func (v *Screen) drawDetail() {
	at := v.indexOf(v.selected)
	if at < 0 {
		return
	}
	r := v.rows[at]
	now := shown{r.Name, fmt.Sprintf("%+v", r), v.blocked(), v.app.Store.Connection.Get().Endpoint.ID}
	if now == v.drawn {
		return
	}
	offset := fyne.Position{}
	if v.drawn.name == r.Name {
		offset = v.scroll.Offset
	}
	v.drawn = now
	v.scroll = container.NewVScroll(kit.Inset(0, theme.Space4, theme.Space4, theme.Space4, v.sections(r)))
	surface := kit.NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline)
	v.detail.Objects = []fyne.CanvasObject{surface, kit.Col(0,
		kit.Pad(theme.Space4, v.detailHead(r)), kit.Grow(v.scroll))}
	v.detail.Refresh()
	v.scroll.ScrollToOffset(offset)
}

func (v *Screen) detailHead(r row) fyne.CanvasObject {
	more := kit.IconButton(theme.IconMore, say.L("volumes.more", "Name", title(r)), nil)
	more.OnTapped = func() { kit.ShowMenu(more, v.menu(r)...) }
	remove := kit.SmallButton(kit.Secondary, theme.IconTrash, say.L("action.remove"), func() { v.askRemove(r) })
	remove.SetDisabled(v.blocked())
	if r.busy != "" || r.gone {
		_, words, _, _ := users(r)
		remove.SetDisabled(words)
	}
	return kit.Row(theme.Space2,
		kit.Grow(kit.Col(3, kit.NewText(title(r), theme.Heading, theme.Ink).Ellipsis(),
			kit.NewText(summary(r), theme.Small, theme.InkMuted).Ellipsis())),
		remove, more)
}

// summary is the size of a volume, and where it is mounted.
func summary(r row) string {
	words := size(r.SizeBytes) + " · "
	if len(r.UsedBy) == 0 {
		return words + say.L("volumes.unused")
	}
	u := r.UsedBy[0]
	if len(r.UsedBy) == 1 {
		return words + say.L("volumes.mounted", "Name", u.Container, "Path", u.Target)
	}
	return words + say.N("volumes.mounted.many", len(r.UsedBy))
}

func (v *Screen) sections(r row) fyne.CanvasObject {
	parts := []fyne.CanvasObject{
		section(heading(say.L("volumes.users")), v.userRows(r)),
		section(heading(say.L("volumes.about")), v.about(r)),
	}
	if len(r.Labels) > 0 {
		parts = append(parts, section(life.Titled(v.host, heading(say.L("volumes.labels")), "label"), labels(r.Labels)))
	}
	use := v.docker().Line("docker", "run", "--rm", "-it", "-v", r.Name+":/data", "alpine")
	parts = append(parts, section(life.Titled(v.host, heading(say.L("volumes.look")), "shell"), kit.Col(theme.Space2,
		kit.NewParagraph(say.L("volumes.look.text"), theme.Small, theme.InkMuted),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), use))))
	return kit.Col(theme.Space5, parts...)
}

func heading(title string) *kit.Text { return kit.NewText(title, theme.Strong, theme.Ink) }

func section(title, content fyne.CanvasObject) fyne.CanvasObject {
	return kit.Col(theme.Space2, title, content)
}

// userRows lead to the containers that mount the volume.
func (v *Screen) userRows(r row) fyne.CanvasObject {
	if len(r.UsedBy) == 0 {
		return kit.NewParagraph(say.L("volumes.unused.text"), theme.Small, theme.InkMuted)
	}
	rows := make([]fyne.CanvasObject, len(r.UsedBy))
	for i, u := range r.UsedBy {
		state := kit.StateWord(kit.IsStopped, say.L("volumes.stopped"))
		if u.Running {
			state = kit.StateWord(kit.IsRunning, say.L("volumes.running"))
		}
		link := kit.Link(short(u.Container), v.opener(u)).Named(u.Container)
		rows[i] = kit.Col(0,
			kit.Row(theme.Space3, kit.Grow(kit.Hang(4, kit.Start(link))), kit.Fixed(100, 0, state)),
			kit.NewText(u.Target, theme.MonoSmall, theme.InkMuted).Ellipsis())
	}
	return kit.Col(theme.Space2, rows...)
}

func (v *Screen) opener(u engine.VolumeUse) func() {
	return func() { v.host.Open(nav.Route{Place: nav.Container, ID: u.ContainerID, Tab: "overview"}) }
}

// about are the plain facts of a volume.
func (v *Screen) about(r row) fyne.CanvasObject {
	created := say.L("figure.unknown")
	if !r.Created.IsZero() {
		created = say.Ago(r.Created, time.Now())
	}
	rows := []fyne.CanvasObject{fact(say.L("volumes.size"), size(r.SizeBytes), theme.Small), fact(say.L("volumes.created"), created, theme.Small)}
	if r.Anonymous {
		rows = append(rows, fact(say.L("volumes.name"), r.Name, theme.MonoSmall))
	}
	rows = append(rows, fact(say.L("volumes.driver"), r.Driver, theme.Small))
	if r.Mountpoint != "" {
		rows = append(rows, fact(say.L("volumes.place"), r.Mountpoint, theme.MonoSmall))
	}
	return kit.Col(6, rows...)
}

func fact(label, value string, style theme.Style) fyne.CanvasObject {
	return kit.Row(theme.Space3, kit.Fixed(120, 0, kit.NewText(label, theme.Small, theme.InkFaint).Ellipsis()),
		kit.Grow(kit.NewText(value, style, theme.Ink).Ellipsis()))
}

func labels(all map[string]string) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lines = append(lines, kit.NewText(name+"="+all[name], theme.MonoSmall, theme.Ink).Ellipsis())
	}
	return kit.Well(kit.Col(4, lines...))
}
