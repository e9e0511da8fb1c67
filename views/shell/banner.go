package shell

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

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
	content *fyne.Container
	cancel  func()
	ticking func()
	said    string
}

func newBanner(s *Shell) *banner {
	b := &banner{shell: s, content: container.NewStack(), ticking: func() {}}
	b.cancel = s.app.Store.Connection.Subscribe(post.Coalesce(s, b.draw))
	b.draw()
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
	if words != "" {
		b.ticking = post.After(b.shell, time.Second, b.draw)
	}
	if words == b.said {
		return
	}
	b.said = words
	b.content.Objects = nil
	if words != "" {
		b.content.Objects = []fyne.CanvasObject{kit.Inset(theme.Space3, theme.Space5, 0, theme.Space5,
			kit.Hint(kit.Caution, words, kit.Row(theme.Space2,
				kit.SmallButton(kit.Secondary, "", say.L("banner.retry"), b.shell.app.Session.Retry),
				kit.SmallButton(kit.Quiet, "", say.L("banner.details"), func() { b.shell.Open(nav.Route{Place: nav.Engine}) }))))}
	}
	b.content.Refresh()
}

// bannerWords is empty while all is well. The engine's own screen tells more,
// and the start-up is no trouble.
func bannerWords(c store.Connection, now time.Time) string {
	age := c.Since
	if !c.Lost.IsZero() {
		age = c.Lost
	}
	switch c.Phase {
	case store.Reconnecting:
		return say.L("banner.reconnecting", "Age", say.Duration(now.Sub(age)))
	case store.Unresponsive:
		return say.L("banner.unresponsive", "Age", say.Duration(now.Sub(age)))
	case store.Failed:
		return say.L("banner.failed")
	case store.Searching, store.Connecting, store.Loading, store.Ready:
	}
	return ""
}
