package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// Icon shows one of the theme's stroke icons in a colour token.
type Icon struct {
	widget.BaseWidget

	name  theme.IconName
	color theme.Color
	size  float32
}

// NewIcon returns an icon of the given size.
func NewIcon(name theme.IconName, size float32, color theme.Color) *Icon {
	i := &Icon{name: name, color: color, size: size}
	i.ExtendBaseWidget(i)
	return i
}

// SetColor replaces the colour token.
func (i *Icon) SetColor(color theme.Color) { i.color = color; i.Refresh() }

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	image := &canvas.Image{FillMode: canvas.ImageFillContain}
	r := &iconRenderer{icon: i, image: image}
	r.Refresh()
	return r
}

type iconRenderer struct {
	icon  *Icon
	image *canvas.Image
}

func (r *iconRenderer) Destroy()                     {}
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }
func (r *iconRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(r.icon.size) }

func (r *iconRenderer) Layout(size fyne.Size) {
	r.image.Resize(fyne.NewSquareSize(r.icon.size))
	r.image.Move(fyne.NewPos(0, (size.Height-r.icon.size)/2))
}

func (r *iconRenderer) Refresh() {
	r.image.Resource = theme.NewIcon(r.icon.name, r.icon.color)
	r.Layout(r.icon.Size())
	r.image.Refresh()
}

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
	name, _, _ := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	sum := 9
	for _, b := range []byte(name) {
		sum = sum*131%9973 + int(b)
	}
	return Hues[sum%len(Hues)]
}

// Glyph is the coloured square with initials that stands for an image.
func Glyph(name, initials string, size float32) fyne.CanvasObject {
	hue := HueOf(name)
	style := theme.Style{Font: theme.Strong.Font, Size: size * 0.38}
	return Fixed(size, size, container.NewStack(
		NewSurface(hue.Soft, size*0.28),
		container.NewCenter(NewText(initials, style, hue.Ink)),
	))
}

// IconTile is a glyph with an icon instead of initials.
func IconTile(icon theme.IconName, size float32, ink, soft theme.Color) fyne.CanvasObject {
	return Fixed(size, size, container.NewStack(
		NewSurface(soft, size*0.28),
		container.NewCenter(NewIcon(icon, size*0.52, ink)),
	))
}
