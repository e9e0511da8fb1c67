package enginepage

import (
	"slices"
	"strconv"
	"strings"

	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
)

// portsKey is the draft of the shared ports.
const portsKey = "ports"

// portsField names the ports of this computer that containers may reach.
type portsField struct {
	form  *form
	box   *kit.FieldBox
	input *kit.Input
	has   []int // what the machine has, as it said last
	shown []int // the same, or what was saved and it has not said yet
	drawn bool
}

func newPortsField(f *form) *portsField {
	s := &portsField{form: f, input: kit.NewInput("", say.L("machine.shared.none"), 0)}
	s.input.OnChanged = func(text string) { f.refused = ""; f.page.draft[portsKey] = text; f.page.draw() }
	s.input.OnSubmitted = func(string) { f.commit(false) }
	s.box = kit.Field(say.L("machine.shared"), say.L("machine.shared.help"), s.input).WithMark(life.What(f.page.host, "host"))
	return s
}

func (s *portsField) draw(has []int) {
	if text, ok := s.form.page.draft[portsKey]; ok {
		s.input.SetText(text)
	}
	if !s.drawn || !slices.Equal(has, s.has) {
		s.has, s.shown, s.drawn = has, has, true
		if !s.typed() {
			s.input.SetText(writePorts(has))
		}
	}
	if _, ok := s.value(); ok {
		s.input.ClearProblem()
		s.box.ClearHint()
		return
	}
	s.input.SetProblem(kit.Problem)
	s.box.SetHint(kit.Problem, say.L("machine.shared.bad"), nil)
}

func (s *portsField) typed() bool { _, ok := s.form.page.draft[portsKey]; return ok }

func (s *portsField) value() ([]int, bool) {
	if !s.typed() {
		return s.shown, true
	}
	return readPorts(s.input.Text())
}

func (s *portsField) forget() {
	delete(s.form.page.draft, portsKey)
	s.input.SetText(writePorts(s.shown))
}

func (s *portsField) keep() {
	if v, ok := s.value(); ok && s.typed() {
		s.shown = v
		s.forget()
	}
}

func writePorts(ports []int) string {
	words := make([]string, len(ports))
	for i, p := range ports {
		words[i] = strconv.Itoa(p)
	}
	return strings.Join(words, ", ")
}

// readPorts takes ports with anything between them, each once, in order; nil for
// none. At most 64: more would be a mistake.
func readPorts(text string) ([]int, bool) {
	var ports []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\u00a0\t", r) }) {
		p, err := strconv.Atoi(word)
		if err != nil || p < 1 || p > 65535 {
			return nil, false
		}
		ports = append(ports, p)
	}
	slices.Sort(ports)
	ports = slices.Compact(ports)
	return ports, len(ports) <= 64
}
