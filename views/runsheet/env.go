package runsheet

import (
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
	remove := kit.IconButton(theme.IconTrash, say.L("run.env.remove"), func() { s.form.RemoveEnv(i); v.build() })
	line := kit.Row(theme.Space2, kit.Grow(r.name), kit.Grow(r.value), remove)
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
		return input.AddButton(kit.IconButton(theme.IconCopy, say.L("run.env.copy"), func() { s.host.Copy(s.form.Env[i].Value) }))
	case row.Secret:
		return kit.NewPassword("", say.L("run.env.optional"), say.L("run.env.show"), say.L("run.env.hide"))
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
	help := in(row.Help)
	if row.Generated && help != "" {
		help += " " + say.L("run.env.generated")
	}
	r.help.SetText(help)
	r.hint.Set(kit.Problem, words, nil)
	r.hint.Hidden = words == ""
	r.help.Hidden = help == "" || words != ""
	r.box.Refresh()
}
