package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// listCell is one row on screen: its veil, its content, the keyboard cursor,
// and the line below it.
type listCell struct {
	widget.BaseWidget

	list     *List
	kind     RowKind
	row      fyne.CanvasObject
	back     *Surface
	ring     *Surface
	divider  *canvas.Rectangle
	index    int
	over     int // parts under the pointer
	selected bool
}

func newListCell(l *List, kind RowKind) *listCell {
	c := &listCell{list: l, kind: kind, row: l.model.Create(kind), divider: &canvas.Rectangle{}}
	c.back = NewSurface(theme.Transparent, theme.RadiusBase)
	c.ring = NewSurface(theme.Transparent, theme.RadiusBase).WithStroke(theme.Accent)
	c.ring.StrokeWidth = 2
	c.ExtendBaseWidget(c)
	return c
}

// Label is what the row is called by tools that read the screen.
func (c *listCell) Label() string {
	if c.list.model.Name != nil {
		return c.list.model.Name(c.index)
	}
	return firstWords(c.row)
}

// Enabled tells whether a tap does something.
func (c *listCell) Enabled() bool { return c.kind != HeadingRow && c.list.model.Open != nil }

// Tapped implements fyne.Tappable.
func (c *listCell) Tapped(*fyne.PointEvent) {
	if c.kind == HeadingRow {
		return
	}
	c.list.clicked(c.index)
	if c.list.model.Open != nil {
		c.list.model.Open(c.index)
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (c *listCell) TappedSecondary(e *fyne.PointEvent) { c.childMenu(e.AbsolutePosition) }

// MouseIn implements desktop.Hoverable.
func (c *listCell) MouseIn(*desktop.MouseEvent) { c.childHover(true) }

// MouseMoved implements desktop.Hoverable.
func (c *listCell) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *listCell) MouseOut() { c.childHover(false) }

func (c *listCell) childHover(on bool) {
	before := c.over > 0
	c.over = max(0, c.over+either(on, 1, -1))
	if now := c.over > 0; now != before {
		c.list.hover(now)
		c.paint()
	}
}

func (c *listCell) childMenu(at fyne.Position) {
	if c.kind != HeadingRow && c.list.model.Menu != nil {
		c.list.clicked(c.index)
		c.list.model.Menu(c.index, at)
	}
}

func (c *listCell) childFocus() {
	if c.kind != HeadingRow {
		c.list.clicked(c.index)
	}
}

// leave gives up hover and focus before the cell shows another row: a key
// typed for this row must not reach another one.
func (c *listCell) leave() {
	if c.over > 0 {
		c.over = 0
		c.list.hover(false)
	}
	canvas := canvasOf(c)
	if canvas == nil {
		return
	}
	Walk(c.row, func(o fyne.CanvasObject) bool {
		if f, ok := o.(fyne.Focusable); ok && canvas.Focused() == f {
			canvas.Focus(c.list)
		}
		return true
	})
}

// paint brings veil and cursor in line with the state.
func (c *listCell) paint() {
	fill := theme.Transparent
	switch {
	case c.kind == HeadingRow:
	case c.selected:
		fill = theme.Selected
	case c.over > 0 && c.list.model.Open != nil:
		fill = theme.Hover
	}
	c.back.Set(fill, theme.Transparent, Flat)
	hidden := !c.list.focused || c.list.byMouse || c.list.current != c.index || c.kind == HeadingRow
	if c.ring.Hidden != hidden {
		c.ring.Hidden = hidden
		c.ring.Refresh()
	}
}

func (c *listCell) held() fyne.CanvasObject { return c.row }

// CreateRenderer implements fyne.Widget.
func (c *listCell) CreateRenderer() fyne.WidgetRenderer {
	r := &cellRenderer{c}
	r.Refresh()
	return inPlace(r, c)
}

type cellRenderer struct{ cell *listCell }

func (r *cellRenderer) Destroy()           {}
func (r *cellRenderer) MinSize() fyne.Size { return r.cell.row.MinSize() }

func (r *cellRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.cell.back, r.cell.row, r.cell.divider, r.cell.ring}
}

func (r *cellRenderer) Layout(size fyne.Size) {
	c := r.cell
	c.back.Resize(size)
	c.row.Resize(size)
	c.ring.Resize(size)
	left := c.list.text
	c.divider.Move(fyne.NewPos(left, size.Height))
	c.divider.Resize(fyne.NewSize(max(0, size.Width-left-either(c.list.plain, 0, theme.Space4-cardInset)), 1))
}

func (r *cellRenderer) Refresh() {
	r.cell.divider.FillColor = base.Color(theme.Hairline)
	r.cell.divider.Refresh()
	r.cell.paint()
}
