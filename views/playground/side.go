package playground

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/playground"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// side is what stands beside the terminal: what to try, and what is in the instance.
type side struct {
	screen  *Screen
	name    string
	content *fyne.Container

	// suggest types a command for the user.
	suggest func(command string)

	keeping *keeping
	rows    *fyne.Container
	said    string // what rows show
}

func newSide(s *Screen, name string) *side {
	v := &side{screen: s, name: name, rows: kit.Col(theme.Space3), keeping: newKeeping(s), said: "\x00"}
	inside := kit.CardInset(theme.Space4, kit.Col(theme.Space3,
		life.Titled(s.host, kit.NewText(say.L("playground.inside"), theme.Strong, theme.Ink).Ellipsis(), "container"), v.rows))
	v.content = kit.Col(theme.Space3, v.keeping.content, inside, v.tries())
	return v
}

// try is a command for a first time.
type try struct{ command, words string }

func tries() []try {
	return []try{
		{"docker version", say.L("playground.try.version")},
		{"docker run -d -p 8080:80 nginx", say.L("playground.try.run")},
		{"docker ps", say.L("playground.try.ps")},
	}
}

func (v *side) tries() fyne.CanvasObject {
	lines := []fyne.CanvasObject{
		life.Titled(v.screen.host, kit.NewText(say.L("playground.try"), theme.Strong, theme.Ink).Ellipsis(), "terminal"),
		kit.NewParagraph(say.L("playground.try.text"), theme.Small, theme.InkMuted),
	}
	for _, t := range tries() {
		lines = append(lines, kit.Col(theme.Space2,
			container.NewStack(kit.NewSurface(theme.Sunken, theme.RadiusBase), kit.Inset(6, 10, 6, 10, kit.NewParagraph(t.command, theme.MonoSmall, theme.Ink))),
			kit.NewParagraph(t.words, theme.Small, theme.InkMuted),
			kit.Flow(theme.Space2,
				kit.SmallButton(kit.Secondary, theme.IconTerminal, say.L("playground.try.type"), func() { v.suggest(t.command) }),
				kit.CopyButton(say.L("action.copy"), say.L("action.copied"), func() string { return t.command }))))
	}
	return kit.CardInset(theme.Space4, kit.Col(theme.Space3, lines...))
}

// draw makes the rows anew where they would say something else.
func (v *side) draw(i playground.Instance) {
	v.keeping.draw(v.name)
	ready := v.screen.parts.Store.Connection.Get().Phase == store.Ready
	if said := sayingOf(i, ready); said != v.said {
		v.said = said
		v.drawRows(i, ready)
	}
}

// sayingOf is equal for what is shown alike.
func sayingOf(i playground.Instance, ready bool) string {
	var b strings.Builder
	fmt.Fprint(&b, i.Containers.Loaded, ready, i.Status.Ports)
	for _, c := range i.Containers.Rows {
		fmt.Fprint(&b, c.ID, c.Name, c.Image, c.State, c.ExitCode, c.Ports)
	}
	return b.String()
}

func (v *side) drawRows(i playground.Instance, ready bool) {
	rows := i.Containers.Rows
	if len(rows) == 0 {
		text := say.L("playground.inside.none")
		if !i.Containers.Loaded {
			text = say.L("playground.inside.wait")
		}
		kit.SetChildren(v.rows, kit.NewParagraph(text, theme.Small, theme.InkFaint))
		return
	}
	var lines []fyne.CanvasObject
	for n, c := range rows {
		if n > 0 {
			lines = append(lines, kit.Divider())
		}
		lines = append(lines, v.row(c, i.Status.Ports, ready))
	}
	kit.SetChildren(v.rows, lines...)
}

// row is one container, with its ports.
func (v *side) row(c engine.Container, all []machine.Port, ready bool) fyne.CanvasObject {
	state := life.StateOf(engine.ContainerDetail{Container: c}, store.Busy{}, c.Created)
	lines := []fyne.CanvasObject{
		kit.Row(theme.Space2, kit.Grow(kit.NewText(c.Name, theme.Strong, theme.Ink).Ellipsis()), kit.Fixed(104, 0, kit.StateWord(state.Condition, state.Word))),
		kit.NewText(c.Image, theme.Small, theme.InkMuted).Ellipsis(),
	}
	var buttons []fyne.CanvasObject
	seen := map[int]bool{}
	for _, p := range all {
		if p.Container != c.Name || seen[p.HostPort] { // those of IPv6 come apart
			continue
		}
		seen[p.HostPort] = true
		if words, wrong := say.MachinePort(p); wrong {
			lines = append(lines, kit.Hint(kit.Caution, words.Title+". "+words.Hint, nil))
			continue
		}
		if url, ok := address(p, c.Ports); ok {
			buttons = append(buttons, kit.SmallButton(kit.Secondary, theme.IconOpen, say.L("playground.port", "Port", strconv.Itoa(p.HostPort)),
				func() { v.screen.host.Browse(url) }))
		}
	}
	keep := kit.SmallButton(kit.Secondary, theme.IconSave, say.L("playground.keep"), func() { v.screen.askKeep(v.name, c) })
	if !ready {
		keep.SetDisabled(say.L("playground.keep.noengine"))
	}
	lines = append(lines, kit.Inset(theme.Space1, 0, 0, 0, kit.Flow(theme.Space2, append(buttons, keep)...)))
	return kit.Col(theme.Space1, lines...)
}

// address is where a browser finds a port; false for one that is no web page's.
func address(p machine.Port, inside []engine.Port) (string, bool) {
	if p.Proto != "tcp" && p.Proto != "" {
		return "", false
	}
	host := "localhost"
	if ip := net.ParseIP(p.HostIP); ip != nil && !ip.IsUnspecified() && !ip.IsLoopback() {
		host = ip.String()
	}
	scheme := "http"
	secure := func(q engine.Port) bool {
		return int(q.Host) == p.HostPort && (q.Container == 443 || q.Container == 8443)
	}
	if slices.ContainsFunc(inside, secure) {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(p.HostPort)) + "/", true
}

// askKeep says what keeping a container does, and does it.
func (s *Screen) askKeep(instance string, c engine.Container) {
	kit.Confirm(s.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("playground.keep.title", "Name", c.Name), Text: say.L("playground.keep.text"),
		Verb: say.L("playground.keep"), Cancel: say.L("action.cancel"),
		OnConfirm: func(bool) {
			s.keeping[s.parts.Keep(instance, c.ID, c.Name)] = true
			s.draw()
		},
	})
}

// ended opens the form of what was kept, while the user still looks.
func (s *Screen) ended(t task.Task) {
	if !s.keeping[t.ID] {
		return
	}
	delete(s.keeping, t.ID)
	if t.State == task.Done && s.shown {
		s.host.Open(nav.Route{Place: nav.Run, Kept: t.Result})
	}
	s.draw()
}

// keeping shows how far the copy of a container is.
type keeping struct {
	screen  *Screen
	content *fyne.Container
	title   *kit.Text
	figure  *kit.Text
	meter   *kit.MeterBar
	task    int
}

func newKeeping(s *Screen) *keeping {
	k := &keeping{
		screen: s, title: kit.NewText("", theme.Strong, theme.Ink).Ellipsis(), figure: kit.NewText("", theme.Small, theme.InkMuted).Ellipsis(),
		meter: kit.Meter(0, theme.AccentFill, 6),
	}
	stop := kit.SmallButton(kit.Secondary, theme.IconCross, say.L("action.cancel"), func() { s.parts.Tasks.Cancel(k.task) })
	k.content = kit.CardInset(theme.Space4, kit.Col(theme.Space2, k.title, k.figure, k.meter, kit.Start(stop)))
	return k
}

// draw shows the copy from an instance that is under way, if there is one.
func (k *keeping) draw(instance string) {
	all := k.screen.parts.Tasks.List.Get()
	n := slices.IndexFunc(all, func(t task.Task) bool {
		return t.Verb == store.VerbKeep && !t.Over() && strings.HasPrefix(t.Key, "keep:"+instance+" ")
	})
	kit.SetVisible(k.content, n >= 0)
	if n < 0 {
		return
	}
	t := all[n]
	k.task = t.ID
	k.title.SetText(say.L("task.keep", "Name", t.Subject))
	figure := say.L("task.stage.commit")
	if t.Progress.Stage == task.StageKeep {
		figure = say.L("task.stage.keep")
		if c := t.Progress.Copied; c.TotalBytes > 0 {
			figure = say.L("machine.of", "Done", say.Bytes(c.CurrentBytes), "All", say.Bytes(c.TotalBytes))
		}
	}
	k.figure.SetText(figure)
	k.meter.Set(float32(max(t.Progress.Fraction, 0)))
}
