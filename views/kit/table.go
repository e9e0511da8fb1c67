package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Column is one column of a Table; a zero width takes what is left. A column
// with DropBelow leaves while the table is narrower than that.
type Column struct {
	Title     string
	Width     float32
	DropBelow float32
	Trailing  bool
}

// Table lays out rows of cells under quiet headings, without grid lines.
func Table(columns []Column, rows ...[]fyne.CanvasObject) fyne.CanvasObject {
	titles := make([]fyne.CanvasObject, len(columns))
	for i, column := range columns {
		title := NewText(column.Title, theme.Caption, theme.InkFaint).Ellipsis()
		if column.Trailing {
			title.AlignTrailing()
		}
		titles[i] = title
	}
	lines := []fyne.CanvasObject{Fixed(0, 30, tableRow(columns, titles)), Divider()}
	for _, cells := range rows {
		body := Fixed(0, 38, tableRow(columns, cells))
		lines = append(lines, NewPress(body, theme.RadiusBase, RowLook, func() {}))
	}
	return Col(0, lines...)
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
