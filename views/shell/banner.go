package shell

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// banner stands above a screen while what it shows may be old.
type banner struct {
	shell   *Shell
	content *fyne.Container // hidden while all is well
	hint    *kit.HintLine
	actions fyne.CanvasObject
	start   fyne.CanvasObject // of a machine that was stopped
	said    string
	cancel  func()
	ticking func()
}

func newBanner(s *Shell) *banner {
	b := &banner{shell: s, ticking: func() {}}
	b.actions = kit.Row(theme.Space2,
		kit.SmallButton(kit.Secondary, "", say.L("banner.retry"), s.app.Session.Retry),
		kit.SmallButton(kit.Quiet, "", say.L("banner.details"), func() { s.Open(nav.Route{Place: nav.Engine}) }))
	b.start = kit.SmallButton(kit.Secondary, theme.IconPlay, say.L("machine.start"), s.app.Session.Retry)
	b.hint = kit.Hint(kit.Caution, "", b.actions)
	b.content = kit.Inset(theme.Space3, theme.Space5, 0, theme.Space5, b.hint)
	b.content.Hide()
	b.cancel = s.app.Store.Connection.Subscribe(post.Coalesce(s, b.draw))
	return b
}

func (b *banner) close() { b.cancel(); b.ticking() }

// draw is the only writer of the banner.
func (b *banner) draw() {
	c := b.shell.app.Store.Connection.Get()
	b.ticking()
	words := bannerWords(c, time.Now())
	if b.shell.route.Place == nav.Engine {
		words = "" // that screen tells it all
	}
	if words != "" && c.Phase != store.Failed {
		b.ticking = post.After(b.shell, time.Second, b.draw) // it names an age
	}
	if words == b.said {
		return
	}
	b.said = words
	if _, halted := c.Halted(); halted && words != "" {
		b.hint.Set(kit.Note, words, b.start)
	} else if words != "" {
		b.hint.Set(kit.Caution, words, b.actions)
	}
	b.content.Hidden = words == ""
	b.shell.page.Refresh()
}

// bannerWords is empty while all is well. The engine's own screen tells more,
// and the start-up is no trouble.
func bannerWords(c store.Connection, now time.Time) string {
	since := c.Since
	if !c.Lost.IsZero() {
		since = c.Lost
	}
	switch c.Phase {
	case store.Reconnecting:
		return say.L("banner.reconnecting", "Age", say.Duration(now.Sub(since)))
	case store.Unresponsive:
		return say.L("banner.unresponsive", "Age", say.Duration(now.Sub(since)))
	case store.Failed:
		if name, halted := c.Halted(); halted {
			return say.L("banner.stopped", "Name", name)
		}
		return say.L("banner.failed")
	case store.Searching, store.Connecting, store.Loading, store.Ready:
	}
	return ""
}
