package enginepage

import (
	"errors"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// registries are where images come from besides Docker Hub: mirrors of it, and
// registries that are spoken to without TLS.
type registries struct {
	page    *Page
	content *fyne.Container
	rows    *fyne.Container
	said    string
}

func newRegistries(p *Page) *registries {
	v := &registries{page: p, rows: kit.Col(theme.Space4), said: "\x00"}
	v.content = kit.CardInset(20, kit.Col(theme.Space3, life.Titled(p.host, kit.NewText(say.L("machine.registries"), theme.Strong, theme.Ink).Ellipsis(), "registry"), v.rows))
	return v
}

// draw makes the rows anew where they would say something else.
func (v *registries) draw(m store.Machine) {
	r, reason := m.Status.Resources, v.page.hindrance(m)
	waits := m.Up() && m.Status.RegistriesWait()
	said := fmt.Sprint(reason, waits, r.RegistryMirrors, r.InsecureRegistries)
	if said == v.said {
		return
	}
	v.said = said
	rows := []fyne.CanvasObject{
		v.list(say.L("machine.mirrors"), say.L("machine.mirrors.text"), r.RegistryMirrors, reason,
			button(say.L("machine.mirrors.add"), reason, v.addMirror), func(r *machine.Resources) *[]string { return &r.RegistryMirrors }),
		v.list(say.L("machine.insecure"), say.L("machine.insecure.text"), r.InsecureRegistries, reason,
			button(say.L("machine.insecure.add"), reason, v.addInsecure), func(r *machine.Resources) *[]string { return &r.InsecureRegistries }),
	}
	if waits {
		rows = append(rows, v.page.later())
	}
	if len(r.RegistryMirrors)+len(r.InsecureRegistries) > 0 {
		rows = append(rows, kit.CommandBar(say.L("action.copy"), say.L("action.copied"), registriesCommand(r)))
	}
	kit.SetChildren(v.rows, rows...)
}

// list is one kind of addresses; of gives it in resources.
func (v *registries) list(title, text string, addresses []string, reason string, add *kit.Press, of func(*machine.Resources) *[]string) fyne.CanvasObject {
	rows := []fyne.CanvasObject{line(small(title), faint(text), add)}
	for _, address := range addresses {
		gone := kit.IconButton(theme.IconTrash, say.L("machine.registries.remove", "Address", address), func() {
			r := v.page.store.Machine.Get().Status.Resources
			list := of(&r)
			*list = slices.DeleteFunc(slices.Clone(*list), func(one string) bool { return one == address })
			v.page.operator.SetMachine(r)
		})
		gone.SetDisabled(reason)
		rows = append(rows, kit.Row(theme.Space2, kit.Grow(kit.NewText(address, theme.MonoSmall, theme.Ink).Ellipsis()), gone))
	}
	return kit.Col(theme.Space2, rows...)
}

func (v *registries) addMirror() {
	v.ask(pathQuestion{title: say.L("machine.mirrors.title"), text: say.L("machine.mirrors.long"), label: say.L("machine.mirrors.address")},
		machine.ValidMirror, say.L("machine.mirrors.bad"), func(r *machine.Resources) *[]string { return &r.RegistryMirrors })
}

func (v *registries) addInsecure() {
	v.ask(pathQuestion{title: say.L("machine.insecure.title"), text: say.L("machine.insecure.long"), label: say.L("machine.insecure.address")},
		machine.ValidRegistry, say.L("machine.insecure.bad"), func(r *machine.Resources) *[]string { return &r.InsecureRegistries })
}

// ask asks for an address and adds it to a list; bad says what a valid one is.
func (v *registries) ask(q pathQuestion, valid func(string) bool, bad string, of func(*machine.Resources) *[]string) {
	with := func(address string) machine.Resources {
		r := v.page.store.Machine.Get().Status.Resources
		list := of(&r)
		*list = append(slices.Clone(*list), address)
		return r
	}
	q.verb, q.rank = say.L("machine.registries.do"), kit.Primary
	q.check = func(address string) string {
		r := v.page.store.Machine.Get().Status.Resources
		switch {
		case !valid(address):
			return bad
		case slices.Contains(*of(&r), address):
			return say.L("machine.registries.twice")
		}
		return ""
	}
	q.command = func(address string) string {
		if !valid(address) {
			address = "…"
		}
		return registriesCommand(with(address))
	}
	q.do = func(address string) int { return v.page.operator.SetMachine(with(address)) }
	q.refused = func(err error) string {
		if errors.Is(err, engine.ErrInvalid) { // the address is good: there are too many, or they are too long
			return say.L("machine.registries.many")
		}
		return ""
	}
	v.page.askPath(q)
}

// registriesCommand is the command that sets both lists as r has them.
func registriesCommand(r machine.Resources) string {
	words := []string{"escale-machine", "start"}
	for _, address := range r.RegistryMirrors {
		words = append(words, "--mirror", address)
	}
	for _, host := range r.InsecureRegistries {
		words = append(words, "--insecure-registry", host)
	}
	return command.Line(words...)
}
