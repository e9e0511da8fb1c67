package runsheet

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app"
	"escale/app/command"
	"escale/app/recipefile"
	"escale/app/run"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// Source is what fills a form in that is not Escale's own. The zero value is
// none.
type Source struct {
	Key   string                   // tells its drafts apart
	Title string                   // where the form comes from
	Form  func(run.Facts) run.Form // fills it in
	Left  []command.Left           // what the form does not hold
	Own   bool                     // it comes with Escale
	Mine  []string                 // it is the user's own: what to know of it, in place of warnings; nil for others
}

// FromFile is a recipe file that was read.
func FromFile(path string, file recipefile.File) Source {
	return Source{Key: "file:" + path, Title: say.L("run.given.file", "Name", filepath.Base(path)), Form: file.Form}
}

// FromTask is what a lesson fills in for one of its tasks. One that comes with
// Escale is nobody else's: what it fills in needs no warning.
func FromTask(key string, file recipefile.File, foreign bool) Source {
	title := say.L("learn.given")
	if foreign {
		title = say.L("learn.given.foreign")
	}
	return Source{Key: "task:" + key, Title: title, Form: file.Form, Own: !foreign}
}

// FromKept is a container that was kept from the playground.
func FromKept(kept app.Kept) Source {
	mine := []string{say.L("playground.kept.text", "Image", kept.Spec.Image)}
	if n := len(kept.Volumes); n > 0 {
		mine = append(mine, say.N("playground.kept.volumes", n, "Paths", strings.Join(kept.Volumes, ", ")))
	}
	return Source{
		Key: "kept:" + kept.Spec.Image, Title: say.L("playground.kept.title"), Left: kept.Left, Mine: mine,
		Form: func(facts run.Facts) run.Form {
			form, _ := run.FromSpec(kept.Spec, facts)
			return form
		},
	}
}

// FromLine is a docker run line that somebody pasted; its error is one of
// command.Read.
func FromLine(line string) (Source, error) {
	reading, err := command.Read(line)
	if err != nil {
		return Source{}, err
	}
	_, left := run.FromLine(reading, run.Facts{})
	return Source{Key: "line:" + line, Title: say.L("run.given.line"), Left: left, Form: func(facts run.Facts) run.Form {
		form, _ := run.FromLine(reading, facts)
		return form
	}}, nil
}

// drawGiven says where the form comes from, what of it reaches beyond the
// container as it stands now, and what was not taken over.
func (v *formView) drawGiven() {
	s := v.s
	v.givenBox.Hidden = s.source.Form == nil || s.source.Own
	if v.givenBox.Hidden {
		return
	}
	text, lines := say.L("run.given.text"), s.riskLines()
	if s.source.Mine != nil {
		text, lines = strings.Join(s.source.Mine, " "), nil
	}
	lines = append(lines, leftLines(s.source.Left)...)
	words := []string{text}
	for _, l := range lines {
		words = append(words, l.text)
	}
	if slices.Equal(words, v.givenWords) {
		return
	}
	v.givenWords = words
	parts := []fyne.CanvasObject{kit.Callout(kit.Note, s.source.Title, text)}
	for _, l := range lines {
		parts = append(parts, kit.Hint(l.tone, l.text, nil))
	}
	kit.SetChildren(v.givenBox, parts...)
}

// givenLine is one line of the box above the form.
type givenLine struct {
	tone kit.Tone
	text string
}

func (s *Sheet) riskLines() (lines []givenLine) {
	for _, r := range s.form.Risks() {
		tone := kit.Caution
		if r.Kind == run.RiskSocket || r.Kind == run.RiskHost {
			tone = kit.Problem
		}
		lines = append(lines, givenLine{tone, riskWords(r)})
	}
	if known := s.known(); len(known) > 0 {
		lines = append(lines, givenLine{kit.Caution, say.N("run.given.known", len(known), "Names", strings.Join(known, ", "))})
	}
	if len(lines) == 0 {
		lines = append(lines, givenLine{kit.Good, say.L("run.given.tame")})
	}
	return lines
}

// known are the variables with a secret that whoever has the source knows.
func (s *Sheet) known() (names []string) {
	for _, r := range s.given.Env {
		if r.IsSecret(s.given.Recipe) && !r.Generated && r.Value != "" && r.From == "" && s.form.Value(r.Name) == r.Value {
			names = append(names, r.Name)
		}
	}
	return names
}

func riskWords(r run.Risk) string {
	switch r.Kind {
	case run.RiskSocket:
		return say.L("run.risk.socket", "Path", r.Name)
	case run.RiskHost:
		return say.L("run.risk.host")
	case run.RiskFolder:
		if r.Name == "" {
			return say.L("run.risk.folder.asked", "Path", r.Place)
		}
		return say.L("run.risk.folder", "Name", r.Name)
	case run.RiskRead:
		if r.Name == "" {
			return say.L("run.risk.read.asked", "Path", r.Place)
		}
		return say.L("run.risk.read", "Name", r.Name)
	case run.RiskVolume:
		return say.L("run.risk.volume", "Name", r.Name)
	case run.RiskPublic:
		return say.L("run.risk.public")
	case run.RiskRegistry:
		return say.L("run.risk.registry", "Name", r.Name)
	case run.RiskMaker:
	}
	return say.L("run.risk.maker", "Name", r.Name)
}

// leftLines say what was not taken over, one line for each reason.
func leftLines(left []command.Left) (lines []givenLine) {
	for _, why := range command.Whys() {
		var words []string
		for _, l := range left {
			if l.Why == why {
				words = append(words, l.Words)
			}
		}
		if len(words) > 0 {
			lines = append(lines, givenLine{kit.Note, say.LeftWords(why, strings.Join(words, "  ·  "))})
		}
	}
	return lines
}

// wantedWords ask for a folder.
func wantedWords(r run.VolumeRow) string {
	if r.Words == "" {
		return say.L("run.given.folder")
	}
	return say.L("run.given.folder.for", "Words", r.Words)
}

// moreButton offers what can be done with the form as a whole.
func (s *Sheet) moreButton() fyne.CanvasObject {
	var more *kit.Press
	more = kit.IconButton(theme.IconMore, say.L("action.more"), func() {
		items := []kit.MenuItem{}
		if s.mode != working {
			items = append(items, kit.MenuItem{Icon: theme.IconDownload, Label: say.L("recipe.save"), OnTapped: func() { life.SaveRecipe(s.host, s.form, nil) }}, kit.MenuSeparator())
		}
		kit.ShowMenu(more, append(items, life.OtherSources(s.host)...)...)
	})
	return more
}
