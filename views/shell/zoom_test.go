package shell

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/settings"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestLargeText opens every screen, and the run sheet, in the smallest window
// with large text, in both languages: all of it still fits.
func TestLargeText(t *testing.T) {
	t.Cleanup(func() { theme.SetZoom(1) })
	routes := []nav.Route{{Place: nav.Container, ID: "a1"}, {Place: nav.Container, ID: "a1", Tab: "logs"}, {Place: nav.Repository, ID: "nginx"}}
	for _, d := range destinations {
		routes = append(routes, nav.Route{Place: d.place})
	}
	routes = append(routes, nav.Route{Place: nav.Run, ID: "nginx"}) // over the last screen
	for _, language := range []string{"en", "fr"} {
		r := newRig(t, settings.Prefs{Window: settings.Window{Width: leastWidth, Height: leastHeight}})
		r.fake.AddImage(engine.Image{ID: "sha256:111111111111", Tags: []string{"nginx:1.29", "nginx:latest"}, SizeBytes: 192e6, Created: time.Now()})
		r.fake.AddVolume(engine.Volume{Name: "blog-files", SizeBytes: 188e6, Mountpoint: "/var/lib/docker/volumes/blog-files/_data"})
		r.until(t, "all is listed", func() bool {
			return len(r.app.Store.Images.Get().Rows) == 1 && len(r.app.Store.Volumes.Get().Rows) == 1
		})
		for _, zoom := range []float32{1.3, theme.ZoomMax} {
			if err := r.app.Settings.Update(func(p *settings.Prefs) { p.Language, p.TextScale = language, zoom }); err != nil {
				t.Fatal(err)
			}
			r.settle()
			for _, route := range routes {
				r.Open(route)
				r.settle()
				r.nothingIsCut(t, fmt.Sprintf("%s at %v: %s %s", language, zoom, route.Place, route.Tab))
				viewtest.ShotWindow(t, fmt.Sprintf("zoom-%s-%v-%s%s", language, zoom, route.Place, route.Tab), r.w)
			}
			r.sheet.Close()
		}
	}
}

// nothingIsCut checks that the window is large enough for what it shows, and
// that every control has the width that it needs, inside the window.
func (r *rig) nothingIsCut(t *testing.T, where string) {
	t.Helper()
	if least := r.w.Content().MinSize(); least.Width > leastWidth || least.Height > leastHeight {
		t.Errorf("%s needs %v", where, least)
	}
	const tight = 4 // icon buttons among facts are that much smaller
	driver := fyne.CurrentApp().Driver()
	viewtest.Visit(r.w, func(o fyne.CanvasObject) {
		control, ok := o.(*kit.Press)
		if !ok {
			return
		}
		left, width := driver.AbsolutePositionForObject(o).X, o.Size().Width
		if left < 0 || left+width > leastWidth || width < o.MinSize().Width-tight {
			t.Errorf("%s: %q goes from %v to %v and needs a width of %v", where, control.Label(), left, left+width, o.MinSize().Width)
		}
	})
}
