package life

import (
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/recipefile"
	"escale/app/run"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// OtherSources are the ways to fill the run form in from elsewhere.
func OtherSources(h nav.Host) []kit.MenuItem {
	return []kit.MenuItem{
		{Icon: theme.IconFile, Label: say.L("recipe.open"), OnTapped: func() { OpenRecipe(h) }},
		{Icon: theme.IconTerminal, Label: say.L("paste.open"), OnTapped: func() { PasteLine(h, "") }},
	}
}

// OpenRecipe asks for a recipe file, and opens it.
func OpenRecipe(h nav.Host) {
	ChooseFile(h.Window().Canvas(), say.L("recipe.open.title"), recipefile.Ending, func(path string) {
		h.Open(nav.Route{Place: nav.Run, File: path})
	})
}

// SaveRecipe writes a form as a recipe file, where the user wants it, once it
// has said what is not in it. more is what the form itself does not hold.
func SaveRecipe(h nav.Host, f run.Form, more []command.Left) {
	data, left, err := recipefile.Encode(f)
	if err != nil {
		words := say.RecipeUnsavable(err)
		h.Toast(kit.Problem, words.Title, words.Hint)
		return
	}
	name := recipefile.NameFor(f)
	lines := savedLines(left, more)
	if len(lines) == 0 {
		chooseRecipe(h, name, data)
		return
	}
	var layer *kit.Layer
	parts := []fyne.CanvasObject{
		kit.NewParagraph(say.L("recipe.left.title"), theme.Heading, theme.Ink),
		kit.NewParagraph(say.L("recipe.left.text"), theme.Body, theme.InkMuted),
	}
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Dismiss() })
	next := kit.Button(kit.Primary, "", say.L("recipe.left.next"), func() {
		layer.Close()
		chooseRecipe(h, name, data)
	})
	parts = append(parts, atMost(260, kit.Col(theme.Space2, lines...)), kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, next))
	layer = kit.ShowDialog(h.Window().Canvas(), kit.Col(theme.Space3, parts...), 520, nil)
	layer.Focus(next)
}

// savedLines say what is not in a file, one line for each reason.
func savedLines(left []recipefile.Left, more []command.Left) (lines []fyne.CanvasObject) {
	names := map[recipefile.LeftKind][]string{}
	for _, l := range left {
		names[l.Kind] = append(names[l.Kind], l.Name)
	}
	add := func(tone kit.Tone, kind recipefile.LeftKind, words func(names string) string) {
		if len(names[kind]) > 0 {
			lines = append(lines, kit.Hint(tone, words(strings.Join(names[kind], ", ")), nil))
		}
	}
	add(kit.Note, recipefile.LeftSecret, func(n string) string { return say.L("recipe.left.secret", "Names", n) })
	add(kit.Note, recipefile.LeftHidden, func(n string) string { return say.L("recipe.left.hidden", "Names", n) })
	add(kit.Note, recipefile.LeftFolder, func(n string) string { return say.L("recipe.left.folder", "Names", n) })
	add(kit.Note, recipefile.LeftFiles, func(n string) string { return say.L("recipe.left.files", "Names", n) })
	add(kit.Caution, recipefile.KeptSecret, func(n string) string { return say.L("recipe.left.kept", "Names", n) })
	var words []string
	for _, l := range more {
		if l.Why == command.NotHeld || l.Why == command.Wall {
			words = append(words, l.Words)
		}
	}
	if len(words) > 0 {
		lines = append(lines, kit.Hint(kit.Note, say.LeftWords(command.NotHeld, strings.Join(words, "  ·  ")), nil))
	}
	return lines
}

// atMost scrolls what is higher than it may be.
func atMost(height float32, o fyne.CanvasObject) fyne.CanvasObject {
	o.Resize(fyne.NewSize(480, 0)) // wrapped text knows its height at a width
	if o.MinSize().Height <= height {
		return o
	}
	return kit.Fixed(0, height, kit.Scrolled(o))
}

// chooseRecipe asks where to write, and whether what is there may go.
func chooseRecipe(h nav.Host, name string, data []byte) {
	SaveAs(h, say.L("recipe.save.title"), say.L("recipe.save.verb"), name, recipefile.Ending, func(path string) { writeRecipe(h, path, data) })
}

// SaveAs asks where to write a file with an ending, such as ".png", and whether one
// that is there may go; then it calls write, on the UI goroutine.
func SaveAs(h nav.Host, title, verb, name, ending string, write func(path string)) {
	words := chooserWords()
	words.Title, words.Choose = title, verb
	kit.ShowChooser(h.Window().Canvas(), kit.Chooser{
		Kind: kit.ANewFile, Start: name, Ending: ending, Words: words,
		OnChosen: func(path string) {
			if !strings.EqualFold(filepath.Ext(path), ending) {
				path += ending
			}
			go func() { // a disk may be far away, or asleep
				_, err := os.Lstat(path)
				h.Post(func() {
					if err != nil {
						write(path)
						return
					}
					kit.Confirm(h.Window().Canvas(), kit.Confirmation{
						Title: say.L("recipe.replace.title", "Name", filepath.Base(path)), Text: say.L("recipe.replace.text"),
						Verb: say.L("recipe.replace.verb"), Cancel: say.L("action.cancel"), Destructive: true,
						OnConfirm: func(bool) { write(path) },
					})
				})
			}()
		},
	})
}

func writeRecipe(h nav.Host, path string, data []byte) {
	go func() {
		err := recipefile.Write(path, data)
		h.Post(func() {
			if err != nil {
				h.Toast(kit.Problem, say.L("recipe.unsaved", "Name", filepath.Base(path)), say.L("recipe.unsaved.text"))
				return
			}
			h.Toast(kit.Good, say.L("recipe.saved", "Name", filepath.Base(path)), say.L("recipe.saved.text", "Folder", filepath.Dir(path)))
		})
	}()
}
