package container

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/run"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// fact is one line of a card.
type fact struct {
	name, value string
	action      fyne.CanvasObject // after the value, or nil
	open        func()            // makes the value a link
	out         bool              // that leaves the app
	mark        *kit.Press        // says what the name means, or nil
	worded      bool              // the name is a word of the language, not of a program
}

const (
	factHeight float32 = 28
	nameColumn float32 = 172
	dots               = "••••••••"
)

// cards are the facts about a container in two columns, the empty cards left
// out: where it touches the rest of the computer, and what it is.
func (o *overview) cards() []fyne.CanvasObject {
	d := o.drawn
	columns := make([][]fyne.CanvasObject, 2)
	add := func(column int, icon theme.IconName, term, title string, facts []fact) {
		if len(facts) > 0 {
			columns[column] = append(columns[column], factCard(icon, life.Titled(o.screen.host, kit.NewText(title, theme.Strong, theme.Ink), term), facts))
		}
	}
	add(0, theme.IconGlobe, "publish", say.L("container.card.ports"), o.ports(d))
	add(0, theme.IconVolume, "mount", say.L("container.card.mounts"), o.mounts(d))
	add(0, theme.IconNetwork, "network", say.L("container.card.network"), networks(d))
	add(1, theme.IconKey, "environment-variable", say.L("container.card.env"), o.environment(d))
	add(1, theme.IconContainer, "container", say.L("container.card.container"), o.identity(d))
	var cards []fyne.CanvasObject
	for _, c := range columns {
		if len(c) > 0 {
			cards = append(cards, kit.Col(theme.Space3, c...))
		}
	}
	return cards
}

func factCard(icon theme.IconName, title fyne.CanvasObject, facts []fact) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		kit.Row(theme.Space2, kit.NewIcon(icon, 16, theme.InkMuted), kit.Grow(title)),
		kit.Gap(0, 4),
	}
	for _, f := range facts {
		rows = append(rows, f.row())
	}
	return kit.Card(kit.Col(0, rows...))
}

func (f fact) row() fyne.CanvasObject {
	value := kit.Grow(kit.NewText(f.value, theme.MonoSmall, theme.Ink).Ellipsis())
	switch {
	case f.open != nil && f.out:
		value = kit.Grow(kit.Hang(4, kit.Start(kit.LinkOut(f.value, f.open))))
	case f.open != nil:
		value = kit.Grow(kit.Hang(4, kit.Start(kit.Link(shortened(f.value), f.open))))
	}
	style := theme.MonoSmall
	if f.worded {
		style = theme.Small
	}
	name := kit.NewText(f.name, style, theme.InkMuted).Ellipsis()
	cells := []fyne.CanvasObject{kit.Fixed(nameColumn, 0, name), value}
	if f.mark != nil {
		cells[0] = kit.Fixed(nameColumn, 0, kit.Titled(name, f.mark))
	}
	if f.action != nil {
		cells = append(cells, f.action)
	}
	return kit.Fixed(0, factHeight, kit.Row(theme.Space3, cells...))
}

// shortened keeps a link within its card; a link never shortens by itself.
func shortened(s string) string {
	const most = 24
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (o *overview) ports(d engine.ContainerDetail) []fact {
	s := o.screen
	var facts []fact
	for _, l := range s.links(d.Container) {
		f := fact{name: strconv.Itoa(int(l.Port.Container)) + "/" + l.Port.Protocol, value: l.Label}
		if l.URL != "" {
			f.open, f.out = func() { s.host.Browse(l.URL) }, true
		}
		if l.Wrong.Title != "" {
			f.action = kit.NewText(say.L("container.port.blocked"), theme.Small, theme.Danger)
		} else if ip := l.Port.HostIP; ip.IsValid() && ip.IsUnspecified() {
			f.action = kit.NewText(say.L("container.port.open"), theme.Small, theme.InkFaint)
		}
		facts = append(facts, f)
	}
	for _, p := range d.Ports {
		if p.Host == 0 {
			facts = append(facts, fact{name: strconv.Itoa(int(p.Container)) + "/" + p.Protocol, value: say.L("container.port.inside")})
		}
	}
	return facts
}

func (o *overview) mounts(d engine.ContainerDetail) []fact {
	s := o.screen
	var facts []fact
	for _, m := range d.Mounts {
		f := fact{name: m.Target, value: m.Source}
		switch m.Kind {
		case engine.MountVolume:
			f.open = func() { s.host.Open(nav.Route{Place: nav.Volumes, ID: m.Source}) }
		case engine.MountTmpfs:
			f.value = say.L("container.mount.memory")
		case engine.MountBind:
		}
		if m.ReadOnly {
			f.action = kit.NewText(say.L("container.mount.readonly"), theme.Small, theme.InkFaint)
		}
		facts = append(facts, f)
	}
	return facts
}

func (o *overview) environment(d engine.ContainerDetail) []fact {
	facts := make([]fact, 0, len(d.Env))
	for _, v := range d.Env {
		f := fact{name: v.Name, value: v.Value}
		if run.SecretName(v.Name) {
			shown := o.revealed[v.Name]
			icon, label := theme.IconEye, say.L("container.secret.show", "Name", v.Name)
			if shown {
				icon, label = theme.IconEyeOff, say.L("container.secret.hide", "Name", v.Name)
			} else {
				f.value = dots
			}
			f.action = small(kit.IconButton(icon, label, func() { o.reveal(v.Name) }),
				kit.IconButton(theme.IconCopy, say.L("container.copy", "Name", v.Name), func() { o.screen.host.Copy(v.Value) }))
		}
		facts = append(facts, f)
	}
	return facts
}

// small keeps icon buttons within the height of a fact.
func small(buttons ...fyne.CanvasObject) fyne.CanvasObject {
	row := make([]fyne.CanvasObject, len(buttons))
	for i, b := range buttons {
		row[i] = kit.Fixed(factHeight-2, factHeight-2, b)
	}
	return kit.Row(2, row...)
}

func (o *overview) reveal(name string) {
	o.revealed[name] = !o.revealed[name]
	o.build()
}

func networks(d engine.ContainerDetail) []fact {
	var facts []fact
	for _, a := range d.Attachments {
		f := fact{name: a.Network, value: say.L("container.network.noaddress")}
		if a.IP.IsValid() {
			f.value = a.IP.String()
		}
		facts = append(facts, f)
	}
	return facts
}

func (o *overview) identity(d engine.ContainerDetail) []fact {
	s := o.screen
	copyID := small(kit.IconButton(theme.IconCopy, say.L("container.copy", "Name", "ID"), func() { s.host.Copy(d.ID) }))
	facts := []fact{
		{name: say.L("container.fact.id"), value: d.ID[:min(12, len(d.ID))], action: copyID, worded: true},
		{name: say.L("container.fact.image"), value: d.Image, worded: true, mark: life.What(s.host, "image")},
	}
	add := func(term, name, value string) {
		if value != "" {
			f := fact{name: name, value: value, worded: true}
			if term != "" {
				f.mark = life.What(s.host, term)
			}
			facts = append(facts, f)
		}
	}
	add("command", say.L("container.fact.command"), strings.Join(append(append([]string{}, d.Entrypoint...), d.Args...), " "))
	add("restart-policy", say.L("container.fact.restart"), restartWords(d.Restart))
	add("memory-limit", say.L("container.fact.memory"), limit(d.MemoryBytes > 0, life.LimitBytes(d.MemoryBytes)))
	add("cpu-limit", say.L("container.fact.cpu"), limit(d.NanoCPUs > 0, cores(d.NanoCPUs)))
	add("user", say.L("container.fact.user"), d.User)
	add("working-directory", say.L("container.fact.workdir"), d.WorkDir)
	if !d.Created.IsZero() {
		add("", say.L("container.fact.created"), say.Ago(d.Created, time.Now()))
	}
	return facts
}

func limit(set bool, words string) string {
	if set {
		return words
	}
	return say.L("container.nolimit")
}

func cores(nano int64) string { return say.N("container.cores", float64(nano)/1e9) }

func restartWords(r engine.Restart) string {
	switch r {
	case engine.RestartAlways:
		return say.L("container.restart.always")
	case engine.RestartUnlessStopped:
		return say.L("container.restart.unless")
	case engine.RestartOnFailure:
		return say.L("container.restart.failure")
	case engine.RestartNo:
	}
	return say.L("container.restart.no")
}
