package playground

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/playground"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// cardWidth is the least width of an instance's card.
const cardWidth = 270

// list is the page of all instances.
type list struct {
	screen  *Screen
	content fyne.CanvasObject

	create *kit.Press
	first  *kit.Press // in the empty state
	room   *kit.Text
	blank  fyne.CanvasObject
	why    *kit.HintLine
	note   *kit.Paragraph // in the empty state
	rows   fyne.CanvasObject
	grid   *fyne.Container
	cards  map[string]*card
	order  string // what grid shows
}

func newList(s *Screen) *list {
	l := &list{screen: s, cards: map[string]*card{}, room: kit.NewText("", theme.Small, theme.InkMuted).Ellipsis(), grid: kit.Grid(cardWidth, theme.Space4)}
	l.create = kit.Button(kit.Primary, theme.IconPlus, say.L("playground.create"), s.create)
	l.first = kit.LargeButton(kit.Primary, theme.IconPlus, say.L("playground.create"), s.create)
	l.why, l.note = kit.Hint(kit.Note, "", nil), kit.NewParagraph("", theme.Small, theme.InkFaint).AlignCenter()
	l.blank = kit.EmptyState(theme.IconTerminal, say.L("playground.empty.title"), say.L("playground.empty.text", "Hours", say.Duration(playground.Life)),
		l.first, kit.AtMost(440, l.note))
	l.rows = kit.Scrolled(kit.Col(theme.Space4, l.room, l.why, l.grid))
	head := kit.Toolbar(say.L("playground.title"), say.L("playground.subtitle"), l.create).WithMark(life.What(s.host, "playground"))
	l.content = kit.PageFilled(head, container.NewStack(l.rows, l.blank))
	return l
}

// draw is the only writer of the list.
func (l *list) draw(all []playground.Instance, now time.Time) {
	why := l.screen.why()
	kit.SetVisible(l.blank, len(all) == 0)
	kit.SetVisible(l.rows, len(all) > 0)
	kit.SetVisible(l.create, len(all) > 0)
	for _, p := range []*kit.Press{l.create, l.first} {
		p.SetDisabled(why)
	}
	l.why.Set(kit.Note, why, nil)
	kit.SetVisible(l.why, why != "")
	room := ""
	if why == "" && l.screen.room > 0 {
		room = say.N("playground.room", l.screen.room, "Size", say.Bytes(playground.MemoryBytes))
	}
	l.room.SetText(room)
	kit.SetVisible(l.room, room != "")
	l.note.SetText(why + room) // one of them
	var names []string
	var cards []fyne.CanvasObject
	for _, i := range all {
		k, ok := l.cards[i.Name]
		if !ok {
			k = newCard(l.screen)
			l.cards[i.Name] = k
		}
		k.draw(i, now)
		names, cards = append(names, i.Name), append(cards, k.content)
	}
	if order := strings.Join(names, " "); order != l.order {
		l.order = order
		kit.SetChildren(l.grid, cards...)
	}
}

// card is one instance of the list.
type card struct {
	content *kit.Press
	title   *kit.Text
	state   *kit.StateLabel
	facts   *kit.Paragraph
	name    string
}

func newCard(s *Screen) *card {
	k := &card{
		title: kit.NewText("", theme.Heading, theme.Ink).Ellipsis(), state: kit.StateWord(kit.IsStarting, ""),
		facts: kit.NewParagraph("", theme.Small, theme.InkMuted),
	}
	body := kit.Pad(theme.Space4, kit.Col(theme.Space2,
		kit.Row(theme.Space3, kit.NewIcon(theme.IconTerminal, theme.IconLarge, theme.Accent), kit.Grow(k.title)), k.state, k.facts))
	k.content = kit.NewPress(body, theme.RadiusCard, kit.CardLook, func() {
		s.host.Open(nav.Route{Place: nav.Playground, ID: k.name})
	})
	return k
}

func (k *card) draw(i playground.Instance, now time.Time) {
	k.name = i.Name
	k.title.SetText(called(i))
	k.content.Named(called(i))
	condition, word := stateOf(i)
	k.state.Set(condition, word)
	k.facts.SetText(facts(i, now))
}

// stateOf is how an instance is, in a word.
func stateOf(i playground.Instance) (kit.Condition, string) {
	switch i.Phase {
	case playground.Running:
		return kit.IsRunning, say.L("playground.state.running")
	case playground.Closing:
		return kit.IsStarting, say.L("playground.state.closing")
	case playground.Over:
		return kit.IsStopped, say.L("playground.state.over")
	case playground.Failed:
		return kit.IsFailed, say.L("playground.state.failed")
	case playground.Starting:
	}
	return kit.IsStarting, say.L("playground.state.starting")
}

// facts are the time that is left, what it takes, and how many containers it has.
func facts(i playground.Instance, now time.Time) string {
	var all []string
	if i.Phase == playground.Starting || i.Phase == playground.Running {
		all = append(all, say.L("playground.left", "Time", left(i.Ends.Sub(now))))
	}
	if i.Phase == playground.Running {
		if n := i.Status.Use.MemoryBytes; n > 0 {
			all = append(all, say.L("playground.memory", "Size", say.Bytes(n)))
		}
		if i.Containers.Loaded {
			all = append(all, say.N("playground.containers", len(i.Containers.Rows)))
		}
	}
	return strings.Join(all, " · ")
}

// left is a time to come, to the minute.
func left(d time.Duration) string {
	return say.Duration(max(d.Round(time.Minute), time.Minute))
}
