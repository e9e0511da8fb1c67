package containers

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// portView shows the first port of a row: a link, or words when it does not
// open.
type portView struct {
	content *fyne.Container
	box     *fyne.Container // of the link
	link    *kit.Press
	words   *kit.Text
}

func newPortView(browse func(), after ...fyne.CanvasObject) *portView {
	p := &portView{link: kit.LinkOut("localhost", browse), words: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis()}
	p.box = kit.Hang(4, p.link)
	p.content = kit.Row(0, append([]fyne.CanvasObject{p.box, kit.Grow(p.words)}, after...)...)
	return p
}

func (p *portView) set(opens bool, label string, ink theme.Color) {
	kit.SetVisible(p.box, opens)
	if opens {
		p.link.SetLabel(label)
		label = ""
	}
	p.words.Set(label, ink)
	p.content.Refresh()
}

func (r *rowView) updateLinks(f figures) {
	url := life.FirstURL(f.links)
	label := ""
	for _, l := range f.links {
		if l.URL == url { // the first that opens, or the first
			label = l.Label
			break
		}
	}
	opens, ink := url != "" && !f.faint, theme.InkFaint
	short := label[max(strings.LastIndexByte(label, ':'), 0):]
	if blocked, ok := life.FirstWrong(f.links); ok && !f.faint {
		opens, ink = false, theme.Danger
		label, short = say.L("containers.port.blocked", "Port", blocked.Port.Host), ":"+strconv.Itoa(int(blocked.Port.Host))
	}
	kit.SetVisible(r.more, len(f.links) > 1)
	if len(f.links) > 1 {
		r.more.SetLabel(say.L("containers.moreports", "N", len(f.links)-1))
	}
	r.ports.set(opens, label, ink)
	r.brief.set(opens, short, ink)
}

// showLinks offers all the ports of a container.
func (r *rowView) showLinks() {
	var items []kit.MenuItem
	for _, l := range r.now.links {
		if l.URL == "" {
			items = append(items, kit.MenuItem{
				Icon: theme.IconCopy, Label: say.L("containers.copyport", "Port", l.Label),
				OnTapped: func() { r.screen.host.Copy(l.Label) },
			})
			continue
		}
		items = append(items, kit.MenuItem{Icon: theme.IconOpen, Label: l.Label, OnTapped: func() { r.screen.host.Browse(l.URL) }})
	}
	kit.ShowMenu(r.more, items...)
}
