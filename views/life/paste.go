package life

import (
	"escale/app/command"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// PasteLine asks for a docker run line, beginning with what was pasted already,
// and fills the run form in with it.
func PasteLine(h nav.Host, pasted string) {
	var layer *kit.Layer
	area := kit.NewArea(pasted, "docker run -d -p 8080:80 nginx", 6).Mono()
	area.SetName(say.L("paste.line"))
	hint := kit.Hint(kit.Note, "", nil)
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Dismiss() })
	fill := kit.Button(kit.Primary, "", say.L("paste.fill"), func() {
		layer.Close()
		h.Open(nav.Route{Place: nav.Run, Line: area.Text()})
	})
	draw := func() {
		tone, words, reason := pasteWords(area.Text())
		hint.Set(tone, words, nil)
		fill.SetDisabled(reason)
	}
	area.OnChanged = func(string) { draw() }
	draw()
	layer = kit.ShowDialog(h.Window().Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(say.L("paste.title"), theme.Heading, theme.Ink),
		kit.NewParagraph(say.L("paste.text"), theme.Body, theme.InkMuted),
		area, hint,
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, fill)), 560, nil)
	layer.Focus(area.Focusable())
}

// pasteWords say what becomes of a line, and why the form cannot be filled in
// yet; no reason when it can.
func pasteWords(line string) (tone kit.Tone, words, reason string) {
	if line == "" {
		return kit.Note, say.L("paste.empty"), say.L("paste.empty")
	}
	reading, err := command.Read(line)
	if err != nil {
		words = say.LineProblem(err)
		return kit.Caution, words, words
	}
	return kit.Good, say.L("paste.good", "Image", reading.Spec.Image), ""
}
