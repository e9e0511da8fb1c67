package enginepage

import (
	"fmt"
	"net"
	"strconv"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/store"
	"escale/engine"
	"escale/engine/contextfile"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// ports lists where the containers of the machine are reached on this computer.
type ports struct {
	page    *Page
	content *fyne.Container
	rows    *fyne.Container
	said    string
}

func newPorts(p *Page) *ports {
	v := &ports{page: p, rows: kit.Col(theme.Space2), said: "\x00"}
	v.content = kit.CardInset(20, kit.Col(theme.Space3,
		life.Titled(p.host, kit.NewText(say.L("machine.ports"), theme.Strong, theme.Ink).Ellipsis(), "publish"), v.rows))
	return v
}

// draw makes the rows anew where they would say something else.
func (v *ports) draw(m store.Machine) {
	all := m.Status.Ports
	if !m.Up() {
		all = nil
	}
	said := fmt.Sprint(m.Up(), all)
	if said == v.said {
		return
	}
	v.said = said
	if len(all) == 0 {
		text := say.L("machine.ports.none")
		if !m.Up() {
			text = say.L("machine.ports.down")
		}
		kit.SetChildren(v.rows, kit.NewParagraph(text, theme.Small, theme.InkFaint))
		return
	}
	rows := make([]fyne.CanvasObject, len(all))
	for i, p := range all {
		rows[i] = portLine(p)
	}
	kit.SetChildren(v.rows, rows...)
}

// portLine is one port, with what is wrong with it.
func portLine(p machine.Port) fyne.CanvasObject {
	condition, about := kit.IsRunning, p.Container
	if p.Error != "" {
		condition = kit.IsFailed
	}
	if ip := net.ParseIP(p.HostIP); ip != nil && ip.IsUnspecified() {
		about += " · " + say.L("container.port.open")
	}
	line := kit.Row(theme.Space3, kit.Fixed(200, 0, kit.StateWord(condition, portAddress(p))),
		kit.Grow(kit.NewText(about, theme.Small, theme.InkMuted).Ellipsis()))
	words, wrong := say.MachinePort(p)
	if !wrong {
		return line
	}
	return kit.Col(theme.Space2, line, kit.Hint(kit.Caution, words.Title+". "+words.Hint, nil))
}

func portAddress(p machine.Port) string {
	host := p.HostIP
	switch ip := net.ParseIP(p.HostIP); {
	case ip == nil, ip.IsLoopback(), ip.IsUnspecified():
		host = "localhost"
	}
	address := net.JoinHostPort(host, strconv.Itoa(p.HostPort))
	if p.Proto != "tcp" && p.Proto != "" {
		address += "/" + p.Proto
	}
	return address
}

// terminal says how the docker command reaches the machine.
type terminal struct {
	content fyne.CanvasObject
	bar     *kit.CommandLine
}

func newTerminal(p *Page) *terminal {
	t := &terminal{bar: kit.CommandBar(say.L("action.copy"), say.L("action.copied"), "")}
	t.content = kit.CardInset(20, kit.Col(theme.Space3,
		life.Titled(p.host, kit.NewText(say.L("machine.terminal"), theme.Strong, theme.Ink).Ellipsis(), "context"),
		kit.NewParagraph(say.L("machine.terminal.text"), theme.Small, theme.InkMuted), t.bar))
	return t
}

// draw names the machine as its endpoint says.
func (t *terminal) draw(c store.Connection) {
	ep := engine.Endpoint{Kind: engine.EndpointMachine, Context: contextfile.Name}
	for _, one := range c.Candidates {
		if one.Endpoint.Kind == engine.EndpointMachine {
			ep = one.Endpoint
		}
	}
	t.bar.SetCommand(command.For(ep).Containers())
}
