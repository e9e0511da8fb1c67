package life

import (
	"strings"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// Choose asks for a folder or a file of this computer, beginning with what was
// typed.
func Choose(c fyne.Canvas, kind kit.Choosing, typed string, chosen func(path string)) *kit.Layer {
	title := say.L("choose.folder")
	verb := say.L("choose.folder.verb")
	switch kind {
	case kit.AFile:
		title, verb = say.L("choose.file"), say.L("choose.file.verb")
	case kit.ANewFile:
		title, verb = say.L("choose.newfile"), say.L("choose.newfile.verb")
	case kit.AFolder:
	}
	words := chooserWords()
	words.Title, words.Choose = title, verb
	return kit.ShowChooser(c, kit.Chooser{Kind: kind, Start: strings.TrimSpace(typed), OnChosen: chosen, Words: words})
}

// chooserWords are what every chooser says; title and verb are its own.
func chooserWords() kit.ChooserWords {
	return kit.ChooserWords{
		Cancel: say.L("action.cancel"), Up: say.L("choose.up"), Home: say.L("choose.home"),
		Place: say.L("choose.place"), Name: say.L("choose.name"), Empty: say.L("choose.empty"), Closed: say.L("choose.closed"),
		Computer: say.L("choose.computer"), Reading: say.L("choose.reading"),
	}
}

// ChooseButton is the small button in an input for a path, which opens Choose.
// What was typed stays unless something is chosen, which counts as typed.
func ChooseButton(c func() fyne.Canvas, input *kit.Input, kind kit.Choosing) *kit.Press {
	return kit.IconButton(theme.IconFolder, say.L("choose.button"), func() {
		Choose(c(), kind, input.Text(), func(path string) {
			input.SetText(path)
			if input.OnChanged != nil {
				input.OnChanged(path)
			}
		})
	})
}

// ChooseFile asks for a file whose name has an ending.
func ChooseFile(c fyne.Canvas, title, ending string, chosen func(path string)) *kit.Layer {
	words := chooserWords()
	words.Title, words.Choose = title, say.L("choose.file.verb")
	return kit.ShowChooser(c, kit.Chooser{Kind: kit.AFile, Ending: ending, Words: words, OnChosen: chosen})
}
