package kit_test

import (
	"testing"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestGoldens holds the build of the widgets that everything else is made of.
func TestGoldens(t *testing.T) {
	for suffix, mode := range map[string]theme.Mode{"light": theme.AlwaysLight, "dark": theme.AlwaysDark} {
		app := viewtest.App(t)
		app.Settings().SetTheme(theme.New(mode))
		w := viewtest.Window(t, kit.Pad(theme.Space4, kit.Col(theme.Space4, buttonStates())), 420, 260)
		viewtest.Golden(t, "buttons-"+suffix+".xml", w)
	}
	viewtest.App(t)
	w := viewtest.Window(t, sampleList(8), 500, 420)
	viewtest.Golden(t, "list.xml", w)
	kit.Confirm(w.Canvas(), kit.Confirmation{
		Title: "Remove web?", Text: "Its log goes too.", Lost: []string{"web"}, Option: "Its volumes too",
		Verb: "Remove", Cancel: "Keep", Destructive: true, OnConfirm: func(bool) {},
	})
	viewtest.Golden(t, "confirm.xml", w)
}
