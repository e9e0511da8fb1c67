package container

import (
	"sort"

	"escale/app/ring"
	"escale/views/kit"
	"escale/views/say"
)

// ask looks for what the search field holds now.
func (v *logsView) ask() {
	query := v.search.Query()
	if query == v.query && query != "" {
		return
	}
	v.query = query
	if v.hunting != nil {
		v.hunting.end()
		v.hunting = nil
	}
	v.matches, v.current = nil, -1
	v.view.SetQuery(query)
	v.view.SetCurrent(-1)
	if query == "" {
		v.drawCount(false)
		return
	}
	first := true
	v.hunting = newHunt(v.session.Lines, ring.Query{Text: query, Stream: v.stream}, v.screen.host, func(lines []int) {
		v.matches = lines
		if first && len(lines) > 0 { // the newest, which is where a log is read
			first = false
			v.goTo(lines[len(lines)-1])
		}
		v.drawCount(true)
	})
}

// step goes to the next match below, or above for -1, and around at the ends.
func (v *logsView) step(by int) {
	n := len(v.matches)
	if n == 0 {
		return
	}
	at := v.position() - 1
	if at < 0 { // the current one was dropped
		at = 0
	} else {
		at = (at + by + n) % n
	}
	v.goTo(v.matches[at])
	v.drawCount(true)
}

// position is the place of the current match among all, from 1; 0 is none.
func (v *logsView) position() int {
	i := sort.SearchInts(v.matches, v.current)
	if v.current < 0 || i == len(v.matches) || v.matches[i] != v.current {
		return 0
	}
	return i + 1
}

func (v *logsView) goTo(number int) {
	v.current = number
	own := number
	if v.sift != nil {
		own = v.sift.own(number)
	}
	v.view.SetCurrent(own)
	if own >= 0 {
		v.view.ScrollTo(own)
	}
}

func (v *logsView) drawCount(asked bool) {
	text := ""
	switch {
	case !asked:
	case len(v.matches) == 0:
		text = say.L("logs.nomatch")
	case v.position() == 0:
		text = say.N("logs.matches", len(v.matches))
	default:
		text = say.L("logs.position", "I", say.Count(int64(v.position())), "N", say.Count(int64(len(v.matches))))
	}
	v.count.SetText(text)
	kit.SetVisible(v.previous, asked)
	kit.SetVisible(v.next, asked)
	reason := ""
	if len(v.matches) == 0 {
		reason = say.L("logs.nomatch")
	}
	v.previous.SetDisabled(reason)
	v.next.SetDisabled(reason)
	v.bar.Refresh()
}
