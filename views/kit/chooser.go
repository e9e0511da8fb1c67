package kit

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Choosing is what a Chooser is to choose.
type Choosing int

// The kinds.
const (
	AFolder Choosing = iota
	AFile
	ANewFile // a folder, and a name in it
)

// Chooser asks for a folder or a file of this computer.
type Chooser struct {
	Kind     Choosing
	Ending   string // of the files that are shown, such as ".tar"; empty shows all
	Start    string // a path; what of it is there is where choosing begins, else the user's home folder
	Words    ChooserWords
	OnChosen func(path string) // whole, as this computer writes paths; not called when the user thinks better of it
}

// ChooserWords are what a Chooser says.
type ChooserWords struct {
	Title, Choose, Cancel   string
	Up, Home, Place, Name   string // the buttons; what the two inputs are for
	Empty, Closed, Computer string // nothing in a folder; it cannot be read; what disks are in
	Reading                 string // while a slow disk is asked
}

// chooserView is a Chooser on screen. The UI goroutine owns it.
type chooserView struct {
	c        Chooser
	layer    *Layer
	place    *Input
	name     *Input
	list     *List
	note     *Text
	choose   *Press
	at       string // the folder that is shown; "" is the computer, which has disks
	entries  []entry
	selected string // a file's name
	asked    int    // which answer is waited for: the newest
	lines    map[fyne.CanvasObject]*chooserLine
}

type chooserLine struct {
	icon *Icon
	name *Text
}

const chooserRow = 32

// ShowChooser shows a chooser above the page. Disks are read beside the UI
// goroutine: one may be far away, or asleep.
func ShowChooser(c fyne.Canvas, q Chooser) *Layer {
	v := &chooserView{c: q, lines: map[fyne.CanvasObject]*chooserLine{}}
	v.place = NewInput("", "", 0).Mono()
	v.place.SetName(q.Words.Place)
	v.place.OnSubmitted = func(path string) { v.open(path) }
	v.note = NewText("", theme.Small, theme.InkMuted).Ellipsis()
	v.name = NewInput("", q.Words.Name, 0)
	v.name.SetName(q.Words.Name)
	v.name.OnChanged = func(string) { v.settle() }
	v.name.OnSubmitted = func(string) { v.finish() }
	v.choose = Button(Primary, "", q.Words.Choose, v.finish)
	v.list = v.newList()
	parts := []fyne.CanvasObject{
		NewParagraph(q.Words.Title, theme.Heading, theme.Ink),
		Row(theme.Space2,
			IconButton(theme.IconChevronUp, q.Words.Up, func() { v.show(parent(v.at)) }),
			IconButton(theme.IconFolder, q.Words.Home, func() { v.open(home()) }), Grow(v.place)),
		Well(Fixed(0, 8*chooserRow, v.list)),
		v.note,
	}
	if q.Kind == ANewFile {
		parts = append(parts, Field(q.Words.Name, "", v.name))
	}
	cancel := Button(Secondary, "", q.Words.Cancel, func() { v.layer.Dismiss() })
	parts = append(parts, Row(theme.Space2, Grow(Gap(0, 0)), cancel, v.choose))
	v.layer = ShowDialog(c, Col(theme.Space3, parts...), 560, nil)
	v.layer.OnClosed = func() { v.asked++ } // an answer that comes later is for nobody
	if q.Kind == ANewFile {
		v.name.SetText(baseName(q.Start))
	}
	v.open(q.Start)
	return v.layer
}

func (v *chooserView) newList() *List {
	return NewList(ListModel{
		Length: func() int { return len(v.entries) },
		Height: func(RowKind) float32 { return chooserRow },
		Create: func(RowKind) fyne.CanvasObject {
			line := &chooserLine{NewIcon(theme.IconFolder, 16, theme.InkMuted), NewText("", theme.Body, theme.Ink).Ellipsis()}
			row := Inset(0, theme.Space2, 0, theme.Space2, Row(theme.Space2, line.icon, Grow(line.name)))
			v.lines[row] = line
			return row
		},
		Update: func(i int, row fyne.CanvasObject) {
			e := v.entries[i]
			v.lines[row].icon.Set(either(e.folder, theme.IconFolder, theme.IconFile), either(e.folder, theme.Accent, theme.InkFaint))
			v.lines[row].name.SetText(e.name)
		},
		ID:       func(i int) string { return v.entries[i].name },
		Selected: func(i int) bool { return v.selected != "" && v.entries[i].name == v.selected },
		Open:     func(i int) { v.pick(v.entries[i]) },
		Name:     func(i int) string { return v.entries[i].name },
	}, 0).Plain()
}

// pick goes into a folder, or selects a file.
func (v *chooserView) pick(e entry) {
	if e.folder {
		v.show(filepath.Join(v.at, e.name))
		return
	}
	v.selected = e.name
	v.name.SetText(e.name)
	v.list.Refresh()
	v.settle()
}

// open shows what there is of a path: itself, or the nearest folder around it.
func (v *chooserView) open(path string) { v.read(func() string { return nearest(path) }) }

// show shows a folder.
func (v *chooserView) show(folder string) { v.read(func() string { return folder }) }

// read asks the disk, and shows its answer unless another folder was asked for
// meanwhile.
func (v *chooserView) read(find func() string) {
	v.asked++
	asked, files, ending := v.asked, v.c.Kind != AFolder, v.c.Ending
	v.choose.SetDisabled(v.c.Words.Reading)
	v.note.SetText(v.c.Words.Reading)
	back := poster
	go func() {
		folder := find()
		entries, err := readFolder(folder, files)
		entries = slices.DeleteFunc(entries, func(e entry) bool { return !e.folder && !endsIn(e.name, ending) })
		back.Post(func() {
			if v.asked == asked {
				v.draw(folder, entries, err)
			}
		})
	}()
}

func (v *chooserView) draw(folder string, entries []entry, err error) {
	w := v.c.Words
	v.at, v.entries, v.selected = folder, entries, ""
	v.place.SetText(either(folder == "", w.Computer, folder))
	switch {
	case err != nil:
		v.note.SetText(w.Closed)
	case len(entries) == 0:
		v.note.SetText(w.Empty)
	default:
		v.note.SetText("")
	}
	v.list.Refresh()
	v.list.ScrollToTop()
	v.settle()
}

// settle lets the user choose once there is something to be chosen.
func (v *chooserView) settle() { v.choose.SetDisabled(either(v.chosen() == "", v.c.Words.Title, "")) }

// chosen is the path that the user has come to; empty for none.
func (v *chooserView) chosen() string {
	switch {
	case v.at == "":
		return ""
	case v.c.Kind == AFolder:
		return v.at
	case v.c.Kind == AFile:
		return either(v.selected == "", "", filepath.Join(v.at, v.selected))
	}
	name := v.name.Text()
	return either(name == "" || name != filepath.Base(name) || name == "." || name == "..", "", filepath.Join(v.at, name))
}

func (v *chooserView) finish() {
	path := v.chosen()
	if path == "" {
		return
	}
	v.layer.Close()
	v.c.OnChosen(path)
}

// endsIn compares the end of a name as people do, without regard to capitals.
func endsIn(name, ending string) bool {
	return strings.HasSuffix(strings.ToLower(name), strings.ToLower(ending))
}
