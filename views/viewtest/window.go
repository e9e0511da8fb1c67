// Package viewtest helps tests of views: a queue instead of the event loop, a
// window in our theme, and hands that tap and type by the words on screen.
package viewtest

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"escale/views/kit"
	"escale/views/theme"
)

// Smallest is the smallest window that every screen must fit, without the
// sidebar's width.
var Smallest = fyne.NewSize(900, 600)

// App starts a test app in our light theme for the time of the test. Widgets
// need one: call it before making any, unless Window comes first.
func App(tb testing.TB) fyne.App {
	tb.Helper()
	app := test.NewTempApp(tb)
	app.Settings().SetTheme(theme.New(theme.AlwaysLight))
	tb.Cleanup(kit.UsePoster(NewQueue())) // timers of tooltips and toasts wait forever
	return app
}

// Window shows content in a window of w by h for the time of the test. Content
// that is not a kit.Root gets one.
func Window(tb testing.TB, content fyne.CanvasObject, w, h float32) fyne.Window {
	tb.Helper()
	if !started() {
		App(tb)
	}
	if _, ok := content.(*kit.Root); !ok {
		content = kit.NewRoot(content)
	}
	window := test.NewTempWindow(tb, content)
	window.SetPadded(false)
	window.Resize(fyne.NewSize(w, h))
	Settle(window)
	return window
}

func started() bool {
	app := fyne.CurrentApp()
	if app == nil {
		return false
	}
	_, ours := app.Settings().Theme().(*theme.Escale)
	return ours
}

// Settle lays the window out until nothing moves: the real driver does so by
// itself when wrapped text changes its height.
func Settle(w fyne.Window) {
	for range 3 {
		objects := append([]fyne.CanvasObject{w.Content()}, w.Canvas().Overlays().List()...)
		for _, o := range objects {
			layOut(o)
		}
	}
}

// layOut lays out an object and all it holds, from the outside in.
func layOut(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, o.Size())
		}
		for _, child := range o.Objects {
			layOut(child)
		}
	case fyne.Widget:
		r := test.WidgetRenderer(o)
		r.Layout(o.Size())
		for _, child := range r.Objects() {
			layOut(child)
		}
	}
}

// Fits fails the test if content needs more room than size, in the window's
// current language and theme.
func Fits(tb testing.TB, content fyne.CanvasObject, size fyne.Size) {
	tb.Helper()
	w := Window(tb, content, size.Width, size.Height)
	if least := w.Content().MinSize(); least.Width > size.Width || least.Height > size.Height {
		tb.Errorf("content needs %v, more than %v", least, size)
	}
}

// Golden compares what the window shows with testdata/name, which ends in .xml.
func Golden(t *testing.T, name string, w fyne.Window) {
	t.Helper()
	Settle(w)
	test.AssertRendersToMarkup(t, name, w.Canvas())
}

// Shot writes a picture of the content that build makes, in an appearance, when
// ESCALE_SHOTS names a folder: for looking at screens while making them.
func Shot(tb testing.TB, name string, mode theme.Mode, size fyne.Size, build func() fyne.CanvasObject) {
	tb.Helper()
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	App(tb).Settings().SetTheme(theme.New(mode))
	ShotWindow(tb, name, Window(tb, build(), size.Width, size.Height))
}

// ShotWindow writes a picture of a window when ESCALE_SHOTS names a folder.
func ShotWindow(tb testing.TB, name string, w fyne.Window) {
	tb.Helper()
	folder := os.Getenv("ESCALE_SHOTS")
	if folder == "" {
		return
	}
	Settle(w)
	file, err := os.Create(filepath.Join(folder, filepath.Base(name)+".png")) //nolint:gosec // the developer chose the folder
	if err != nil {
		tb.Fatal(err)
	}
	if err := png.Encode(file, w.Canvas().Capture()); err != nil {
		tb.Error(err)
	}
	if err := file.Close(); err != nil {
		tb.Error(err)
	}
}
