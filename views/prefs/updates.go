package prefs

import (
	"errors"
	"net/url"

	"fyne.io/fyne/v2"

	"escale/app/release"
	"escale/app/settings"
	"escale/views/kit"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// updatesRow is about newer versions of the program.
type updatesRow struct {
	page    *Page
	watcher *release.Watcher
	line    *kit.Switch
	address *kit.Input
	where   *kit.FieldBox
	now     *kit.Press
	said    *kit.FieldBox
	soon    func() // saves the address once the user pauses
	cancels []func()
}

func newUpdatesRow(p *Page) *updatesRow {
	r := &updatesRow{page: p, watcher: p.parts.Releases}
	soon, cancel := post.Debounce(p.parts.Host, typingPause, func() { r.save() })
	r.soon = soon
	r.line = kit.Toggle(say.L("settings.updates.daily"), false, func(on bool) {
		p.change(func(s *settings.Prefs) { s.Updates.On = on })
	})
	r.address = kit.NewInput(p.parts.Settings.Get().Updates.Address, r.watcher.Usual(), 0)
	r.address.OnSubmitted = func(string) { r.save() }
	r.address.OnChanged = func(string) { r.where.ClearHint(); r.address.ClearProblem(); r.soon() }
	r.where = kit.Field(say.L("settings.updates.address"), say.L("settings.updates.address.help"), r.address)
	r.now = kit.SmallButton(kit.Secondary, "", say.L("settings.updates.now"), r.look)
	r.said = kit.Field("", "", kit.Start(r.now))
	draw := post.Coalesce(p.parts.Host, r.draw)
	r.cancels = []func(){cancel, r.watcher.State.Subscribe(draw), p.parts.Settings.Subscribe(draw)}
	return r
}

func (r *updatesRow) close() {
	for _, cancel := range r.cancels {
		cancel()
	}
}

func (r *updatesRow) content() fyne.CanvasObject {
	return kit.Col(theme.Space2,
		kit.NewText(say.L("settings.updates"), theme.Strong, theme.Ink),
		kit.NewParagraph(say.L("settings.updates.help"), theme.Small, theme.InkFaint),
		kit.Hang(6, kit.Start(r.line)), r.where, r.said)
}

// look keeps what was typed, and looks there.
func (r *updatesRow) look() {
	if r.save() {
		r.watcher.Look()
	}
}

// save keeps the address when it is whole, and says so beside the field when it
// is not; what was typed stays.
func (r *updatesRow) save() bool {
	text := tidy(r.address.Text())
	if !secureAddress(text) {
		r.address.SetProblem(kit.Problem)
		r.where.SetHint(kit.Problem, say.L("settings.updates.address.bad"), nil)
		return false
	}
	r.address.ClearProblem()
	r.where.ClearHint()
	if text == r.page.parts.Settings.Get().Updates.Address {
		return true
	}
	return r.page.change(func(s *settings.Prefs) { s.Updates.Address = text })
}

// draw is the only writer of what is known of newer versions.
func (r *updatesRow) draw() {
	prefs, able, state := r.page.parts.Settings.Get().Updates, r.watcher.Able(), r.watcher.State.Get()
	noKey := errors.Is(able, release.ErrNoKey)
	r.line.SetOn(prefs.On && !noKey)
	r.where.Hidden = noKey
	r.now.SetDisabled("")
	r.line.SetDisabled("")
	if able != nil {
		r.line.SetDisabled(say.ReleaseProblem(able))
		r.now.SetDisabled(say.ReleaseProblem(able))
	}
	latest, newer := r.watcher.Newer()
	switch {
	case able != nil:
		r.said.SetHint(kit.Note, say.ReleaseProblem(able), nil)
	case state.Looking:
		r.now.SetDisabled(say.L("settings.updates.looking"))
		r.said.SetHint(kit.Note, say.L("settings.updates.looking"), nil)
	case newer:
		get := kit.SmallButton(kit.Secondary, "", say.L("release.open"), func() { r.page.parts.Host.Browse(latest.Page()) })
		r.said.SetHint(kit.Good, say.L("settings.updates.newer", "Version", latest.Version, "Date", say.Date(latest.Date)), get)
	case state.Err != nil:
		r.said.SetHint(kit.Caution, say.ReleaseProblem(state.Err), nil)
	case state.Looked:
		r.said.SetHint(kit.Good, say.L("settings.updates.none"), nil)
	default:
		r.said.ClearHint()
	}
}

// secureAddress tells whether an address can be looked at; none is this build's.
func secureAddress(text string) bool {
	address, err := url.Parse(text)
	return text == "" || err == nil && address.Scheme == "https" && wholeAddress(text)
}
