package compare

import (
	"bytes"
	"fmt"
	"image/png"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"

	"escale/app/compare"
	"escale/app/wholefile"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// picture is what was measured, drawn: on the screen, and in the file that is saved.
func picture(r compare.Result) *fyne.Container {
	parts := []fyne.CanvasObject{
		kit.NewText(say.L("compare.measured"), theme.Heading, theme.Ink),
		kit.NewParagraph(where(r), theme.Small, theme.InkMuted),
	}
	for _, row := range rows(r) {
		parts = append(parts, kit.Col(theme.Space2,
			kit.NewText(row.name, theme.SmallLabel, theme.Ink),
			kit.CompareBars(
				kit.Comparison{Name: say.L("compare.container"), Figure: row.container, Part: row.containerPart, Ink: theme.Running},
				kit.Comparison{Name: say.L("compare.machine"), Figure: row.machine, Part: row.machinePart, Ink: theme.Accent},
			)))
	}
	parts = append(parts, kit.NewParagraph(hypervisor(r), theme.Small, theme.InkMuted))
	return kit.Card(kit.Col(theme.Space4, parts...))
}

// table has the figures of the texts beside what was measured.
func table(r compare.Result) fyne.CanvasObject {
	line := func(cells [4]string, style theme.Style, ink theme.Color) fyne.CanvasObject {
		var row []fyne.CanvasObject
		for i, cell := range cells {
			weight := float32(2)
			if i == 0 || i == 3 {
				weight = 3
			}
			row = append(row, kit.GrowBy(weight, kit.NewParagraph(cell, style, ink)))
		}
		return kit.Row(theme.Space3, row...)
	}
	lines := []fyne.CanvasObject{line(header(), theme.SmallLabel, theme.InkMuted)}
	for _, row := range rows(r) {
		lines = append(lines, kit.Divider(), line(row.cells(), theme.Small, theme.Ink))
	}
	return kit.Card(kit.Col(theme.Space2, lines...))
}

// What a picture in a file is like.
const (
	pictureWidth = 900
	pictureScale = 2
	pictureEdge  = theme.Space5
)

// drawPicture is the picture as a PNG, in the colours of the screen. It belongs to
// the UI goroutine.
func drawPicture(r compare.Result) ([]byte, error) {
	content := kit.Inset(pictureEdge, pictureEdge, pictureEdge, pictureEdge, kit.Col(theme.Space3,
		kit.NewText(say.L("compare.title"), theme.Title, theme.Ink), picture(r)))
	canvas := software.NewCanvas()
	canvas.SetPadded(false)
	canvas.SetScale(pictureScale)
	canvas.SetContent(content)
	for range 3 { // wrapped text knows its height at a width
		canvas.Resize(fyne.NewSize(pictureWidth, max(content.MinSize().Height, 1)))
		content.Refresh()
	}
	image := canvas.Capture()
	if image.Bounds().Empty() {
		return nil, errNoPicture
	}
	var out bytes.Buffer
	if err := png.Encode(&out, image); err != nil {
		return nil, fmt.Errorf("draw picture: %w", err)
	}
	return out.Bytes(), nil
}

// save asks where the picture goes, and writes it there.
func (s *Screen) save() {
	data, err := drawPicture(*s.drawn)
	if err != nil {
		s.host.Fail(err, nil)
		return
	}
	life.SaveAs(s.host, say.L("compare.save"), say.L("compare.save.verb"), say.L("compare.save.name")+".png", ".png", func(path string) {
		go func() {
			err := wholefile.Write(path, data, 0o644)
			s.host.Post(func() {
				if err != nil {
					s.host.Toast(kit.Problem, say.L("compare.unsaved", "Name", filepath.Base(path)), say.L("compare.unsaved.text"))
					return
				}
				s.host.Toast(kit.Good, say.L("compare.saved", "Name", filepath.Base(path)), say.L("compare.saved.text", "Folder", filepath.Dir(path)))
			})
		}()
	})
}
