package enginepage

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"escale/engine"
	"escale/engine/machine"
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
	return kinds(vs, cs, is), true
}

// kinds are what there is of each kind: first the volumes, for only they cannot
// be had again.
func kinds(volumes, containers, images []string) []goes {
	var all []goes
	add := func(title string, names []string) {
		if len(names) > 0 {
			all = append(all, goes{title, names})
		}
	}
	add(say.N("machine.afresh.volumes", len(volumes)), volumes)
	add(say.N("machine.afresh.containers", len(containers)), containers)
	add(say.N("machine.afresh.images", len(images)), images)
	return all
}

// held is the same of a machine whose engine is not the one in use.
func held(c machine.Contents) []goes {
	names := func(things []machine.Thing) []string {
		out := make([]string, len(things))
		for i, t := range things {
			out[i] = t.Name
		}
		return out
	}
	return kinds(names(c.Volumes), names(c.Containers), names(c.Images))
}

// startAfresh names what goes, offers a backup, and removes it if the user
// agrees.
func (p *Page) startAfresh() {
	var layer *kit.Layer
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	verb := kit.Button(kit.Destructive, "", say.L("machine.afresh.verb"), func() {
		layer.Close()
		p.operator.ResetMachine()
	})
	backup := kit.Button(kit.Secondary, theme.IconSave, say.L("machine.afresh.backup"), func() {
		layer.Close()
		p.saveBackup()
	})
	what := kit.Col(theme.Space2)
	layer = kit.ShowDialog(p.host.Window().Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(say.L("machine.afresh.title"), theme.Heading, theme.Ink),
		kit.NewParagraph(say.L("machine.afresh.text"), theme.Body, theme.InkMuted),
		what, kit.Gap(0, theme.Space1),
		kit.Row(theme.Space2, kit.Hang(0, backup), kit.Grow(kit.Gap(0, 0)), cancel, verb)), 560, nil)
	layer.Focus(cancel)
	if all, known := p.contents(); known {
		kit.SetChildren(what, lostOrNothing(all))
		return
	}
	kit.SetChildren(what, kit.Hint(kit.Note, say.L("machine.afresh.looking"), nil))
	ctx, end := context.WithCancel(context.Background())
	layer.OnClosed = func() { end() }
	go func() {
		c, err := p.operator.MachineContents(ctx)
		p.host.Post(func() {
			switch {
			case !layer.Open():
			case err != nil || c.At.IsZero():
				kit.SetChildren(what, kit.Hint(kit.Caution, say.L("machine.afresh.unknown"), nil))
			default:
				kit.SetChildren(what, lostOrNothing(held(c)), kit.NewText(say.L("machine.afresh.seen", "Ago", say.Ago(c.At, time.Now())), theme.Small, theme.InkFaint))
			}
			layer.Refresh()
		})
	}()
}

func lostOrNothing(all []goes) fyne.CanvasObject {
	if len(all) == 0 {
		return kit.Hint(kit.Good, say.L("machine.afresh.empty"), nil)
	}
	return lost(all)
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
