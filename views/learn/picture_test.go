package learn

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestPictures draws every picture of every lesson as the reader does, wide, and as
// in the smallest window: no word is cut off.
func TestPictures(t *testing.T) {
	defer say.SetLanguage("en")
	for _, look := range []struct {
		name, language string
		mode           theme.Mode
		width          float32
	}{
		{"light-en", "en", theme.AlwaysLight, 680},
		{"dark-en", "en", theme.AlwaysDark, 680},
		{"light-fr", "fr", theme.AlwaysLight, 680},
		{"dark-fr-narrow", "fr", theme.AlwaysDark, 663},
	} {
		say.SetLanguage(look.language)
		viewtest.App(t)
		fyne.CurrentApp().Settings().SetTheme(theme.New(look.mode))
		for _, l := range lesson.All(look.language) {
			for i, drawn := range pictures(t, l) {
				draw(t, fmt.Sprintf("picture-%s-%s-%d", l.ID, look.name, i+1), drawn, look.width)
			}
		}
	}
}

// pictures are those of a lesson, which has one at least.
func pictures(t *testing.T, l *lesson.Lesson) (all []*lesson.Picture) {
	t.Helper()
	for _, s := range l.Steps {
		for _, block := range s.Blocks {
			if drawn, is := block.(*lesson.Picture); is {
				all = append(all, drawn)
			}
		}
	}
	if len(all) == 0 {
		t.Errorf("%s has no picture", l.ID)
	}
	return all
}

func draw(t *testing.T, name string, drawn *lesson.Picture, width float32) {
	t.Helper()
	picture := Picture(drawn)
	w := viewtest.Window(t, container.NewStack(kit.NewSurface(theme.Canvas, 0), kit.Pad(theme.Space4, kit.Col(0, picture))),
		width, picture.MinSize().Height+2*theme.Space4+40)
	viewtest.ShotWindow(t, name, w)
	for _, box := range drawn.Boxes {
		o := viewtest.Find(w, strings.ReplaceAll(box.Label, "|", " "))
		if o == nil {
			t.Errorf("%s: no box %q", name, box.Label)
			continue
		}
		const inset = 12
		for line := range strings.SplitSeq(box.Label, "|") {
			if need := kit.NewText(line, theme.SmallLabel, theme.Ink).MinSize().Width + inset; need > o.Size().Width {
				t.Errorf("%s: %q needs %v, its box has %v", name, line, need, o.Size().Width)
			}
		}
	}
}
