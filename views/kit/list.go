package kit

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// RowKind tells how a row of a List is drawn. Rows of the same kind share
// their widgets.
type RowKind int

// The kinds. Items that follow each other share a card; headings stand on the
// page.
const (
	ItemRow RowKind = iota
	HeadingRow
	OtherItemRow // an item with other widgets than ItemRow
)

// ListModel is what a List asks for. Only Length, Create and Update are needed.
type ListModel struct {
	Length func() int
	Kind   func(i int) RowKind // nil: all are ItemRow
	Height func(kind RowKind) float32
	Create func(kind RowKind) fyne.CanvasObject
	Update func(i int, row fyne.CanvasObject)

	ID       func(i int) string // keeps the current row when rows move
	Selected func(i int) bool   // drawn as chosen
	Open     func(i int)        // a tap, or Enter
	Toggle   func(i int)        // Space
	Menu     func(i int, at fyne.Position)
	Name     func(i int) string // what the row is called by tools that read the screen

	// Key gets the other keys typed on a row; true when it used one.
	Key func(i int, key *fyne.KeyEvent) bool
}

// List is a virtual list: it makes only the rows in sight, and uses them again.
// Its rows lie on cards, one for each run of items. It belongs to the UI
// goroutine.
type List struct {
	widget.BaseWidget

	// OnHover is called when the pointer comes over the rows or leaves them:
	// hold back what would move them meanwhile.
	OnHover func(inside bool)
	// OnScroll is called when other rows may have come into sight.
	OnScroll func()

	model   ListModel
	plain   bool    // rows without cards, as in a table
	text    float32 // where a row's text starts: dividers start there
	margin  float32 // space on both sides
	scroll  *container.Scroll
	board   *listBoard
	tops    []float32 // of each row, and the end of the last
	kinds   []RowKind
	current int // row with the keyboard cursor, or -1
	id      string
	focused bool
	byMouse bool
	hovers  int
}

// NewList returns a list. divider is where the lines between rows start, from
// the left of a row: usually where its text starts.
func NewList(model ListModel, divider float32) *List {
	l := &List{model: model, text: divider, current: -1}
	l.board = newListBoard(l)
	l.scroll = container.NewVScroll(l.board)
	l.scroll.OnScrolled = func(fyne.Position) { l.board.show(); l.scrolled() }
	l.ExtendBaseWidget(l)
	l.measure()
	return l
}

// WithMargin leaves space on both sides and below, so that the scroll bar runs
// in the page's margin.
func (l *List) WithMargin(space float32) *List { l.margin = space; return l }

// Plain draws the rows without cards.
func (l *List) Plain() *List { l.plain = true; return l }

// Refresh reads the model again. The scroll position stays, and the keyboard
// cursor stays on its row.
func (l *List) Refresh() {
	l.measure()
	l.followCurrent()
	l.board.stale = true
	l.board.Refresh()
	l.scroll.Refresh()
	l.board.show()
}

// RefreshRow updates one row if it is in sight.
func (l *List) RefreshRow(i int) {
	if cell := l.board.cells[i]; cell != nil {
		l.board.update(cell, i)
	}
}

// Hovered tells whether the pointer is over a row.
func (l *List) Hovered() bool { return l.hovers > 0 }

// Current is the row with the keyboard cursor, or -1.
func (l *List) Current() int { return l.current }

// SetCurrent moves the keyboard cursor and scrolls it into view; -1 takes it
// away.
func (l *List) SetCurrent(i int) {
	if i < 0 || i >= len(l.kinds) {
		i = -1
	}
	l.current, l.id = i, ""
	if i >= 0 {
		l.id = l.idOf(i)
		l.reveal(i)
	}
	l.board.mark()
}

// InSight are the rows that can be seen, as first and one past the last.
func (l *List) InSight() (from, to int) {
	if len(l.tops) == 0 || l.scroll.Size().Height <= 0 {
		return 0, 0
	}
	return l.inSight(l.scroll.Offset.Y, l.scroll.Offset.Y+l.scroll.Size().Height)
}

func (l *List) scrolled() {
	if l.OnScroll != nil {
		l.OnScroll()
	}
}

// ScrollToTop shows the first rows.
func (l *List) ScrollToTop() { l.scroll.ScrollToTop() }

// Offset is how far the list is scrolled, for SetOffset.
func (l *List) Offset() float32 { return l.scroll.Offset.Y }

// SetOffset scrolls the list.
func (l *List) SetOffset(y float32) { l.scroll.ScrollToOffset(fyne.NewPos(0, y)) }

// Focus gives the keyboard to the list.
func (l *List) Focus() {
	if c := canvasOf(l); c != nil {
		c.Focus(l)
	}
}

// CreateRenderer implements fyne.Widget.
func (l *List) CreateRenderer() fyne.WidgetRenderer { return inPlace(&listRenderer{list: l}, l) }

type listRenderer struct{ list *List }

func (r *listRenderer) Destroy()           {}
func (r *listRenderer) MinSize() fyne.Size { return fyne.NewSize(80, 60) }
func (r *listRenderer) Refresh()           { r.list.board.Refresh() }

func (r *listRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.list.scroll} }

func (r *listRenderer) Layout(size fyne.Size) {
	r.list.scroll.Resize(size)
	r.list.board.show()
	r.list.scrolled()
}

func (l *List) held() fyne.CanvasObject { return l.board }

const (
	cardInset  float32 = 4
	groupSpace float32 = theme.Space4 // above a heading that follows a card
)

// measure places all rows.
func (l *List) measure() {
	n := l.model.Length()
	l.kinds, l.tops = make([]RowKind, n), make([]float32, n)
	y := float32(0)
	for i := range n {
		l.kinds[i] = l.kind(i)
		switch {
		case l.plain:
		case l.kinds[i] == HeadingRow && i > 0:
			y += groupSpace
		case l.kinds[i] != HeadingRow && l.first(i):
			y += cardInset
		}
		l.tops[i] = y
		y += l.height(l.kinds[i])
		switch {
		case l.plain, l.kinds[i] == HeadingRow:
		case i == n-1 || l.kind(i+1) == HeadingRow:
			y += cardInset
		default:
			y++ // the divider
		}
	}
	l.board.height = y + l.margin
}

func (l *List) kind(i int) RowKind {
	if l.model.Kind == nil {
		return ItemRow
	}
	return l.model.Kind(i)
}

func (l *List) height(kind RowKind) float32 {
	height := theme.RowHeight
	switch {
	case l.model.Height != nil:
		height = l.model.Height(kind)
	case kind == HeadingRow:
		height = 36
	}
	return max(height, float32(int(height*theme.Zoom())))
}

// first tells whether an item starts a card, and last whether it ends one.
func (l *List) first(i int) bool { return i == 0 || l.kinds[i-1] == HeadingRow }
func (l *List) last(i int) bool  { return i == len(l.kinds)-1 || l.kinds[i+1] == HeadingRow }

// inSight returns the rows between two heights, as first and one past the last.
func (l *List) inSight(top, bottom float32) (from, to int) {
	from = sort.Search(len(l.tops), func(i int) bool { return l.tops[i] > top }) - 1
	to = sort.Search(len(l.tops), func(i int) bool { return l.tops[i] >= bottom })
	return max(from, 0), to
}

func (l *List) idOf(i int) string {
	if l.model.ID == nil {
		return ""
	}
	return l.model.ID(i)
}

// followCurrent finds the row of the keyboard cursor again.
func (l *List) followCurrent() {
	if l.current < 0 {
		return
	}
	if l.id != "" && (l.current >= len(l.kinds) || l.idOf(l.current) != l.id) {
		for i := range l.kinds {
			if l.kinds[i] != HeadingRow && l.idOf(i) == l.id {
				l.current = i
				return
			}
		}
	}
	if l.current >= len(l.kinds) {
		l.current = len(l.kinds) - 1
	}
	if l.current >= 0 {
		l.id = l.idOf(l.current)
	}
}

// reveal scrolls a row into view.
func (l *List) reveal(i int) {
	top, bottom := l.tops[i]-theme.Space2, l.tops[i]+l.height(l.kinds[i])+theme.Space2
	switch {
	case i > 0 && l.kinds[i-1] == HeadingRow:
		top = l.tops[i-1]
	case i == 0:
		top = 0
	}
	switch y := l.scroll.Offset.Y; {
	case top < y:
		l.SetOffset(max(0, top))
	case bottom > y+l.scroll.Size().Height:
		l.SetOffset(bottom - l.scroll.Size().Height)
	}
}
