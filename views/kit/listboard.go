package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// listBoard is what a List scrolls: the cards and rows in sight.
type listBoard struct {
	widget.BaseWidget

	list   *List
	height float32
	cells  map[int]*listCell
	free   map[RowKind][]*listCell
	cards  []*Surface
	used   int // cards in use
	stale  bool
	drawn  []fyne.CanvasObject
}

func newListBoard(l *List) *listBoard {
	b := &listBoard{list: l, cells: map[int]*listCell{}, free: map[RowKind][]*listCell{}}
	b.ExtendBaseWidget(b)
	return b
}

// show makes the rows in sight, from those that are out of it.
func (b *listBoard) show() {
	view, top := b.list.scroll.Size(), b.list.scroll.Offset.Y
	if view.Height <= 0 || view.Width <= 0 {
		return
	}
	from, to := b.list.inSight(top, top+view.Height)
	for i, cell := range b.cells {
		if i < from || i >= to || cell.kind != b.list.kinds[i] {
			b.release(i, cell)
		}
	}
	for i := from; i < to; i++ {
		cell := b.cells[i]
		if cell == nil {
			cell = b.take(b.list.kinds[i])
			b.cells[i] = cell
			b.update(cell, i)
		} else if b.stale {
			b.update(cell, i)
		}
		b.place(cell, i)
	}
	b.stale = false
	b.drawCards(from, to, top, view.Height)
	b.collect(from, to)
}

func (b *listBoard) release(i int, cell *listCell) {
	delete(b.cells, i)
	cell.leave()
	b.free[cell.kind] = append(b.free[cell.kind], cell)
}

func (b *listBoard) take(kind RowKind) *listCell {
	if free := b.free[kind]; len(free) > 0 {
		b.free[kind] = free[:len(free)-1]
		return free[len(free)-1]
	}
	return newListCell(b.list, kind)
}

func (b *listBoard) update(cell *listCell, i int) {
	l := b.list
	cell.index = i
	cell.selected = l.model.Selected != nil && cell.kind != HeadingRow && l.model.Selected(i)
	l.model.Update(i, cell.row)
	adopt(cell.row, cell)
	cell.divider.Hidden = cell.kind == HeadingRow || l.last(i)
	cell.paint()
}

func (b *listBoard) place(cell *listCell, i int) {
	l := b.list
	inset := l.margin
	if !l.plain && cell.kind != HeadingRow {
		inset += cardInset
	}
	height := l.height(cell.kind)
	cell.Move(fyne.NewPos(inset, l.tops[i]))
	cell.Resize(fyne.NewSize(max(0, b.list.scroll.Size().Width-2*inset), height))
}

// drawCards draws one card behind each run of items in sight. A card that goes
// on out of sight is drawn a little beyond it, so that its corners do not show.
func (b *listBoard) drawCards(from, to int, top, height float32) {
	b.used = 0
	if b.list.plain {
		return
	}
	l := b.list
	for i := from; i < to; i++ {
		if l.kinds[i] == HeadingRow || i > from && !l.first(i) {
			continue
		}
		first, last := i, i
		for first > 0 && l.kinds[first-1] != HeadingRow && l.tops[first] > top-100 {
			first--
		}
		for !l.last(last) && l.tops[last] < top+height+100 {
			last++
		}
		up, down := l.tops[first]-cardInset, l.tops[last]+l.height(l.kinds[last])+cardInset
		card := b.card()
		card.Move(fyne.NewPos(l.margin, up))
		card.Resize(fyne.NewSize(max(0, l.scroll.Size().Width-2*l.margin), down-up))
	}
}

func (b *listBoard) card() *Surface {
	if b.used == len(b.cards) {
		b.cards = append(b.cards, NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline))
	}
	b.used++
	return b.cards[b.used-1]
}

// collect lists what is drawn, in the order of the rows, so that Tab follows it.
func (b *listBoard) collect(from, to int) {
	drawn := make([]fyne.CanvasObject, 0, b.used+to-from)
	for _, card := range b.cards[:b.used] {
		drawn = append(drawn, card)
	}
	for i := from; i < to; i++ {
		drawn = append(drawn, b.cells[i])
	}
	b.drawn = drawn
}

// mark shows the keyboard cursor where it is.
func (b *listBoard) mark() {
	for _, cell := range b.cells {
		cell.paint()
	}
}

// CreateRenderer implements fyne.Widget.
func (b *listBoard) CreateRenderer() fyne.WidgetRenderer { return inPlace(&boardRenderer{b}, b) }

type boardRenderer struct{ board *listBoard }

func (r *boardRenderer) Destroy()                     {}
func (r *boardRenderer) Layout(fyne.Size)             { r.board.show() }
func (r *boardRenderer) MinSize() fyne.Size           { return fyne.NewSize(80, r.board.height) }
func (r *boardRenderer) Objects() []fyne.CanvasObject { return r.board.drawn }

func (r *boardRenderer) Refresh() {
	r.board.list.measure()
	r.board.stale = true
	r.board.show()
}
