package life

import (
	"regexp"
	"slices"
	"strings"

	"escale/engine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// Kill asks, and ends a container at once.
func (c Controls) Kill(row engine.Container) {
	kit.Confirm(c.Host.Window().Canvas(), kit.Confirmation{
		Title: say.L("container.kill.title", "Name", row.Name), Text: say.L("container.kill.text"),
		Verb: say.L("container.kill.verb"), Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) { c.Operator.KillContainer(row.ID) },
	})
}

// Delete asks, and deletes containers; done is called once the user agreed.
func (c Controls) Delete(rows []engine.Container, done func()) {
	if len(rows) == 0 {
		return
	}
	q := kit.Confirmation{
		Title: say.N("container.delete.title", len(rows), "Name", rows[0].Name), Text: deleteText(rows),
		Lost: lost(rows), Verb: say.L("action.delete"), Cancel: say.L("action.cancel"), Destructive: true,
	}
	if slices.ContainsFunc(rows, func(r engine.Container) bool { return len(volumes(r, true)) > 0 }) {
		q.Option = say.L("container.delete.volumes")
	}
	q.OnConfirm = func(withVolumes bool) {
		for _, r := range rows {
			c.Operator.RemoveContainer(r.ID, engine.RemoveContainer{Force: r.Active(), Volumes: withVolumes})
		}
		if done != nil {
			done()
		}
	}
	kit.Confirm(c.Host.Window().Canvas(), q)
}

// deleteText says what stays.
func deleteText(rows []engine.Container) string {
	var kept []string
	for _, r := range rows {
		for _, v := range volumes(r, false) {
			if !slices.Contains(kept, v) {
				kept = append(kept, v)
			}
		}
	}
	text := say.N("container.delete.text", len(rows))
	if len(kept) > 0 {
		text += " " + say.N("container.delete.kept", len(kept), "Names", shortList(kept, 4))
	}
	return text
}

// lost names the containers that go, at most eight.
func lost(rows []engine.Container) []string {
	const most = 8
	var lines []string
	for i, r := range rows {
		if i == most && len(rows) > most+1 {
			return append(lines, say.N("container.delete.more", len(rows)-most))
		}
		if r.Active() {
			lines = append(lines, say.L("container.delete.running", "Name", r.Name))
			continue
		}
		lines = append(lines, r.Name)
	}
	return lines
}

func shortList(names []string, most int) string {
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "…")
	}
	return strings.Join(names, ", ")
}

var anonymous = regexp.MustCompile(`^[0-9a-f]{64}$`)

// volumes are the volumes of a container, with or without a name of their own.
func volumes(c engine.Container, unnamed bool) []string {
	var names []string
	for _, m := range c.Mounts {
		if m.Kind == engine.MountVolume && anonymous.MatchString(m.Source) == unnamed {
			names = append(names, m.Source)
		}
	}
	return names
}

// nameRule is what engines take as a container's name.
var nameRule = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`)

// nameProblem says what is wrong with a new name, or nothing.
func nameProblem(name, id string, all []engine.Container) string {
	switch {
	case name == "":
		return say.L("container.rename.empty")
	case !nameRule.MatchString(name):
		return say.L("container.rename.invalid")
	case slices.ContainsFunc(all, func(c engine.Container) bool { return c.Name == name && c.ID != id }):
		return say.L("container.rename.taken", "Name", name)
	}
	return ""
}

// Rename asks for another name.
func (c Controls) Rename(row engine.Container) {
	input := kit.NewInput(row.Name, "", 0)
	field := kit.Field(say.L("container.rename.label"), "", input)
	var layer *kit.Layer
	save := kit.Button(kit.Primary, "", say.L("action.rename"), nil)
	check := func() bool {
		problem := nameProblem(input.Text(), row.ID, c.Store.Containers.Get().Rows)
		save.SetDisabled(problem)
		if problem == "" {
			input.ClearProblem()
			field.ClearHint()
			return true
		}
		input.SetProblem(kit.Problem)
		field.SetHint(kit.Problem, problem, nil)
		return false
	}
	submit := func() {
		if !check() {
			return
		}
		layer.Close()
		if name := input.Text(); name != row.Name {
			c.Operator.RenameContainer(row.ID, name)
		}
	}
	save.OnTapped = submit
	input.OnChanged = func(string) { check() }
	input.OnSubmitted = func(string) { submit() }
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	body := kit.Col(theme.Space4,
		kit.NewText(say.L("container.rename.title", "Name", row.Name), theme.Heading, theme.Ink).Ellipsis(),
		field,
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, save),
	)
	layer = kit.ShowDialog(c.Host.Window().Canvas(), body, 420, nil)
	layer.Focus(input.Focusable())
	input.SelectAll()
}
