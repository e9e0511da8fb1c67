package images

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// textStart is where the text of a row starts.
const textStart = 12 + 36 + 12

func (v *Screen) newList() *kit.List {
	list := kit.NewList(kit.ListModel{
		Length: func() int { return len(v.rows) },
		Create: func(kit.RowKind) fyne.CanvasObject { return v.newLine() },
		Update: func(i int, o fyne.CanvasObject) { v.lines[o].set(v.rows[i], v.blocked()) },
		ID:     func(i int) string { return v.rows[i].key() },
		Open:   func(i int) { v.open(v.rows[i]) },
		Menu:   func(i int, at fyne.Position) { kit.ShowMenuAt(v.host.Window().Canvas(), at, v.menu(v.rows[i])...) },
		Name:   func(i int) string { return v.rows[i].name },
	}, textStart).WithMargin(theme.Space5)
	list.OnHover = func(inside bool) {
		if !inside && v.pending {
			v.draw()
		}
	}
	return list
}

// line is the widgets of one row; they are used again for others.
type line struct {
	glyph     *kit.GlyphBox
	name, sub *kit.Text
	size, age *kit.Text
	run, more *kit.Press
	row       row
}

func (v *Screen) newLine() fyne.CanvasObject {
	l := &line{
		glyph: kit.Glyph("x", "", 36),
		name:  kit.NewText("", theme.Strong, theme.Ink).Ellipsis(),
		sub:   kit.NewText("", theme.Small, theme.InkMuted).Ellipsis(),
		size:  kit.NewText("", theme.Small, theme.InkMuted).AlignTrailing(),
		age:   kit.NewText("", theme.Small, theme.InkFaint).AlignTrailing(),
	}
	l.run = kit.SmallButton(kit.Secondary, theme.IconPlay, say.L("action.run"), func() { v.run(l.row) })
	l.more = kit.IconButton(theme.IconMore, say.L("action.more"), nil)
	l.more.OnTapped = func() { kit.ShowMenu(l.more, v.menu(l.row)...) }
	o := kit.Inset(0, 8, 0, 12, kit.Row(theme.Space3,
		l.glyph,
		kit.Grow(kit.Col(2, l.name, l.sub)),
		kit.DropBelow(560, kit.Fixed(130, 0, l.age)),
		kit.Fixed(76, 0, l.size),
		l.run, l.more))
	v.lines[o] = l
	return o
}

// set shows a row; blocked says why nothing can be changed now.
func (l *line) set(r row, blocked string) {
	l.row = r
	initials := life.Initials(r.name)
	if r.nameless {
		initials = "?"
	}
	l.glyph.Set(r.name, initials)
	ink := theme.Ink
	if blocked != "" || r.gone || r.nameless {
		ink = theme.InkFaint
	}
	l.name.Set(r.name, ink)
	words, color := subtitle(r)
	l.sub.Set(words, color)
	l.size.SetText(say.Bytes(r.size))
	l.age.SetText(say.Ago(r.created, time.Now()))
	switch {
	case r.gone:
		l.run.SetDisabled(say.L("images.gone"))
	default:
		l.run.SetDisabled(blocked)
	}
}

// subtitle is the second line of a row.
func subtitle(r row) (words string, color theme.Color) {
	switch {
	case r.gone:
		return say.L("images.gone"), theme.InkFaint
	case r.busy == store.VerbPull:
		return say.L("images.busy.pull"), theme.Busy
	case r.busy == store.VerbRemove:
		return say.L("images.busy.remove"), theme.Busy
	case r.busy != "":
		return say.L("images.busy.other"), theme.Busy
	case len(r.users) > 0:
		return say.L("images.usedby", "Names", userNames(r.users)), theme.InkMuted
	case r.nameless:
		return say.L("images.noname.why"), theme.InkFaint
	}
	return say.L("images.unused"), theme.InkFaint
}

func (v *Screen) run(r row) { v.host.Open(nav.Route{Place: nav.Run, ID: r.ref}) }

// menu is everything that can be done with an image.
func (v *Screen) menu(r row) []kit.MenuItem {
	blocked := v.blocked()
	if r.gone {
		blocked = say.L("images.gone")
	}
	change := func(item kit.MenuItem) kit.MenuItem {
		item.Disabled, item.Reason = blocked != "", blocked
		return item
	}
	items := []kit.MenuItem{
		change(kit.MenuItem{Icon: theme.IconPlay, Label: say.L("action.run"), OnTapped: func() { v.run(r) }}),
		change(kit.MenuItem{Icon: theme.IconInfo, Label: say.L("images.menu.details"), OnTapped: func() { v.open(r) }}),
	}
	if !r.nameless {
		items = append(items, change(kit.MenuItem{
			Icon: theme.IconDownload, Label: say.L("images.menu.update"), OnTapped: func() { v.pullNow(r.ref) },
		}))
	}
	return append(items, kit.MenuSeparator(),
		kit.MenuItem{Icon: theme.IconCopy, Label: say.L("images.menu.copy"), OnTapped: func() { v.host.Copy(r.ref) }},
		kit.MenuItem{Icon: theme.IconCopy, Label: say.L("images.menu.copyid"), OnTapped: func() { v.host.Copy(r.id) }},
		kit.MenuSeparator(),
		change(kit.MenuItem{Icon: theme.IconTrash, Label: say.L("images.menu.remove"), Danger: true, OnTapped: func() { v.askRemove(r) }}))
}
