package volumes

import (
	"strconv"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

const (
	rowHeight = 60
	textStart = 8 + 36 + 12
)

func (v *Screen) newList() *kit.List {
	list := kit.NewList(kit.ListModel{
		Length:   func() int { return len(v.rows) },
		Height:   func(kit.RowKind) float32 { return rowHeight },
		Create:   func(kit.RowKind) fyne.CanvasObject { return v.newLine() },
		Update:   func(i int, o fyne.CanvasObject) { v.lines[o].set(v.rows[i], v.blocked() != "") },
		ID:       func(i int) string { return v.rows[i].Name },
		Selected: func(i int) bool { return v.rows[i].Name == v.selected },
		Open:     func(i int) { v.pick(v.rows[i].Name) },
		Menu:     func(i int, at fyne.Position) { kit.ShowMenuAt(v.host.Window().Canvas(), at, v.menu(v.rows[i])...) },
		Name:     func(i int) string { return v.rows[i].Name },
	}, textStart).Plain()
	list.OnHover = func(inside bool) {
		if !inside && v.pending {
			v.draw()
		}
	}
	return list
}

// pick shows a volume beside the list.
func (v *Screen) pick(name string) {
	v.selected = name
	v.list.Refresh()
	v.drawDetail()
}

// line is the widgets of one row; they are used again for others.
type line struct {
	name, size *kit.Text
	used       *kit.TagBox
}

func (v *Screen) newLine() fyne.CanvasObject {
	l := &line{
		name: kit.NewText("", theme.Strong, theme.Ink).Ellipsis(),
		size: kit.NewText("", theme.Small, theme.InkMuted).AlignTrailing(),
		used: kit.Tag("", "", theme.Idle, theme.IdleSoft),
	}
	o := kit.Inset(0, 12, 0, 8, kit.Row(theme.Space3,
		kit.IconTile(theme.IconVolume, 36, theme.Teal, theme.TealSoft),
		kit.Grow(kit.Col(4, l.name, kit.Start(l.used))),
		l.size))
	v.lines[o] = l
	return o
}

func (l *line) set(r row, stale bool) {
	ink := theme.Ink
	if stale || r.gone {
		ink = theme.InkFaint
	}
	l.name.Set(title(r), ink)
	l.size.SetText(size(r.SizeBytes))
	icon, words, fore, back := users(r)
	l.used.Set(icon, words, fore, back)
}

// title is what a volume is called; a name that the engine made up is shortened.
func title(r row) string {
	if r.Anonymous {
		return say.L("volumes.anonymous", "ID", r.Name[:min(12, len(r.Name))])
	}
	return r.Name
}

func size(bytes int64) string {
	if bytes < 0 {
		return say.L("volumes.measuring")
	}
	return say.Bytes(bytes)
}

// users is the tag that says who uses a volume, or what happens to it.
func users(r row) (icon theme.IconName, words string, ink, soft theme.Color) {
	switch {
	case r.gone:
		return "", say.L("volumes.gone"), theme.Idle, theme.IdleSoft
	case r.busy == store.VerbRemove:
		return theme.IconSpinner, say.L("volumes.busy.remove"), theme.Busy, theme.BusySoft
	case r.busy != "":
		return theme.IconSpinner, say.L("volumes.busy.other"), theme.Busy, theme.BusySoft
	case len(r.UsedBy) == 0:
		return "", say.L("volumes.unused"), theme.Idle, theme.IdleSoft
	}
	words = short(r.UsedBy[0].Container)
	if more := len(r.UsedBy) - 1; more > 0 {
		words += " +" + strconv.Itoa(more)
	}
	for _, u := range r.UsedBy {
		if u.Running {
			return theme.IconContainer, words, theme.Running, theme.RunningSoft
		}
	}
	return theme.IconContainer, words, theme.Idle, theme.IdleSoft
}

// short keeps a long name from filling the row.
func short(name string) string {
	const most = 20
	letters := []rune(name)
	if len(letters) <= most {
		return name
	}
	return string(letters[:most-1]) + "…"
}
