package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestLayerShots pictures what lies above a page.
func TestLayerShots(t *testing.T) {
	for suffix, mode := range map[string]theme.Mode{"light": theme.AlwaysLight, "dark": theme.AlwaysDark} {
		app := viewtest.App(t)
		app.Settings().SetTheme(theme.New(mode))
		page := kit.PageList(kit.Toolbar("Containers", "4 running"), sampleList(20))
		root := kit.NewRoot(page)
		w := viewtest.Window(t, root, 1000, 640)
		root.Toasts.Add(kit.Toast{Tone: kit.Good, Title: "web is running", Text: "Open it at http://localhost:8080", Actions: []kit.ToastAction{{Label: "Open", Tapped: nothing}}})
		root.Toasts.Add(kit.Toast{Tone: kit.Problem, Title: "Could not stop db", Text: "The engine did not answer within 10 seconds. Nothing was changed, and what runs goes on running.", Actions: []kit.ToastAction{{Label: "Try again", Tapped: nothing}, {Label: "Details", Tapped: nothing}}})
		viewtest.Settle(w)
		viewtest.ShotWindow(t, "toasts-"+suffix, w)
		root.Toasts.Clear()
		menu := kit.ShowMenuAt(w.Canvas(), fyne.NewPos(700, 200),
			kit.MenuItem{Icon: theme.IconLogs, Label: "Show the log", Shortcut: "Ctrl+L"},
			kit.MenuItem{Icon: theme.IconPause, Label: "Pause", Disabled: true, Reason: "It is not running"},
			kit.MenuSeparator(), kit.MenuItem{Icon: theme.IconTrash, Label: "Remove…", Danger: true})
		viewtest.Key(w, fyne.KeyDown)
		viewtest.ShotWindow(t, "menu-"+suffix, w)
		menu.Close()
		dialog := kit.Confirm(w.Canvas(), kit.Confirmation{
			Title: "Remove 2 containers?", Text: "Their logs and what they wrote outside volumes go for good.",
			Lost: []string{"blog-web", "blog-db"}, Option: "Remove their volumes too", Verb: "Remove 2", Cancel: "Keep them", Destructive: true,
		})
		viewtest.ShotWindow(t, "confirm-"+suffix, w)
		dialog.Close()
		kit.ShowSheet(w.Canvas(), kit.Sheet(kit.Row(theme.Space3, kit.Glyph("nginx", "N", 40), kit.Grow(kit.NewText("Run nginx", theme.Heading, theme.Ink)), kit.IconButton(theme.IconCross, "Close", nothing)),
			forms(), kit.Row(theme.Space2, kit.Grow(kit.NewText("23 MB to download", theme.Small, theme.InkFaint)), kit.Button(kit.Quiet, "", "Cancel", nothing), kit.Button(kit.Primary, theme.IconPlay, "Run", nothing))), nil)
		viewtest.ShotWindow(t, "sheet-"+suffix, w)
		viewtest.Shot(t, "empty-"+suffix, mode, fyne.NewSize(900, 600), func() fyne.CanvasObject {
			return kit.EmptyState(theme.IconVolume, "No volumes yet", "A volume keeps files when its container is removed.",
				kit.LargeButton(kit.Primary, theme.IconPlus, "Create a volume", nothing), kit.CommandBar("Copy", "Copied", "docker volume create my-data"))
		})
	}
}
