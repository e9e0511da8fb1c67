package tray

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"

	"escale/app/store"
	"escale/engine"
	"escale/views/theme"
	"escale/views/viewtest"
)

// desk writes down what it is asked to show.
type desk struct {
	menus []*fyne.Menu
	icons []string
}

func (d *desk) SetSystemTrayMenu(m *fyne.Menu)       { d.menus = append(d.menus, m) }
func (d *desk) SetSystemTrayIcon(icon fyne.Resource) { d.icons = append(d.icons, icon.Name()) }

func TestBarShowsChangesOnly(t *testing.T) {
	d, did := &desk{}, []Action{}
	b := NewBar(d, func(a Action) { did = append(did, a) })
	facts := Facts{Connection: docker, Containers: listed(engine.Container{ID: "a1", Name: "my_web", State: engine.StateRunning})}
	if !b.Show(MenuOf(facts)) || b.Show(MenuOf(facts)) {
		t.Error("an equal menu is shown again")
	}
	facts.Containers.Rows = []engine.Container{{ID: "a1", Name: "my_web", State: engine.StatePaused}}
	b.Show(MenuOf(facts))
	facts.Connection.Phase = store.Unresponsive
	b.Show(MenuOf(facts))
	if len(d.menus) != 3 || len(d.icons) != 2 {
		t.Fatalf("%d menus and icons %v, want 3 and 2", len(d.menus), d.icons)
	}
	if d.menus[0] != d.menus[2] {
		t.Error("the toolkit is given another menu: as its loop begins, it shows the first one again")
	}
	menu := d.menus[2].Items
	if last := menu[len(menu)-1]; !last.IsQuit || last.Action == nil {
		t.Error("the toolkit would add a Quit of its own")
	} else {
		last.Action()
	}
	if len(did) != 1 || did[0].Do != Quit {
		t.Errorf("choosing the last entry did %v", did)
	}
}

// TestLabelsAreShownAsTheyAre: desktops underline the letter after a mark.
func TestLabelsAreShownAsTheyAre(t *testing.T) {
	for system, want := range map[string]string{"linux": "a__b & c", "windows": "a_b && c", "darwin": "a_b & c"} {
		if got := plainLabel("a_b & c", system); got != want {
			t.Errorf("on %s %q, want %q", system, got, want)
		}
	}
}

// pixels draws an icon as the toolkit does for the tray.
func pixels(t *testing.T, state State) image.Image {
	t.Helper()
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(canvas.NewImageFromResource(theme.TrayIcon(string(state))))
	c.Resize(fyne.NewSquareSize(64))
	return c.Capture()
}

// over is the luminance, 0 to 1, of a pixel that lies on a panel.
func over(c color.Color, panel float64) float64 {
	r, g, b, a := c.RGBA()
	part := func(v uint32) float64 {
		s := float64(v)/0xffff + panel*(1-float64(a)/0xffff)
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// TestIcons checks that the icon is seen on light panels and on dark ones, and
// that its states differ in brightness, not in colour alone.
func TestIcons(t *testing.T) {
	viewtest.App(t)
	states := []State{Running, Starting, Stopped, Trouble}
	drawn := map[State]image.Image{}
	for _, s := range states {
		if res := theme.TrayIcon(string(s)); bytes.Equal(res.Content(), theme.Logo().Content()) {
			t.Fatalf("%s has no icon of its own", s)
		}
		drawn[s] = pixels(t, s)
		for _, panel := range []float64{0, 0.13, 0.94, 1} { // black, dark, light, white
			back := over(color.Transparent, panel)
			seen := count(drawn[s], func(x, y int) bool {
				l := over(drawn[s].At(x, y), panel)
				return (math.Max(l, back)+0.05)/(math.Min(l, back)+0.05) >= 3
			})
			if seen < 64*64/4 {
				t.Errorf("on a panel of %v only %d pixels of %q can be seen", panel, seen, s)
			}
		}
	}
	for i, a := range states {
		for _, b := range states[i+1:] {
			differ := count(drawn[a], func(x, y int) bool {
				return math.Abs(over(drawn[a].At(x, y), 0.5)-over(drawn[b].At(x, y), 0.5)) > 0.15
			})
			if differ < 100 {
				t.Errorf("%q and %q differ in %d pixels only", a, b, differ)
			}
		}
	}
}

func count(img image.Image, is func(x, y int) bool) (n int) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if is(x, y) {
				n++
			}
		}
	}
	return n
}
