package discover

import "fyne.io/fyne/v2"

// reading keeps text at a width that is easy to read, on the left.
type reading struct{ width float32 }

// MinSize implements fyne.Layout.
func (r reading) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

// Layout implements fyne.Layout.
func (r reading) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSize(min(r.width, size.Width), size.Height))
}
