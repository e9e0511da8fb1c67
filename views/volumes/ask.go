package volumes

import (
	"fyne.io/fyne/v2"

	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// menu is everything that can be done with a volume.
func (v *Screen) menu(r row) []kit.MenuItem {
	blocked := v.blocked()
	if r.gone {
		blocked = say.L("volumes.gone")
	}
	items := []kit.MenuItem{{Icon: theme.IconCopy, Label: say.L("volumes.menu.copy"), OnTapped: func() { v.host.Copy(r.Name) }}}
	if r.Mountpoint != "" {
		items = append(items, kit.MenuItem{Icon: theme.IconFolder, Label: say.L("volumes.menu.copyplace"), OnTapped: func() { v.host.Copy(r.Mountpoint) }})
	}
	for _, u := range r.UsedBy {
		items = append(items, kit.MenuItem{Icon: theme.IconContainer, Label: say.L("volumes.menu.open", "Name", u.Container), OnTapped: v.opener(u)})
	}
	return append(items, kit.MenuSeparator(), kit.MenuItem{
		Icon: theme.IconTrash, Label: say.L("volumes.menu.remove"), Danger: true,
		Disabled: blocked != "", Reason: blocked, OnTapped: func() { v.askRemove(r) },
	})
}

// pageMenu orders the list, and frees space.
func (v *Screen) pageMenu() []kit.MenuItem {
	sort := func(by order) func() {
		return func() { v.order = by; v.choose() }
	}
	free := unused(v.app.Store.Volumes.Get().Rows)
	unnamed := anonymous(free)
	blocked := v.blocked()
	clean := func(label string, volumes []engine.Volume, all bool) kit.MenuItem {
		item := kit.MenuItem{Icon: theme.IconTrash, Label: label, Danger: true, OnTapped: func() { v.askPrune(volumes, all) }}
		item.Disabled, item.Reason = blocked != "", blocked
		if len(volumes) == 0 && blocked == "" {
			item.Disabled, item.Reason = true, say.L("volumes.clean.nothing")
		}
		return item
	}
	return []kit.MenuItem{
		{Label: say.L("volumes.order.name"), Checked: v.order == byName, OnTapped: sort(byName)},
		{Label: say.L("volumes.order.size"), Checked: v.order == bySize, OnTapped: sort(bySize)},
		kit.MenuSeparator(),
		clean(say.L("volumes.clean.anonymous"), unnamed, false),
		clean(say.L("volumes.clean.unused"), free, true),
	}
}

// askCreate asks for the name of a new volume.
func (v *Screen) askCreate() {
	var layer *kit.Layer
	input := kit.NewInput("", say.L("volumes.example"), 0)
	field := kit.Field(say.L("volumes.create.label"), say.L("volumes.create.help"), input).WithMark(life.What(v.host, "volume"))
	line := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), v.docker().VolumeCreate(say.L("volumes.example")))
	create := kit.Button(kit.Primary, theme.IconPlus, say.L("volumes.create.verb"), nil)
	check := func(strict bool) bool {
		name := input.Text()
		fault := checkName(name, v.app.Store.Volumes.Get().Rows)
		if fault == nameFine {
			line.SetCommand(v.docker().VolumeCreate(name))
		}
		if fault == nameFine || !strict && (fault == nameEmpty || fault == nameShort) {
			input.ClearProblem()
			field.ClearHint()
			return fault == nameFine
		}
		input.SetProblem(kit.Problem)
		field.SetHint(kit.Problem, faultWords(fault, name), nil)
		return false
	}
	submit := func() {
		if !create.Enabled() || !check(true) {
			return
		}
		layer.Close()
		v.awaited = input.Text()
		v.search.SetQuery("")
		v.app.CreateVolume(input.Text())
	}
	create.OnTapped = submit
	create.SetDisabled(v.blocked())
	input.OnChanged = func(string) { check(false) }
	input.OnSubmitted = func(string) { submit() }
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	layer = kit.ShowDialog(v.host.Window().Canvas(), kit.Col(theme.Space4,
		kit.NewText(say.L("volumes.create.title"), theme.Heading, theme.Ink), field, line,
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, create)), 480, nil)
	layer.Focus(input.Focusable())
}

// faultWords says what is wrong with a name.
func faultWords(fault nameProblem, name string) string {
	switch fault {
	case nameEmpty:
		return say.L("volumes.create.empty")
	case nameShort:
		return say.L("volumes.create.short")
	case nameLetters:
		return say.L("volumes.create.letters")
	case nameTaken:
		return say.L("volumes.create.taken", "Name", name)
	case nameFine:
	}
	return ""
}

// askRemove asks, and removes; a volume in use says by whom instead.
func (v *Screen) askRemove(r row) {
	if len(r.UsedBy) > 0 {
		v.sayInUse(r)
		return
	}
	kit.Confirm(v.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("volumes.remove.title", "Name", title(r)), Text: say.L("volumes.remove.text"),
		Lost: []string{withSize(r.Volume)},
		Verb: say.L("action.remove"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { v.app.RemoveVolume(r.Name) },
	})
}

// sayInUse names the containers that mount a volume, and leads to them.
func (v *Screen) sayInUse(r row) {
	var layer *kit.Layer
	links := make([]fyne.CanvasObject, len(r.UsedBy))
	for i, u := range r.UsedBy {
		open := v.opener(u)
		links[i] = kit.Row(theme.Space2, kit.Hang(4, kit.Link(u.Container, func() { layer.Close(); open() })),
			kit.Grow(kit.NewText(u.Target, theme.MonoSmall, theme.InkMuted).Ellipsis()))
	}
	done := kit.Button(kit.Primary, "", say.L("action.close"), func() { layer.Close() })
	layer = kit.ShowDialog(v.host.Window().Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(say.L("volumes.inuse.title", "Name", title(r)), theme.Heading, theme.Ink),
		kit.NewParagraph(say.N("volumes.inuse.text", len(r.UsedBy)), theme.Body, theme.InkMuted),
		kit.Col(4, links...),
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), done)), 460, nil)
	layer.Focus(done)
}

// askPrune names what would go, with its size, and removes it.
func (v *Screen) askPrune(volumes []engine.Volume, all bool) {
	lost := make([]string, len(volumes))
	for i, u := range volumes {
		lost[i] = withSize(u)
	}
	sum, whole := total(volumes)
	heading := say.N("volumes.clean.title", len(volumes), "Size", say.Bytes(sum))
	if !whole {
		heading = say.N("volumes.clean.title.unmeasured", len(volumes))
	}
	kit.Confirm(v.host.Window().Canvas(), kit.Confirmation{
		Title: heading, Text: say.L("volumes.clean.text"), Lost: lost,
		Verb: say.L("action.remove"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { v.app.PruneVolumes(all) },
	})
}

func withSize(u engine.Volume) string {
	name := title(row{Volume: u})
	if u.SizeBytes < 0 {
		return name
	}
	return name + " · " + say.Bytes(u.SizeBytes)
}
