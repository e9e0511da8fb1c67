package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
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
func (i *Icon) SetColor(color theme.Color) { i.Set(i.name, color) }

// Set replaces the icon and its colour token; the same ones cost nothing.
func (i *Icon) Set(name theme.IconName, color theme.Color) {
	if i.name != name || i.color != color {
		i.name, i.color = name, color
		i.Refresh()
	}
}

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
