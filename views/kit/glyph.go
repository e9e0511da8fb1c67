package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Hue is a decorative colour pair for glyphs.
type Hue struct{ Ink, Soft theme.Color }

// Hues are assigned to images by a hash of their name, so that an image keeps
// its colour everywhere.
var Hues = []Hue{
	{theme.Accent, theme.AccentSoft},
	{theme.Teal, theme.TealSoft},
	{theme.Paused, theme.PausedSoft},
	{theme.Rose, theme.RoseSoft},
	{theme.Busy, theme.BusySoft},
}

// HueOf returns the colours of an image, whatever its tag.
func HueOf(image string) Hue {
	name := image[strings.LastIndex(image, "/")+1:]
	if i := strings.IndexAny(name, ":@"); i > 0 {
		name = name[:i]
	}
	sum := 9
	for _, b := range []byte(name) {
		sum = sum*131%9973 + int(b)
	}
	return Hues[sum%len(Hues)]
}

// GlyphBox is a Glyph that can show another image.
type GlyphBox struct {
	composite

	back *Surface
	text *Text
}

// Glyph is the coloured square with initials that stands for an image.
func Glyph(name, initials string, size float32) *GlyphBox {
	hue := HueOf(name)
	style := theme.Style{Font: theme.Strong.Font, Size: size * 0.38, Set: true}
	g := &GlyphBox{back: NewSurface(hue.Soft, size*0.28), text: NewText(initials, style, hue.Ink)}
	g.body = Fixed(size, size, container.NewStack(g.back, container.NewCenter(g.text)))
	g.ExtendBaseWidget(g)
	return g
}

// Set shows another image.
func (g *GlyphBox) Set(name, initials string) {
	hue := HueOf(name)
	g.back.Set(hue.Soft, theme.Transparent, Flat)
	g.text.Set(initials, hue.Ink)
}

// IconTile is a glyph with an icon instead of initials.
func IconTile(icon theme.IconName, size float32, ink, soft theme.Color) fyne.CanvasObject {
	return Fixed(size, size, container.NewStack(
		NewSurface(soft, size*0.28),
		container.NewCenter(NewIcon(icon, size*0.52, ink)),
	))
}
