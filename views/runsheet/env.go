package runsheet

import (
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/run"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// envRow is one row on screen.
type envRow struct {
	name, value *kit.Input
	help        *kit.Paragraph
	hint        *kit.HintLine
	box         *fyne.Container
}

func (v *formView) newEnvRow(i int) *envRow {
	s := v.s
	row := s.form.Env[i]
	r := &envRow{
		name: kit.NewInput("", say.L("run.env.name"), 0), value: v.valueInput(i, row),
		help: kit.NewParagraph("", theme.Small, theme.InkFaint), hint: kit.Hint(kit.Problem, "", nil),
	}
	r.name.SetName(say.L("run.env.name"))
	if row.Name == "" {
		r.value.SetName(say.L("run.env.value.new"))
	} else {
		r.value.SetName(say.L("run.env.value", "Name", row.Name))
	}
	changed := func(string) {
		s.form.SetEnv(i, r.name.Text(), r.value.Text())
		v.draw()
	}
	r.name.OnChanged, r.value.OnChanged = changed, changed
	r.name.OnSubmitted, r.value.OnSubmitted = v.enter, v.enter
	var remove fyne.CanvasObject = kit.IconButton(theme.IconTrash, say.L("run.env.remove"), func() { s.form.RemoveEnv(i); v.build() })
	if row.Required {
		remove = kit.Gap(remove.MinSize().Width, 0) // the columns stay in line
	}
	// Buttons in a field would make its column wider than those of other rows.
	const least = 130
	line := kit.Row(theme.Space2, kit.GrowBy(2, kit.Fixed(least, 0, r.name)), kit.GrowBy(3, kit.Fixed(least, 0, r.value)), remove)
	r.box = kit.Col(6, line, r.help, r.hint)
	return r
}

// valueInput is plain, hides a secret that the user brings, or shows a password
// that was made here, to copy.
func (v *formView) valueInput(i int, row run.EnvRow) *kit.Input {
	s := v.s
	switch {
	case row.Generated:
		input := kit.NewInput("", "", 0)
		input.AddButton(kit.IconButton(theme.IconRefresh, say.L("run.env.renew"), func() { s.form.Regenerate(i); v.draw() }))
		return input.AddButton(kit.CopyIcon(say.L("run.env.copy"), say.L("action.copied"), func() string { return s.form.Env[i].Value }))
	case row.Secret:
		example := say.L("run.env.optional")
		if row.Required || row.Wanted || row.Earlier != "" {
			example = say.L("run.env.value.new")
		}
		return kit.NewPassword("", example, say.L("run.env.show"), say.L("run.env.hide"))
	case row.Optional:
		return kit.NewInput("", say.L("run.env.optional"), 0)
	}
	return kit.NewInput("", say.L("run.env.value.new"), 0)
}

func (r *envRow) draw(s *Sheet, i int, problems map[place]run.Code) {
	row := s.form.Env[i]
	r.name.SetText(row.Name)
	r.value.SetText(row.Value)
	words := mark(problems, i, fieldInput{run.FieldEnvName, r.name}, fieldInput{run.FieldEnvValue, r.value})
	tone, words := s.envWords(i, problems, words)
	help := in(row.Help)
	switch {
	case row.From != "":
		help += " " + say.L("run.env.from", "Name", row.From)
	case row.Generated && help != "":
		help += " " + say.L("run.env.generated")
	}
	r.help.SetText(strings.TrimSpace(help))
	r.hint.Set(tone, words, nil)
	r.hint.Hidden = words == ""
	r.help.Hidden = help == "" || words != ""
	r.box.Refresh()
}

// envWords is what to say below a row: what is wrong with it, or that a volume
// has a password already. Words that name other variables are made here.
func (s *Sheet) envWords(i int, problems map[place]run.Code, words string) (kit.Tone, string) {
	row := s.form.Env[i]
	switch {
	case problems[place{run.FieldEnvName, i}] == run.Missing:
		return kit.Problem, say.L("run.bad.envname.missing", "Name", row.Asked)
	case problems[place{run.FieldEnvValue, i}] == run.Alone:
		return kit.Problem, say.L("run.bad.envvalue.alone", "Name", row.Name, "Other", s.form.PartnerOf(row.Name))
	case row.Wanted && problems[place{run.FieldEnvValue, i}] == run.Empty:
		return kit.Caution, say.L("run.given.secret")
	case words != "" && problems[place{run.FieldEnvValue, i}] != run.Earlier:
		return kit.Problem, words
	case row.Earlier != "" && row.From == "":
		return kit.Caution, say.L("run.env.earlier", "Volume", row.Earlier)
	}
	return kit.Note, ""
}
