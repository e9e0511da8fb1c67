package enginepage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// card is about the engine in use, or about what is wrong.
type card struct {
	page    *Page
	content fyne.CanvasObject
	col     *fyne.Container

	identity     *fyne.Container
	headline     *fyne.Container
	name, reason *kit.Text
	badge        *kit.StateLabel
	trouble      *fyne.Container
	troubled     string // what trouble says
	wait         *kit.Text
	slow         *slowness // of a machine that starts
	ladder       *kit.Ladder
	boot         *fyne.Container // what can be done while it starts
	facts        *fyne.Container
	known        string // what facts say
	address      string
	details      string // of the trouble, for the clipboard
}

func newCard(p *Page) *card {
	k := &card{
		page: p,
		name: kit.NewText("", theme.Heading, theme.Ink).Ellipsis(), reason: kit.NewText("", theme.Small, theme.InkMuted).Ellipsis(),
		badge:   kit.StateBadge(kit.IsStarting, ""),
		trouble: kit.Col(theme.Space3), wait: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(),
		ladder: kit.StepLadder(), facts: kit.Col(theme.Space3), slow: newSlowness(p),
	}
	k.boot = kit.Flow(theme.Space2,
		kit.SmallButton(kit.Secondary, theme.IconCross, say.L("action.cancel"), func() { p.operator.StopMachine() }),
		kit.SmallButton(kit.Secondary, theme.IconLogs, say.L("machine.console"), func() { p.showConsole(machine.LogConsole) }))
	k.headline = kit.Row(10, kit.Grow(k.name), k.badge)
	k.identity = kit.Row(theme.Space3,
		kit.IconTile(theme.IconEngine, 44, theme.Accent, theme.AccentSoft), kit.Grow(kit.Col(2, k.headline, k.reason)))
	k.col = kit.Col(theme.Space4, k.identity, k.trouble, k.wait, k.slow.content, k.ladder, k.boot, k.facts)
	k.content = kit.CardInset(20, k.col)
	return k
}

// draw is the only writer of the card.
func (k *card) draw(c store.Connection, now time.Time) {
	blamed := blame(c)
	k.drawIdentity(c, blamed.Endpoint)
	k.drawTrouble(c, blamed)
	k.wait.SetText(waiting(c, now))
	k.wait.Hidden = waiting(c, now) == ""
	steps := ladder(c, now)
	k.ladder.SetSteps(steps...)
	k.ladder.Hidden = len(steps) == 0 || !starting(c.Phase) && c.Phase != store.Failed
	booting := starting(c.Phase) && c.Endpoint.Kind == engine.EndpointMachine
	m := k.page.store.Machine.Get()
	k.slow.draw(m.Status.Accel, booting && m.Is(machine.StateStarting))
	k.boot.Hidden = !booting || !m.Is(machine.StateStarting)
	k.drawFacts(c)
	k.col.Refresh()
}

func (k *card) drawIdentity(c store.Connection, e engine.Endpoint) {
	k.identity.Hidden = e.ID == ""
	reason := why(e)
	if c.Chosen {
		reason = say.L("engine.why.chosen")
	}
	k.name.SetText(called(e, c.Version))
	k.reason.SetText(reason)
	word := phaseWord(c.Phase)
	if starting(c.Phase) && k.page.store.Machine.Get().Is(machine.StateStarting) && e.Kind == engine.EndpointMachine {
		word = say.L("machine.state.starting")
	}
	mark := condition(c.Phase)
	if c.Phase == store.Failed && unstarted(blame(c)) {
		mark, word = kit.IsStopped, say.L("machine.state.stopped")
	}
	k.badge.Set(mark, word)
	k.headline.Refresh()
}

// drawTrouble says what is wrong and how to mend it. What it says is made anew
// only when it differs.
func (k *card) drawTrouble(c store.Connection, blamed engine.Candidate) {
	k.details = details(blamed)
	k.trouble.Hidden = blamed.Err == nil
	said := ""
	if blamed.Err != nil {
		said = k.page.troubleKey(c, blamed)
	}
	if said == k.troubled {
		return
	}
	k.troubled = said
	if blamed.Err == nil {
		kit.SetChildren(k.trouble)
		return
	}
	words, tone := say.Error(blamed.Err), kit.Problem
	switch {
	case unstarted(blamed):
		tone = kit.Note
	case c.Phase != store.Failed:
		tone = kit.Caution
	}
	actions := k.firstAid(blamed)
	for _, other := range usable(c) {
		label := say.L("engine.use.other", "Name", called(other.Endpoint, other.Version))
		actions = append(actions, kit.SmallButton(kit.Secondary, "", label, func() { k.page.session.Use(other.Endpoint.ID) }))
	}
	if c.Chosen {
		actions = append(actions, kit.SmallButton(kit.Secondary, "", say.L("engine.automatic"), func() { k.page.session.Use("") }))
	}
	lines := append([]fyne.CanvasObject{kit.Callout(tone, words.Title, words.Hint, actions...)}, k.page.mending(blamed)...)
	kit.SetChildren(k.trouble, lines...)
}

// firstAid is what to do first about a trouble.
func (k *card) firstAid(blamed engine.Candidate) []fyne.CanvasObject {
	p := k.page
	if unstarted(blamed) {
		return []fyne.CanvasObject{kit.SmallButton(kit.Primary, theme.IconPlay, say.L("machine.start"), p.session.Retry)}
	}
	actions := []fyne.CanvasObject{
		kit.SmallButton(kit.Primary, theme.IconRefresh, say.L("action.retry"), p.session.Retry),
		kit.SmallButton(kit.Secondary, theme.IconCopy, say.L("action.copydetails"), func() { p.host.Copy(k.details) }),
	}
	if failed, ok := errors.AsType[*machine.Failure](blamed.Err); ok {
		actions = append(actions, kit.SmallButton(kit.Secondary, theme.IconLogs, say.L("machine.console"), func() { p.showConsole(telling(failed.Cause)) }))
		if failed.Cause == machine.CauseDiskForeign {
			actions = append(actions, kit.SmallButton(kit.Secondary, theme.IconTrash, say.L("machine.afresh"), p.startAfresh))
		}
	}
	return actions
}

// telling is the log that says most about a cause.
func telling(cause machine.Cause) machine.LogName {
	switch cause { //nolint:exhaustive // of the others the helper says most
	case machine.CauseBootStuck, machine.CauseDiskForeign, machine.CauseEngineFailed:
		return machine.LogConsole
	}
	return machine.LogHelper
}

// troubleKey is equal for troubles that are shown alike.
func (p *Page) troubleKey(c store.Connection, blamed engine.Candidate) string {
	words := say.Error(blamed.Err)
	parts := []string{phaseWord(c.Phase), blamed.Endpoint.ID, words.Title, words.Hint}
	for _, r := range p.system.remedies(blamed) {
		parts = append(parts, r.caption, r.command)
	}
	for _, other := range usable(c) {
		parts = append(parts, other.Endpoint.ID)
	}
	if c.Chosen {
		parts = append(parts, "chosen")
	}
	return strings.Join(parts, "\n")
}

// mending are the ways to mend what is wrong with an engine.
func (p *Page) mending(blamed engine.Candidate) []fyne.CanvasObject {
	return p.remedyLines(p.system.remedies(blamed))
}

// remedyLines shows remedies, each with its command or its page.
func (p *Page) remedyLines(all []remedy) []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, r := range all {
		line := kit.Col(theme.Space2, kit.NewParagraph(r.caption, theme.Small, theme.InkMuted))
		if r.command != "" {
			kit.SetChildren(line, line.Objects[0], kit.CommandBar(say.L("action.copy"), say.L("action.copied"), r.command))
		}
		if r.link != "" {
			kit.SetChildren(line, line.Objects[0], kit.Start(kit.SmallButton(kit.Secondary, theme.IconOpen, say.L("engine.fix.open"), func() { p.host.Browse(r.link) })))
		}
		lines = append(lines, line)
	}
	return lines
}

// waiting says when the next attempt starts.
func waiting(c store.Connection, now time.Time) string {
	left := c.NextTry.Sub(now)
	if (c.Phase != store.Failed && c.Phase != store.Reconnecting) || left <= 0 {
		return ""
	}
	return say.L("engine.wait", "Time", say.Duration(left.Round(time.Second)))
}

// drawFacts shows what is known about the engine in use.
func (k *card) drawFacts(c store.Connection) {
	known := facts(c)
	k.facts.Hidden = c.Endpoint.ID == "" || len(known) == 0
	said := fmt.Sprint(c.Endpoint.Host, known)
	if said == k.known {
		return
	}
	k.known, k.address = said, c.Endpoint.Host
	var cells, lines []fyne.CanvasObject
	for _, f := range known {
		one := factLine(f.name, kit.NewText(f.value, theme.Small, theme.Ink).Ellipsis())
		if f.wide {
			lines = append(lines, one)
		} else {
			cells = append(cells, kit.Inset(0, theme.Space3, 0, 0, one))
		}
	}
	address := kit.Row(theme.Space2,
		kit.Grow(factLine(say.L("engine.fact.address"), kit.NewText(c.Endpoint.Host, theme.MonoSmall, theme.Ink).Ellipsis())),
		kit.IconButton(theme.IconCopy, say.L("engine.fact.address.copy"), func() { k.page.host.Copy(k.address) }))
	lines = append([]fyne.CanvasObject{kit.Grid(280, 2, cells...)}, append(lines, address)...)
	kit.SetChildren(k.facts, kit.Divider(), kit.Col(2, lines...))
}

func factLine(name string, value fyne.CanvasObject) fyne.CanvasObject {
	return kit.Fixed(0, 26, kit.Row(theme.Space3,
		kit.Fixed(118, 0, kit.NewText(name, theme.Small, theme.InkMuted).Ellipsis()), kit.Grow(value)))
}
