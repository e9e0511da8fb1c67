package runsheet

import (
	"slices"

	"fyne.io/fyne/v2"

	"escale/app/run"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// formView is the form on screen. build follows the number of its rows, draw
// what is in them.
type formView struct {
	s          *Sheet
	body, foot fyne.CanvasObject

	notes, identityBox *fyne.Container
	givenBox           *fyne.Container
	givenWords         []string // what it says
	name, tag          *kit.Input
	nameField          *kit.FieldBox
	offline            *kit.HintLine
	tagField           *kit.FieldBox

	ports, volumes, env        *fyne.Container
	portRows                   []*portRow
	volumeRows                 []*volumeRow
	envRows                    []*envRow
	portIDs, volumeIDs, envIDs []string // what the rows on screen were made for
	public                     *kit.Switch
	publicHint                 *kit.HintLine
	publicBox                  *fyne.Container
	options                    *optionsView
	command                    *kit.CommandLine
	note                       *kit.Text
	cancel, run                *kit.Press
	uncopied                   map[string]string // why folders cannot be copied, by path
	last                       string            // what a failure or a cancel left to say
	started                    bool              // Run could be pressed, once
}

func newFormView(s *Sheet) *formView {
	v := &formView{s: s, uncopied: map[string]string{}, notes: kit.Col(theme.Space3), givenBox: kit.Col(theme.Space2), ports: kit.Col(theme.Space3), volumes: kit.Col(theme.Space3), env: kit.Col(theme.Space3)}
	v.name, v.tag = kit.NewInput("", "", 0), kit.NewInput("", "latest", 0)
	v.name.OnChanged = func(text string) { s.form.SetName(text); v.draw() }
	v.tag.OnChanged = v.tagTyped
	v.name.OnSubmitted, v.tag.OnSubmitted = v.enter, v.enter
	v.tag.AddButton(kit.IconButton(theme.IconChevronDown, say.L("run.tag.choose"), v.chooseTag))
	v.nameField, v.tagField = kit.Field(say.L("run.name"), "", v.name), kit.Field(say.L("run.tag"), "", v.tag).WithMark(life.What(s.host, "tag"))
	v.public = kit.Toggle(say.L("run.public"), false, func(on bool) {
		s.form.Public = on
		v.draw()
		s.examine()
	})
	v.publicHint = kit.Hint(kit.Caution, "", nil)
	v.publicBox = kit.Col(theme.Space2, kit.Hang(6, kit.Start(v.public)), v.publicHint)
	v.options = newOptionsView(v)
	v.body = kit.Col(20, v.givenBox, v.notes, v.identity(),
		kit.Col(theme.Space2, v.section("port", say.L("run.ports"), say.L("run.ports.help"), say.L("run.ports.add"), func() { s.form.AddPort() }), v.ports, v.publicBox),
		kit.Col(theme.Space2, v.section("volume", say.L("run.volumes"), say.L("run.volumes.help"), say.L("run.volumes.add"), func() { s.form.AddVolume() }), v.volumes),
		kit.Col(theme.Space2, v.section("environment-variable", say.L("run.env"), say.L("run.env.help"), say.L("run.env.add"), func() { s.form.AddEnv() }), v.env),
		v.options.box)
	v.foot = v.newFoot()
	return v
}

// identity is the name and the version, side by side. An image that is named
// by its ID has no version.
func (v *formView) identity() fyne.CanvasObject {
	v.offline = kit.Hint(kit.Note, say.L("run.tag.offline"), nil)
	v.identityBox = kit.Col(theme.Space2, v.nameField)
	if v.s.form.Tag == "" {
		return v.identityBox
	}
	v.identityBox = kit.Col(theme.Space2, halves(v.nameField, v.tagField), v.offline)
	return v.identityBox
}

// section is the head of a part of the form, about a term, with its button.
func (v *formView) section(term, title, help, label string, add func()) fyne.CanvasObject {
	plus := kit.SmallButton(kit.Quiet, theme.IconPlus, label, func() { add(); v.build() })
	return kit.Row(theme.Space2,
		kit.Grow(kit.Col(1, life.Titled(v.s.host, kit.NewText(title, theme.Strong, theme.Ink), term), kit.NewText(help, theme.Small, theme.InkFaint).Ellipsis())),
		kit.Inset(0, -10, 0, 0, plus))
}

func (v *formView) newFoot() fyne.CanvasObject {
	s := v.s
	v.command = kit.CommandBar(say.L("action.copy"), say.L("action.copied"), "").Within(116)
	v.note = kit.NewText("", theme.Small, theme.InkFaint).Ellipsis()
	v.cancel = kit.Button(kit.Quiet, "", say.L("action.cancel"), func() { s.onClose() })
	v.run = kit.Button(kit.Primary, theme.IconPlay, say.L("action.run"), s.submit)
	return kit.Col(theme.Space3,
		kit.NewText(say.L("run.command.same"), theme.Caption, theme.InkFaint),
		v.command,
		kit.Row(theme.Space2, kit.Grow(v.note), v.cancel, v.run))
}

// head names the image.
func (v *formView) head() fyne.CanvasObject {
	subtitle := say.L("run.subtitle.image")
	switch {
	case v.s.source.Form != nil:
		subtitle = say.L("run.subtitle.given")
	case v.s.form.HasRecipe:
		subtitle = say.L("run.subtitle.recipe")
	}
	return v.s.headOf(say.L("run.title", "Name", v.s.form.Title()), subtitle)
}

// headOf is the head of the sheet: glyph, title, a line below it, the cross.
func (s *Sheet) headOf(title, subtitle string) fyne.CanvasObject {
	return kit.Row(theme.Space3,
		kit.Glyph(s.form.Image, life.Initials(s.form.Image), 40),
		kit.Grow(kit.Col(2,
			kit.NewText(title, theme.Heading, theme.Ink).Ellipsis(),
			kit.NewText(subtitle, theme.Small, theme.InkMuted).Ellipsis())),
		s.moreButton(), kit.IconButton(theme.IconCross, say.L("action.close"), func() { s.onClose() }))
}

// build makes the rows that the form has, keeps those that are there, and
// draws everything.
func (v *formView) build() {
	f := &v.s.form
	rebuilt := func(ids *[]string, now []string, remake func()) {
		if !slices.Equal(*ids, now) || *ids == nil {
			*ids = now
			remake()
		}
	}
	rebuilt(&v.portIDs, rowIDs(f.Ports, func(r run.PortRow) string { return r.Protocol }), func() {
		v.portRows = rows(v.ports, len(f.Ports), v.newPortRow, func(r *portRow) fyne.CanvasObject { return r.box })
	})
	rebuilt(&v.volumeIDs, rowIDs(f.Volumes, func(run.VolumeRow) string { return "" }), func() {
		v.volumeRows = rows(v.volumes, len(f.Volumes), v.newVolumeRow, func(r *volumeRow) fyne.CanvasObject { return r.box })
	})
	rebuilt(&v.envIDs, rowIDs(f.Env, func(r run.EnvRow) string { return r.Help["en"] + r.Earlier }), func() {
		v.envRows = rows(v.env, len(f.Env), v.newEnvRow, func(r *envRow) fyne.CanvasObject { return r.box })
	})
	v.buildNotes()
	v.options.build()
	v.draw()
}

// forget makes every row anew with the next build.
func (v *formView) forget() { v.portIDs, v.volumeIDs, v.envIDs = nil, nil, nil }

// rowIDs tells rows apart: a list of other rows has other IDs.
func rowIDs[T any](rows []T, id func(T) string) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = id(r)
	}
	return ids
}

// rows makes n rows and puts them into a column.
func rows[R any](col *fyne.Container, n int, one func(i int) R, box func(R) fyne.CanvasObject) []R {
	var all []R
	var boxes []fyne.CanvasObject
	for i := range n {
		r := one(i)
		all, boxes = append(all, r), append(boxes, box(r))
	}
	col.Hidden = n == 0
	kit.SetChildren(col, boxes...)
	return all
}

// buildNotes says what one should know before running this image.
func (v *formView) buildNotes() {
	s := v.s
	var notes []fyne.CanvasObject
	if v.last != "" {
		notes = append(notes, kit.Hint(kit.Note, v.last, nil))
	}
	if s.resumed {
		notes = append(notes, s.draftNote())
	}
	for _, need := range s.form.Recipe.Needs {
		notes = append(notes, s.needNote(need))
	}
	if serves, ok := s.servesNote(); ok {
		notes = append(notes, serves)
	}
	if s.form.TTY && s.form.TTYWhy == run.TTYShell {
		notes = append(notes, kit.Hint(kit.Note, say.L("run.tty.why", "Name", s.form.Title()), nil))
	}
	if !s.doctor.Local && len(s.form.Ports) > 0 {
		notes = append(notes, kit.Hint(kit.Note, say.L("run.remote", "Host", s.browseHost()), nil))
	}
	v.notes.Hidden = len(notes) == 0
	kit.SetChildren(v.notes, notes...)
}

// draw shows what the form holds, what is wrong with it, and the command.
func (v *formView) draw() {
	s := v.s
	problems := byPlace(s.form.Validate())
	v.name.SetText(s.form.Name)
	v.tag.SetText(s.form.Tag)
	hint(v.nameField, mark(problems, -1, fieldInput{run.FieldName, v.name}))
	hint(v.tagField, mark(problems, -1, fieldInput{run.FieldTag, v.tag}))
	v.offline.Hidden = !s.tags.failed || s.here(s.form.Ref())
	v.identityBox.Refresh()
	for i, r := range v.portRows {
		r.draw(s, i, problems)
	}
	for i, r := range v.volumeRows {
		r.draw(s, i, problems)
	}
	for i, r := range v.envRows {
		r.draw(s, i, problems)
	}
	v.drawGiven()
	v.public.SetOn(s.form.Public)
	tone, text := s.publicHint()
	v.publicHint.Set(tone, text, nil)
	v.publicHint.Hidden = text == ""
	v.publicBox.Hidden = len(s.form.Ports) == 0
	v.publicBox.Refresh()
	v.options.draw(problems)
	v.command.SetCommand(s.lines())
	v.drawFoot()
}

// hint shows a problem under a field, or none.
func hint(f *kit.FieldBox, problem string) {
	if problem == "" {
		f.ClearHint()
		return
	}
	f.SetHint(kit.Problem, problem, nil)
}

func (v *formView) drawFoot() {
	reason := v.reason()
	v.run.SetDisabled(reason)
	if reason == "" && !v.started {
		v.started = true
		if v.s.source.Form == nil { // Enter is the second click, but a stranger's form is looked through first
			v.s.focus(v.run)
		}
	}
	switch size := v.s.tags.size(v.s.form.Tag); {
	case reason != "":
		v.note.SetText(reason)
	case v.s.here(v.s.form.Ref()):
		v.note.SetText(say.L("run.foot.here"))
	case size > 0:
		v.note.SetText(say.L("run.foot.size", "Size", say.Bytes(size)))
	default:
		v.note.SetText(say.L("run.foot.download"))
	}
}

// reason says why Run cannot be pressed; empty when it can.
func (v *formView) reason() string {
	s := v.s
	if problems := s.form.Validate(); len(problems) > 0 {
		return firstWords(problems[0].Field)
	}
	for _, row := range s.form.Ports {
		if _, taken := s.taken(row); taken {
			return say.L("run.first.taken")
		}
	}
	if !s.ready() {
		return say.L("run.first.engine")
	}
	return ""
}

// enter is the Enter key in a field.
func (v *formView) enter(string) { v.s.submit() }
