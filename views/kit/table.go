package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Column is one column of a table; a zero width takes what is left. A column
// with DropBelow leaves while the table is narrower than that.
type Column struct {
	Title     string
	Width     float32
	DropBelow float32
	Trailing  bool
}

// Table lays out a few rows of cells under quiet headings, without grid lines.
// Its rows only show; for many rows, or rows that open, use NewTable.
func Table(columns []Column, rows ...[]fyne.CanvasObject) fyne.CanvasObject {
	lines := []fyne.CanvasObject{tableHead(columns), Divider()}
	for _, cells := range rows {
		lines = append(lines, Fixed(0, tableRowHeight, tableRow(columns, cells)))
	}
	return Col(0, lines...)
}

const tableRowHeight float32 = 38

// TableModel is what a TableView asks for. Length, Create and Update are
// needed; the others are as in ListModel.
type TableModel struct {
	Length func() int
	Create func() []fyne.CanvasObject // the cells of a row
	Update func(i int, cells []fyne.CanvasObject)

	RowHeight float32 // 0: 38
	ID        func(i int) string
	Selected  func(i int) bool
	Open      func(i int)
	Toggle    func(i int)
	Menu      func(i int, at fyne.Position)
	Name      func(i int) string
}

// TableView is a virtual table.
type TableView struct {
	composite

	// List is its rows: for refresh, focus and the current row.
	List *List
}

// NewTable returns a virtual table with quiet headings.
func NewTable(columns []Column, model TableModel) *TableView {
	t := &TableView{}
	height := either(model.RowHeight > 0, model.RowHeight, tableRowHeight)
	t.List = NewList(ListModel{
		Length: model.Length,
		Height: func(RowKind) float32 { return height },
		Create: func(RowKind) fyne.CanvasObject { return newTableCells(columns, model.Create()) },
		Update: func(i int, row fyne.CanvasObject) {
			if cells, ok := row.(*tableCells); ok {
				model.Update(i, cells.cells)
			}
		},
		ID: model.ID, Selected: model.Selected, Open: model.Open, Toggle: model.Toggle, Menu: model.Menu, Name: model.Name,
	}, 0).Plain()
	t.body = Col(0, tableHead(columns), Divider(), Grow(t.List))
	t.ExtendBaseWidget(t)
	return t
}

// Refresh reads the model again.
func (t *TableView) Refresh() {
	t.List.Refresh()
	t.BaseWidget.Refresh()
}

// tableCells is a row that remembers its cells.
type tableCells struct {
	composite

	cells []fyne.CanvasObject
}

func newTableCells(columns []Column, cells []fyne.CanvasObject) *tableCells {
	t := &tableCells{cells: cells}
	t.body = tableRow(columns, cells)
	t.ExtendBaseWidget(t)
	return t
}

func tableHead(columns []Column) fyne.CanvasObject {
	titles := make([]fyne.CanvasObject, len(columns))
	for i, column := range columns {
		title := NewText(column.Title, theme.Caption, theme.InkFaint).Ellipsis()
		if column.Trailing {
			title.AlignTrailing()
		}
		titles[i] = title
	}
	return Fixed(0, 30, tableRow(columns, titles))
}

func tableRow(columns []Column, cells []fyne.CanvasObject) fyne.CanvasObject {
	placed := make([]fyne.CanvasObject, len(cells))
	for i, cell := range cells {
		switch column := columns[i]; {
		case column.Width == 0:
			placed[i] = Grow(cell)
		case column.DropBelow > 0:
			placed[i] = DropBelow(column.DropBelow, Fixed(column.Width, 0, cell))
		default:
			placed[i] = Fixed(column.Width, 0, cell)
		}
	}
	return Inset(0, theme.Space3, 0, theme.Space3, Row(theme.Space3, placed...))
}
