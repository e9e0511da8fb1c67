package enginepage

import (
	"fyne.io/fyne/v2"

	"escale/engine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// goes is what a fresh start takes away, by kind.
type goes struct {
	title string
	names []string
}

// contents is what is in the machine, as its engine says; false when that is
// not known.
func (p *Page) contents() ([]goes, bool) {
	st := p.store
	containers, images, volumes := st.Containers.Get(), st.Images.Get(), st.Volumes.Get()
	if st.Connection.Get().Endpoint.Kind != engine.EndpointMachine || !containers.Loaded || !images.Loaded || !volumes.Loaded {
		return nil, false
	}
	var cs, is, vs []string
	for _, c := range containers.Rows {
		cs = append(cs, c.Name)
	}
	for _, i := range images.Rows {
		if len(i.Tags) > 0 {
			is = append(is, i.Tags[0])
		} else {
			is = append(is, say.L("machine.afresh.untagged", "Size", say.Bytes(i.SizeBytes)))
		}
	}
	for _, v := range volumes.Rows {
		vs = append(vs, v.Name)
	}
	var all []goes
	add := func(title string, names []string) {
		if len(names) > 0 {
			all = append(all, goes{title, names})
		}
	}
	add(say.N("machine.afresh.volumes", len(vs)), vs) // first: only they cannot be had again
	add(say.N("machine.afresh.containers", len(cs)), cs)
	add(say.N("machine.afresh.images", len(is)), is)
	return all, true
}

// startAfresh names what goes, and removes it if the user agrees.
func (p *Page) startAfresh() {
	var layer *kit.Layer
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	verb := kit.Button(kit.Destructive, "", say.L("machine.afresh.verb"), func() {
		layer.Close()
		p.operator.ResetMachine()
	})
	lines := []fyne.CanvasObject{
		kit.NewParagraph(say.L("machine.afresh.title"), theme.Heading, theme.Ink),
		kit.NewParagraph(say.L("machine.afresh.text"), theme.Body, theme.InkMuted),
	}
	all, known := p.contents()
	switch {
	case !known:
		lines = append(lines, kit.Hint(kit.Caution, say.L("machine.afresh.unknown"), nil))
	case len(all) == 0:
		lines = append(lines, kit.Hint(kit.Good, say.L("machine.afresh.empty"), nil))
	default:
		lines = append(lines, lost(all))
	}
	lines = append(lines, kit.Gap(0, theme.Space1), kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, verb))
	layer = kit.ShowDialog(p.host.Window().Canvas(), kit.Col(theme.Space3, lines...), 480, nil)
	layer.Focus(cancel)
}

// lost names everything that goes; a long list scrolls.
func lost(all []goes) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for i, kind := range all {
		if i > 0 {
			rows = append(rows, kit.Gap(0, 6))
		}
		rows = append(rows, kit.NewText(kind.title, theme.SmallLabel, theme.Ink).Ellipsis())
		for _, name := range kind.names {
			rows = append(rows, kit.Row(theme.Space2, kit.NewIcon(theme.IconDot, 8, theme.InkFaint),
				kit.Grow(kit.NewText(name, theme.Small, theme.InkMuted).Ellipsis())))
		}
	}
	const most = 9
	list := kit.Col(5, rows...)
	if len(rows) <= most {
		return kit.Well(list)
	}
	return kit.Well(kit.Fixed(0, 210, kit.Scrolled(list)))
}
