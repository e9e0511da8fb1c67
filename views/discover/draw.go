package discover

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/discover"
	"escale/engine"
	"escale/views/kit"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// mode is what the page shows.
type mode int

const (
	modeStarters mode = iota
	modeWaiting
	modeResults
	modeNothing  // no answer
	modeFiltered // answers, none of them official
	modeFailed
)

// moreState is what stands below the results.
type moreState int

const (
	moreNone moreState = iota
	moreOffered
	moreLoading
	moreFailed
)

// modeOf decides what the results call for.
func modeOf(r discover.Results) mode {
	switch {
	case r.Phase == discover.Idle:
		return modeStarters
	case len(r.Hits) > 0:
		return modeResults
	case r.Phase != discover.Settled:
		return modeWaiting
	case r.Err != nil:
		return modeFailed
	case r.Official && (r.More || r.Filtered()):
		return modeFiltered
	}
	return modeNothing
}

func moreOf(r discover.Results) moreState {
	switch {
	case r.Phase == discover.Growing:
		return moreLoading
	case r.Err != nil:
		return moreFailed
	case r.More && r.Phase == discover.Settled:
		return moreOffered
	}
	return moreNone
}

// draw brings the page in line with the newest results.
func (v *Screen) draw() {
	r := v.catalogue.Results.Get()
	now := shown{query: r.Query, category: v.category, official: r.Official, mode: modeOf(r), more: moreOf(r), notice: notice(r).title}
	items := starters(v.category)
	if now.mode != modeStarters {
		items = itemsOf(r)
	}
	now.names = namesOf(items)
	if now.mode == modeWaiting && v.waitQuietly() {
		return
	}
	if now.mode != modeWaiting {
		v.shownSince = time.Time{}
	}
	if now == v.shown && len(v.cards) > 0 {
		return
	}
	fresh := now.query != v.shown.query || now.mode != v.shown.mode || now.category != v.shown.category
	if now.names != v.shown.names || fresh {
		v.makeCards(items)
	}
	v.shown = now
	v.drawChips(r)
	v.drawBody(r)
	if fresh && r.Phase == discover.Settled {
		v.scroll.ScrollToTop()
	}
	v.decorate()
}

// waitQuietly keeps what is on screen while an answer may still come within a
// moment.
func (v *Screen) waitQuietly() bool {
	if v.shownSince.IsZero() {
		v.shownSince = time.Now()
		v.cancels = append(v.cancels[:3:3], post.After(v.host, quietWait, v.draw))
		return true
	}
	return time.Since(v.shownSince) < quietWait
}

func namesOf(items []item) string {
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.name + " " + it.run
	}
	return strings.Join(names, "\n")
}

// makeCards keeps the cards of items that were there before, in place.
func (v *Screen) makeCards(items []item) {
	old := v.cards
	v.cards = make([]*card, len(items))
	for i, it := range items {
		if i < len(old) && old[i].item == it {
			v.cards[i] = old[i]
		} else {
			v.cards[i] = v.newCard(it, i)
		}
	}
}

func (v *Screen) drawBody(r discover.Results) {
	v.filled.Objects, v.body.Objects = nil, nil
	switch v.shown.mode {
	case modeStarters:
		v.fillBody(v.heading(categoryTitle(v.category), say.L("discover.from.hub")), v.grid())
	case modeResults:
		v.fillBody(v.resultParts(r)...)
	case modeWaiting:
		v.filled.Objects = []fyne.CanvasObject{v.waiting(r)}
	case modeNothing, modeFiltered, modeFailed:
		v.filled.Objects = []fyne.CanvasObject{v.empty(r)}
	}
	if len(v.filled.Objects) > 0 {
		v.scroll.Hide()
	} else {
		v.scroll.Show()
	}
	v.filled.Refresh()
	v.scroll.Refresh()
}

func (v *Screen) fillBody(parts ...fyne.CanvasObject) { kit.SetChildren(v.body, parts...) }

func (v *Screen) heading(title, aside string) fyne.CanvasObject {
	return kit.Row(theme.Space2,
		kit.Grow(kit.NewText(title, theme.Heading, theme.Ink).Ellipsis()),
		kit.NewText(aside, theme.Small, theme.InkFaint))
}

func (v *Screen) grid() fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(v.cards))
	for i, c := range v.cards {
		objects[i] = c.press
	}
	return kit.Grid(cardWidth, theme.Space3, objects...)
}

func (v *Screen) resultParts(r discover.Results) []fyne.CanvasObject {
	parts := []fyne.CanvasObject{v.heading(say.L("discover.results", "Query", r.Query), source(r))}
	if n := notice(r); n.title != "" {
		parts = append(parts, kit.Callout(kit.Caution, n.title, n.text, kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), v.catalogue.Retry)))
	}
	parts = append(parts, v.grid())
	switch v.shown.more {
	case moreOffered:
		parts = append(parts, centre(kit.Button(kit.Secondary, "", say.L("discover.more"), v.catalogue.More)))
	case moreLoading:
		button := kit.Button(kit.Secondary, "", say.L("discover.more"), nil)
		button.SetBusy(say.L("discover.loading"))
		parts = append(parts, centre(button))
	case moreFailed:
		parts = append(parts, kit.Callout(kit.Problem, say.L("discover.more.failed"), why(r.Err),
			kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), v.catalogue.Retry)))
	case moreNone:
	}
	return parts
}

func centre(o fyne.CanvasObject) fyne.CanvasObject {
	return kit.Row(0, kit.Grow(kit.Gap(0, 0)), o, kit.Grow(kit.Gap(0, 0)))
}

// source says how many answers there are and where they come from.
func source(r discover.Results) string {
	switch {
	case r.Source == discover.FromEngine:
		return say.L("discover.from.engine")
	case r.Source == discover.FromHere:
		return say.L("discover.from.here")
	case r.Total > 0:
		return say.N("discover.count", r.Total) + " · " + say.L("discover.from.hub")
	}
	return say.L("discover.from.hub")
}

// words are a title and a text.
type words struct{ title, text string }

// notice says that the answers do not come from the Hub, and why.
func notice(r discover.Results) words {
	if r.Reason == nil || errors.Is(r.Reason, discover.ErrNoHub) || r.Phase == discover.Idle {
		return words{}
	}
	text := say.L("discover.notice.engine")
	if r.Source == discover.FromHere {
		text = say.L("discover.notice.here")
	}
	title := why(r.Reason)
	if !r.RetryAt.IsZero() {
		text += " " + say.L("discover.notice.until", "Time", r.RetryAt.Local().Format("15:04"))
	}
	return words{title, text}
}

// why words a failure of the Hub.
func why(err error) string {
	switch {
	case errors.Is(err, engine.ErrRateLimited):
		return say.L("discover.why.limited")
	case errors.Is(err, engine.ErrTimeout):
		return say.L("discover.why.slow")
	case errors.Is(err, engine.ErrUnreachable):
		return say.L("discover.why.offline")
	}
	return say.L("discover.why.broken")
}

// decorate puts logos and figures on the cards as they become known.
func (v *Screen) decorate() {
	for _, c := range v.cards {
		if logo, ok := v.catalogue.Logo(c.item.name); ok {
			c.portrait.setLogo(logo)
		}
		if !c.item.figures {
			if stars, pulls, ok := v.catalogue.Figures(c.item.name); ok {
				c.setFigures(stars, pulls)
			}
		}
	}
}
