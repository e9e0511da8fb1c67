package runsheet

import (
	"context"
	"maps"
	"strconv"

	"fyne.io/fyne/v2"

	"escale/app/recipe"
	"escale/app/run"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// portKey is what a verdict is about.
type portKey struct {
	port  uint16
	proto string
	ip    string
}

func (s *Sheet) keyOf(row run.PortRow) portKey {
	host, _ := row.Numbers()
	return portKey{host, row.Protocol, s.form.HostIP()}
}

// skippedKey is the port that the row should have had.
func (s *Sheet) skippedKey(row run.PortRow) portKey {
	return portKey{row.Skipped, row.Protocol, s.form.HostIP()}
}

// skipped returns the verdict on the port that a row should have had, as long
// as somebody holds it.
func (s *Sheet) skipped(row run.PortRow) (run.Verdict, bool) {
	v, known := s.verdicts[s.skippedKey(row)]
	return v, row.Skipped != 0 && known && !v.Free
}

// examine asks the doctor about every port of the form. Verdicts are kept by
// what they are about, so a late one never speaks of another port.
func (s *Sheet) examine() {
	if s.mode != filling || s.form.PortsIgnored() {
		return
	}
	var keys []portKey
	own := map[uint16]bool{}
	for _, row := range s.form.Ports {
		if host, _ := row.Numbers(); host != 0 {
			keys = append(keys, s.keyOf(row))
			own[host] = true
		}
		if row.Skipped != 0 {
			keys = append(keys, s.skippedKey(row))
		}
	}
	doctor := s.doctor
	s.spawn(func(ctx context.Context) {
		verdicts := make(map[portKey]run.Verdict, len(keys))
		for _, k := range keys {
			verdicts[k] = doctor.Examine(ctx, k.port, k.proto, k.ip, own)
		}
		if ctx.Err() == nil {
			s.later(func() { s.examined(verdicts) })
		}
	})
}

// examined moves ports that the user did not touch out of the way, and shows
// the rest.
func (s *Sheet) examined(verdicts map[portKey]run.Verdict) {
	maps.Copy(s.verdicts, verdicts)
	if s.mode != filling {
		return
	}
	again := false
	for i, row := range s.form.Ports {
		v, known := s.verdicts[s.keyOf(row)]
		if known && !v.Free && v.Next != 0 && !row.Touched {
			s.form.MovePort(i, v.Next)
			again = true
		}
	}
	if again {
		s.examine()
	}
	s.f.build()
}

// taken returns the verdict on a row whose port is not free.
func (s *Sheet) taken(row run.PortRow) (run.Verdict, bool) {
	v, known := s.verdicts[s.keyOf(row)]
	return v, known && !v.Free && !s.form.PortsIgnored()
}

// portRow is one row on screen.
type portRow struct {
	host, inside *kit.Input
	hint         *kit.HintLine
	use          *kit.Press
	box          *fyne.Container
	next         uint16
}

func (v *formView) newPortRow(i int) *portRow {
	s := v.s
	r := &portRow{host: kit.NewInput("", "8080", 84), inside: kit.NewInput("", "80", 84), hint: kit.Hint(kit.Note, "", nil)}
	r.host.SetName(say.L("run.port.host"))
	r.inside.SetName(say.L("run.port.inside"))
	changed := func(string) {
		s.form.SetPort(i, r.host.Text(), r.inside.Text())
		v.draw()
		s.recheck()
	}
	r.host.OnChanged, r.inside.OnChanged = changed, changed
	r.host.OnSubmitted, r.inside.OnSubmitted = v.enter, v.enter
	r.use = kit.SmallButton(kit.Secondary, "", say.L("run.port.use", "Port", ""), func() { v.usePort(i, r.next) })
	remove := kit.IconButton(theme.IconTrash, say.L("run.port.remove"), func() {
		s.form.RemovePort(i)
		v.build()
	})
	row := kit.Row(theme.Space2, r.host,
		kit.GrowBy(1, kit.NewText(say.L("run.port.here"), theme.Small, theme.InkMuted).Ellipsis()),
		kit.NewIcon(theme.IconChevronRight, 14, theme.InkFaint), r.inside,
		kit.GrowBy(1, kit.NewText(v.inside(i), theme.Small, theme.InkMuted).Ellipsis()), remove)
	r.box = kit.Col(6, row, r.hint)
	return r
}

// inside says where a row's port leads to.
func (v *formView) inside(i int) string {
	text := say.L("run.port.there")
	if p := v.s.form.Ports[i].Protocol; p != "tcp" && p != "" {
		text += " (" + p + ")"
	}
	return text
}

func (v *formView) usePort(i int, port uint16) {
	if i < len(v.s.form.Ports) && port != 0 {
		v.s.form.SetPort(i, strconv.Itoa(int(port)), v.s.form.Ports[i].Container)
		v.build()
		v.s.examine()
	}
}

// draw shows a row: what is wrong with it, else who holds the port, else where
// it will be opened.
func (r *portRow) draw(s *Sheet, i int, problems map[place]run.Code) {
	row := s.form.Ports[i]
	r.host.SetText(row.Host)
	r.inside.SetText(row.Container)
	words := mark(problems, i, fieldInput{run.FieldHostPort, r.host}, fieldInput{run.FieldPort, r.inside})
	v, taken := s.taken(row)
	moved, wasMoved := s.skipped(row)
	switch {
	case words != "":
		r.say(kit.Problem, words, nil)
	case s.form.PortsIgnored() || row.Host == "":
		r.say(kit.Note, "", nil)
	case taken && v.Next != 0:
		r.next = v.Next
		r.host.SetProblem(kit.Caution)
		r.use.SetLabel(say.L("run.port.use", "Port", v.Next))
		r.say(kit.Caution, say.L("run.port.taken.next", "Port", v.Port, "Holder", holder(v), "Next", v.Next), r.use)
	case taken:
		r.host.SetProblem(kit.Caution)
		r.say(kit.Caution, say.L("run.port.taken", "Port", v.Port, "Holder", holder(v)), nil)
	case wasMoved:
		r.say(kit.Good, say.L("run.port.moved", "Port", moved.Port, "Holder", holder(moved), "Next", row.Host)+" "+s.where(row), nil)
	default:
		r.say(kit.Good, s.where(row), nil)
	}
}

func (r *portRow) say(tone kit.Tone, text string, action fyne.CanvasObject) {
	r.hint.Set(tone, text, action)
	if hidden := text == ""; r.hint.Hidden != hidden {
		r.hint.Hidden = hidden
		r.box.Refresh()
	}
}

// where says how a port is reached.
func (s *Sheet) where(row run.PortRow) string {
	if row.Open == recipe.OpenHTTP {
		return say.L("run.port.open.http", "URL", s.url(row))
	}
	return say.L("run.port.open.tcp", "Address", s.address(row))
}

// holder names who holds a port.
func holder(v run.Verdict) string {
	switch {
	case v.Kind == run.HeldByContainer:
		return say.L("run.holder.container", "Name", v.Name)
	case v.Kind == run.HeldByEngine:
		return say.L("run.holder.engine")
	case v.Kind == run.HeldByProcess && v.Name == "":
		return say.L("run.holder.pid", "PID", v.PID)
	case v.Kind == run.HeldByProcess && v.PID != 0:
		return say.L("run.holder.process", "Name", v.Name, "PID", v.PID)
	case v.Name != "":
		return v.Name
	}
	return say.L("run.holder.unknown")
}

// publicHint says what the choice of who may reach the ports means.
func (s *Sheet) publicHint() (tone kit.Tone, text string) {
	remote := s.browseHost()
	switch far := !s.doctor.Local; {
	case s.form.PortsIgnored():
		return kit.Note, say.L("run.ports.ignored")
	case s.form.Public:
		return kit.Caution, say.L("run.public.warn")
	case far:
		return kit.Caution, say.L("run.remote.private", "Host", remote)
	}
	return kit.Note, ""
}
