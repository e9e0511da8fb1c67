package runsheet

import (
	"slices"

	"fyne.io/fyne/v2"

	"escale/app/run"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// optionsView is the part of the form that most people leave closed.
type optionsView struct {
	v    *formView
	box  *fyne.Container
	open bool

	toggle                             *kit.Press
	body                               *fyne.Container
	restart, network                   *kit.Dropdown
	memory, cpus, command, newNetwork  *kit.Input
	memoryField, cpusField, commandBox *kit.FieldBox
	newNetworkField                    *kit.FieldBox
	tty, remove                        *kit.Switch
	removeHint                         *kit.HintLine
}

func newOptionsView(v *formView) *optionsView {
	s := v.s
	o := &optionsView{v: v}
	o.toggle = kit.SmallButton(kit.Quiet, theme.IconChevronRight, say.L("run.more"), func() { o.open = !o.open; o.drawToggle() })
	o.restart = kit.Choice(restartWords(), restartWords()[0], func(option string) {
		s.form.Restart = restarts()[max(slices.Index(restartWords(), option), 0)]
		v.draw()
	})
	o.network = kit.Choice(nil, "", o.chooseNetwork)
	o.newNetwork = v.option("hello-net", func(text string) { s.form.SetNewNetwork(text) })
	o.memory = v.option(say.L("run.memory.example"), func(text string) { s.form.Memory = text })
	o.cpus = v.option(say.L("run.cpus.example"), func(text string) { s.form.CPUs = text })
	o.command = v.option(say.L("run.command.default"), func(text string) { s.form.Command = text })
	o.tty = kit.NewCheckbox(say.L("run.tty"), false, func(on bool) { s.form.SetTTY(on); v.buildNotes(); v.draw() })
	o.remove = kit.NewCheckbox(say.L("run.remove"), false, func(on bool) { s.form.AutoRemove = on; v.draw() })
	o.removeHint = kit.Hint(kit.Problem, "", nil)
	o.layOut()
	return o
}

// option is a text of the form.
func (v *formView) option(example string, set func(text string)) *kit.Input {
	input := kit.NewInput("", example, 0)
	input.OnChanged = func(text string) { set(text); v.draw() }
	input.OnSubmitted = v.enter
	return input
}

func (o *optionsView) chooseNetwork(option string) {
	s := o.v.s
	switch option {
	case say.L("run.network.default"):
		s.form.SetNetwork("")
	case say.L("run.network.new"):
		s.form.SetNewNetwork(s.form.FreeNetwork())
	default:
		s.form.SetNetwork(option)
	}
	o.v.build()
	s.examine()
}

func (o *optionsView) layOut() {
	what := func(term string) *kit.Press { return life.What(o.v.s.host, term) }
	memory := ""
	if mb := o.v.s.form.Recipe.MemoryMB; mb > 0 {
		memory = say.L("run.memory.hint", "Size", say.Bytes(int64(mb)*1_000_000))
	}
	o.memoryField = kit.Field(say.L("run.memory"), memory, o.memory).WithMark(what("memory-limit"))
	o.cpusField = kit.Field(say.L("run.cpus"), "", o.cpus).WithMark(what("cpu-limit"))
	o.commandBox = kit.Field(say.L("run.command"), "", o.command).WithMark(what("command"))
	o.newNetworkField = kit.Field(say.L("run.network.name"), say.L("run.network.name.help"), o.newNetwork).WithMark(what("dns-name"))
	o.body = kit.Col(theme.Space4,
		halves(o.memoryField, o.cpusField),
		halves(kit.Field(say.L("run.restart"), "", o.restart).WithMark(what("restart-policy")),
			kit.Field(say.L("run.network"), say.L("run.network.help"), o.network).WithMark(what("network"))),
		o.newNetworkField,
		o.commandBox,
		kit.Hang(6, kit.Col(theme.Space1, kit.Row(theme.Space2, o.tty, what("terminal")), kit.Start(o.remove))),
		o.removeHint)
	o.box = kit.Col(theme.Space3, kit.Hang(10, kit.Start(o.toggle)), o.body)
	o.drawToggle()
}

func (o *optionsView) drawToggle() {
	icon, label := theme.IconChevronRight, say.L("run.more")
	if o.open {
		icon, label = theme.IconChevronDown, say.L("run.less")
	}
	o.toggle.SetIcon(icon)
	o.toggle.SetLabel(label)
	o.body.Hidden = !o.open
	o.box.Refresh()
}

// build offers the networks that there are, and one more.
func (o *optionsView) build() {
	names := []string{say.L("run.network.default")}
	for _, name := range o.v.s.form.Facts().Networks {
		if name != "bridge" && name != "podman" {
			names = append(names, name)
		}
	}
	o.network.SetOptions(append(names, say.L("run.network.new")))
}

func (o *optionsView) draw(problems map[place]run.Code) {
	f := &o.v.s.form
	o.memory.SetText(f.Memory)
	o.cpus.SetText(f.CPUs)
	o.command.SetText(f.Command)
	hint(o.memoryField, mark(problems, -1, fieldInput{run.FieldMemory, o.memory}))
	hint(o.cpusField, mark(problems, -1, fieldInput{run.FieldCPUs, o.cpus}))
	hint(o.commandBox, mark(problems, -1, fieldInput{run.FieldCommand, o.command}))
	o.restart.SetSelected(restartWords()[max(slices.Index(restarts(), f.Restart), 0)])
	network := f.Network
	switch {
	case f.NewNetwork:
		network = say.L("run.network.new")
	case network == "":
		network = say.L("run.network.default")
	}
	o.network.SetSelected(network)
	o.newNetwork.SetText(f.Network)
	o.newNetworkField.Hidden = !f.NewNetwork
	hint(o.newNetworkField, mark(problems, -1, fieldInput{run.FieldNetwork, o.newNetwork}))
	o.tty.SetOn(f.TTY)
	o.remove.SetOn(f.AutoRemove)
	code, bad := problems[place{run.FieldRemoveEnd, -1}]
	o.removeHint.Set(kit.Problem, problemWords(run.FieldRemoveEnd, code), nil)
	o.removeHint.Hidden = !bad
	if bad || o.wrong(problems) {
		o.open = true
	}
	o.drawToggle()
}

// wrong tells whether something in the closed part has to be mended.
func (o *optionsView) wrong(problems map[place]run.Code) bool {
	for _, field := range []run.Field{run.FieldMemory, run.FieldCPUs, run.FieldCommand, run.FieldNetwork} {
		if _, bad := problems[place{field, -1}]; bad {
			return true
		}
	}
	return false
}

func restarts() []engine.Restart {
	return []engine.Restart{engine.RestartNo, engine.RestartOnFailure, engine.RestartUnlessStopped, engine.RestartAlways}
}

func restartWords() []string {
	return []string{say.L("run.restart.no"), say.L("run.restart.failure"), say.L("run.restart.unless"), say.L("run.restart.always")}
}
