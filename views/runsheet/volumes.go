package runsheet

import (
	"strings"

	"fyne.io/fyne/v2"

	"escale/app"
	"escale/app/run"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// volumeRow is one row on screen.
type volumeRow struct {
	source, target *kit.Input
	help           *kit.Text
	hint           *kit.HintLine
	use            *kit.Press
	share, restart *kit.Press
	copy, uncopy   *kit.Press
	box            *fyne.Container
}

func (v *formView) newVolumeRow(i int) *volumeRow {
	s := v.s
	r := &volumeRow{
		source: kit.NewInput("", say.L("run.volume.source"), 0), target: kit.NewInput("", say.L("run.volume.target"), 0),
		help: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(), hint: kit.Hint(kit.Note, "", nil),
	}
	r.source.SetName(say.L("run.volume.source"))
	r.target.SetName(say.L("run.volume.target"))
	changed := func(string) {
		s.form.SetVolume(i, r.source.Text(), r.target.Text())
		v.build() // passwords follow the volume
		s.recall()
	}
	r.source.OnChanged, r.target.OnChanged = changed, changed
	r.source.OnSubmitted, r.target.OnSubmitted = v.enter, v.enter
	r.source.AddButton(life.ChooseButton(s.host.Window().Canvas, r.source, kit.AFolder))
	r.source.AddButton(kit.IconButton(theme.IconChevronDown, say.L("run.volume.choose"), func() { v.chooseVolume(i, r.source) }))
	r.use = kit.SmallButton(kit.Secondary, "", say.L("run.volume.use"), func() { v.setSource(i, s.form.Volumes[i].Earlier) })
	r.share = kit.SmallButton(kit.Secondary, "", say.L("run.folder.share"), func() { v.chooseSharing(i, r.share) })
	r.restart = kit.SmallButton(kit.Secondary, "", say.L("run.folder.restart"), func() { s.app.RestartMachine() })
	r.copy = kit.SmallButton(kit.Secondary, "", say.L("run.copy.offer"), func() { v.offerCopy(i, r.copy) })
	r.uncopy = kit.SmallButton(kit.Secondary, "", say.L("run.copy.undo"), func() { s.form.KeepFolder(i); v.build(); s.recall() })
	remove := kit.IconButton(theme.IconTrash, say.L("run.volume.remove"), func() { s.form.RemoveVolume(i); v.build(); s.recall() })
	row := kit.Row(theme.Space2, kit.Grow(r.source), kit.NewIcon(theme.IconChevronRight, 14, theme.InkFaint), kit.Grow(r.target), remove)
	r.box = kit.Col(6, row, r.help, r.hint)
	return r
}

func (v *formView) setSource(i int, name string) {
	if i < len(v.s.form.Volumes) && name != "" {
		v.s.form.UseVolume(i, name)
		v.build()
		v.s.recall()
	}
}

// chooseVolume offers the volumes that there are.
func (v *formView) chooseVolume(i int, anchor *kit.Input) {
	now := v.s.form.Volumes[i].Source
	var items []kit.MenuItem
	known := false
	for _, volume := range v.s.app.Store.Volumes.Get().Rows {
		if volume.Anonymous {
			continue
		}
		item := kit.MenuItem{Label: volume.Name, Checked: volume.Name == now, OnTapped: func() { v.setSource(i, volume.Name) }}
		if len(volume.UsedBy) > 0 {
			item.Shortcut = say.L("run.volume.used")
		}
		known = known || item.Checked
		items = append(items, item)
	}
	if !known && now != "" {
		items = append([]kit.MenuItem{{Label: say.L("run.volume.new", "Name", now), Checked: true}}, items...)
	}
	if len(items) > 0 {
		kit.ShowMenu(anchor, items...)
	}
}

func (r *volumeRow) draw(s *Sheet, i int, problems map[place]run.Code) {
	row := s.form.Volumes[i]
	r.source.SetText(row.Source)
	r.target.SetText(row.Target)
	words := mark(problems, i, fieldInput{run.FieldVolume, r.source}, fieldInput{run.FieldTarget, r.target})
	r.help.SetText(in(row.Help))
	if row.ReadOnly {
		r.help.SetText(strings.TrimSpace(in(row.Help) + " " + say.L("run.volume.readonly")))
	}
	switch {
	case row.Wanted && problems[place{run.FieldVolume, i}] == run.Empty:
		words = wantedWords(row)
		r.hint.Set(kit.Caution, words, nil)
	case words != "":
		r.hint.Set(kit.Problem, words, nil)
	case r.drawCopy(row), r.drawReach(s, row):
		r.help.Hidden, r.hint.Hidden = true, false
		r.box.Refresh()
		return
	case row.Earlier != "":
		r.hint.Set(kit.Note, say.L("run.volume.earlier", "Name", row.Earlier), r.use)
	}
	r.hint.Hidden = words == "" && row.Earlier == ""
	r.help.Hidden = r.help.Text() == "" || !r.hint.Hidden
	r.box.Refresh()
}

// chooseSharing offers the ways to share the folder of a row with the machine.
func (v *formView) chooseSharing(i int, anchor *kit.Press) {
	if i >= len(v.s.form.Volumes) {
		return
	}
	path := strings.TrimSpace(v.s.form.Volumes[i].Source)
	kit.ShowMenu(anchor,
		kit.MenuItem{Label: say.L("run.folder.readonly"), OnTapped: func() { v.shareFolder(i, path, true) }},
		kit.MenuItem{Label: say.L("run.folder.readwrite"), OnTapped: func() { v.shareFolder(i, path, false) }},
		kit.MenuItem{Label: say.L("run.copy.offer"), OnTapped: func() { v.offerCopy(i, anchor) }})
}

// shareFolder shares a folder. Containers mount it by its real path, without links.
func (v *formView) shareFolder(i int, path string, readOnly bool) {
	if canonical, err := machine.CanonicalShare(path); err == nil && canonical != path {
		v.setSource(i, canonical)
	}
	v.s.app.ShareFolder(path, readOnly)
}

// drawReach says that containers cannot mount the folder of a row, and what can
// be done; false where they can.
func (r *volumeRow) drawReach(s *Sheet, row run.VolumeRow) bool {
	path := strings.TrimSpace(row.Source)
	if !run.IsHostPath(path) {
		return false
	}
	if words := s.f.uncopied[path]; words != "" {
		r.hint.Set(kit.Problem, words, r.copy)
		return true
	}
	switch s.app.Reach(path) {
	case app.ReachAsk:
		r.hint.Set(kit.Note, say.L("run.folder.ask"), r.share)
	case app.ReachNext:
		r.hint.Set(kit.Note, say.L("run.folder.next"), r.restart)
	case app.ReachFailed:
		r.hint.Set(kit.Problem, say.L("run.folder.failed"), r.restart)
	case app.ReachNever:
		r.hint.Set(kit.Problem, say.L("run.folder.never"), r.copy)
	case app.ReachFar:
		r.hint.Set(kit.Note, say.L("run.folder.far"), r.copy)
	case app.ReachFine, app.ReachUnknown:
		return false
	}
	return true
}
