package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"escale/views/kit"
	"escale/views/theme"
)

// Fyne forgets the renderer of what was out of sight for a minute; the next one
// must draw the same without being laid out again.
func TestNewRendererDrawsTheSame(t *testing.T) {
	for name, make := range map[string]func() fyne.Widget{
		"paragraph": func() fyne.Widget {
			return kit.NewParagraph("A fast web server. Put your pages in its folder.", theme.Small, theme.Ink)
		},
		"cut paragraph": func() fyne.Widget {
			return kit.NewParagraph("A fast web server. Put your pages in its folder.", theme.Small, theme.Ink).MaxLines(1)
		},
		"short text": func() fyne.Widget { return kit.NewText("A long name of something", theme.Body, theme.Ink).Ellipsis() },
		"button":     func() fyne.Widget { return kit.Button(kit.Primary, theme.IconPlay, "Run", func() {}) },
		"surface":    func() fyne.Widget { return kit.NewSurface(theme.Sunken, 8) },
		"icon":       func() fyne.Widget { return kit.NewIcon(theme.IconCopy, 18, theme.Ink) },
	} {
		t.Run(name, func(t *testing.T) {
			w := make()
			test.NewTempWindow(t, w).Resize(fyne.NewSize(180, 120))
			before, after := drawn(test.WidgetRenderer(w)), drawn(w.CreateRenderer())
			if len(before) == 0 || len(before) != len(after) {
				t.Fatalf("%d objects, then %d", len(before), len(after))
			}
			for i := range before {
				if before[i] != after[i] {
					t.Errorf("object %d: %v, then %v", i, before[i], after[i])
				}
			}
		})
	}
}

// piece is what can be seen of an object.
type piece struct {
	at   fyne.Position
	size fyne.Size
	text string
}

func drawn(r fyne.WidgetRenderer) []piece {
	var pieces []piece
	for _, o := range r.Objects() {
		p := piece{at: o.Position(), size: o.Size()}
		if text, ok := o.(*canvas.Text); ok {
			p.text = text.Text
		}
		pieces = append(pieces, p)
	}
	return pieces
}
