// Package prefs is the settings screen.
package prefs

import (
	"math"
	"net/url"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/release"
	"escale/app/settings"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// Parts are what the screen works with.
type Parts struct {
	Settings *settings.Store
	Host     nav.Host
	Version  string // of the program
	Login    Login  // nil where the session cannot be asked
	Releases *release.Watcher
	OpenLogs func() // shows the folder of the program's own logs
}

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	parts Parts
	host  nav.Host
	store *settings.Store

	content  fyne.CanvasObject
	language *kit.Dropdown
	hub      *kit.FieldBox
	address  *kit.Input
	scale    *kit.Text
	smaller  *kit.Press
	larger   *kit.Press
	choices  []*choice
	login    *loginRow // nil where there is none
	updates  *updatesRow
	soon     func() // saves the address once the user pauses
	cancels  []func()
}

// typingPause is how long nothing must be typed before an address is saved.
const typingPause = 800 * time.Millisecond

var _ nav.Screen = (*Page)(nil)

// New returns the screen.
func New(parts Parts) *Page {
	p := &Page{parts: parts, host: parts.Host, store: parts.Settings}
	soon, cancel := post.Debounce(p.host, typingPause, p.saveHub)
	p.soon = soon
	p.login, p.updates = newLoginRow(p), newUpdatesRow(p)
	p.content = p.build()
	p.draw()
	p.updates.draw()
	p.cancels = []func(){cancel, p.updates.close, p.store.Subscribe(post.Coalesce(p.host, p.draw))}
	return p
}

// Content implements nav.Screen.
func (p *Page) Content() fyne.CanvasObject { return p.content }

// Show asks again what others may have changed.
func (p *Page) Show(nav.Route) { p.login.ask() }

// Hide keeps what was typed.
func (p *Page) Hide() {
	p.saveHub()
	p.updates.save()
}

// Close implements nav.Screen.
func (p *Page) Close() {
	for _, cancel := range p.cancels {
		cancel()
	}
}

// Draft is an address that was typed and is not whole yet, so not saved.
func (p *Page) Draft() string {
	if text := p.address.Text(); !wholeAddress(tidy(text)) {
		return text
	}
	return ""
}

// Resume takes over from a page in another language: the draft of an address,
// and the focus on the choice that was just made.
func (p *Page) Resume(draft string) {
	if draft != "" {
		p.address.SetText(draft)
		p.saveHub()
	}
	p.host.Window().Canvas().Focus(p.language.Press())
}

func (p *Page) build() fyne.CanvasObject {
	head := kit.Toolbar(say.L("settings.title"), say.L("settings.subtitle"))
	column := kit.Col(theme.Space4,
		kit.Card(kit.Col(20, p.languageRow(), kit.Divider(), p.appearanceRow(), kit.Divider(), p.textRow())),
		kit.Card(p.outsideRows()),
		kit.Card(p.hubRow()),
		kit.Card(p.updates.content()),
		kit.Card(keysCard()),
		kit.Card(kit.Col(20, p.logsRow(), kit.Divider(), kit.Col(theme.Space2,
			kit.NewText(say.L("settings.about"), theme.Strong, theme.Ink),
			kit.NewParagraph(say.L("settings.about.text", "Version", p.parts.Version), theme.Small, theme.InkMuted)))))
	return kit.Page(head, kit.UpTo(760, column))
}

func (p *Page) languageRow() fyne.CanvasObject {
	system := say.L("settings.language.system")
	names, codes := []string{system}, map[string]string{system: ""}
	selected := system
	for _, l := range say.Languages {
		names = append(names, l.Name)
		codes[l.Name] = l.Code
		if l.Code == p.store.Get().Language {
			selected = l.Name
		}
	}
	p.language = kit.Choice(names, selected, func(name string) {
		p.change(func(prefs *settings.Prefs) { prefs.Language = codes[name] })
	})
	p.language.SetName(say.L("settings.language"))
	return line(say.L("settings.language"), "", kit.Fixed(220, 0, p.language))
}

func (p *Page) appearanceRow() fyne.CanvasObject {
	values := []string{"", "light", "dark"}
	labels := []string{say.L("settings.theme.system"), say.L("settings.theme.light"), say.L("settings.theme.dark")}
	at := 0
	for i, value := range values {
		if value == p.store.Get().Theme {
			at = i
		}
	}
	segments := kit.Segments(at, func(i int) {
		p.change(func(prefs *settings.Prefs) { prefs.Theme = values[i] })
	}, labels...)
	return line(say.L("settings.appearance"), "", segments)
}

func (p *Page) textRow() fyne.CanvasObject {
	p.scale = kit.NewText("", theme.Label, theme.Ink).AlignCenter()
	step := func(by float32) func() {
		return func() {
			p.change(func(prefs *settings.Prefs) {
				prefs.TextScale = min(max(prefs.Scale()+by, theme.ZoomMin), theme.ZoomMax)
			})
		}
	}
	reset := func() { p.change(func(prefs *settings.Prefs) { prefs.TextScale = 1 }) }
	p.smaller = kit.SmallButton(kit.Secondary, "", say.L("settings.text.smaller"), step(-theme.ZoomStep))
	p.larger = kit.SmallButton(kit.Secondary, "", say.L("settings.text.larger"), step(theme.ZoomStep))
	return line(say.L("settings.text"), say.L("settings.text.help", "Larger", larger(), "Smaller", smaller()),
		p.smaller, kit.Fixed(64, 0, p.scale), p.larger, kit.SmallButton(kit.Quiet, "", say.L("settings.text.reset"), reset))
}

func (p *Page) logsRow() fyne.CanvasObject {
	return line(say.L("settings.logs"), say.L("settings.logs.help"),
		kit.SmallButton(kit.Secondary, "", say.L("settings.logs.open"), p.parts.OpenLogs))
}

func (p *Page) hubRow() fyne.CanvasObject {
	p.address = kit.NewInput(p.store.Get().HubBase, "https://hub.docker.com", 0)
	p.address.OnSubmitted = func(string) { p.saveHub() }
	p.address.OnChanged = func(string) { p.hub.ClearHint(); p.address.ClearProblem(); p.soon() }
	reset := kit.SmallButton(kit.Quiet, "", say.L("settings.hub.reset"), func() { p.address.SetText(""); p.saveHub() })
	p.hub = kit.Field(say.L("settings.hub"), say.L("settings.hub.help"), p.address).WithMark(life.What(p.host, "hub"))
	return kit.Col(theme.Space2, p.hub, kit.Start(kit.Hang(10, reset)))
}

// saveHub keeps the address when it is whole, and says so beside the field
// when it is not; what was typed stays.
func (p *Page) saveHub() {
	text := tidy(p.address.Text())
	if !wholeAddress(text) {
		p.address.SetProblem(kit.Problem)
		p.hub.SetHint(kit.Problem, say.L("settings.hub.bad"), nil)
		return
	}
	p.address.ClearProblem()
	if text == p.store.Get().HubBase {
		p.hub.ClearHint()
		return
	}
	if p.change(func(prefs *settings.Prefs) { prefs.HubBase = text }) {
		p.hub.SetHint(kit.Good, say.L("settings.hub.saved"), nil)
	}
}

// tidy takes off what does not belong to an address.
func tidy(text string) string { return strings.TrimRight(strings.TrimSpace(text), "/") }

func wholeAddress(text string) bool {
	if text == "" {
		return true
	}
	address, err := url.Parse(text)
	return err == nil && address.Hostname() != "" && !strings.ContainsAny(text, " ?#") && (address.Scheme == "https" || address.Scheme == "http")
}

// draw follows the text size, which the keyboard changes too.
func (p *Page) draw() {
	scale := p.store.Get().Scale()
	p.scale.SetText(say.Percent(math.Round(float64(scale) * 100)))
	p.drawChoices()
	p.smaller.SetDisabled(reasonIf(scale <= theme.ZoomMin, say.L("settings.text.least")))
	p.larger.SetDisabled(reasonIf(scale >= theme.ZoomMax, say.L("settings.text.most")))
}

func reasonIf(so bool, reason string) string {
	if so {
		return reason
	}
	return ""
}

// change edits the settings and tells whether they could be written.
func (p *Page) change(edit func(*settings.Prefs)) bool {
	if err := p.store.Update(edit); err != nil {
		p.host.Toast(kit.Problem, say.L("settings.failed"), say.L("settings.failed.text"))
		return false
	}
	return true
}

func keysCard() fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewText(say.L("settings.keys"), theme.Strong, theme.Ink), kit.Gap(0, 4)}
	for _, one := range [][2]string{
		{say.L("settings.keys.places"), kit.Shortcut("1 … 6")},
		{say.L("settings.keys.run"), kit.Shortcut("N")},
		{say.L("settings.keys.search"), kit.Shortcut("F")},
		{say.L("settings.keys.move"), "↑ ↓"},
		{say.L("settings.keys.toggle"), say.L("settings.key.space")},
		{say.L("settings.keys.log"), kit.Shortcut("L")},
		{say.L("settings.keys.rename"), "F2"},
		{say.L("settings.keys.delete"), say.L("settings.key.delete")},
		{say.L("settings.keys.refresh"), kit.Shortcut("R") + ", F5"},
		{say.L("settings.keys.tasks"), kit.Shortcut("J")},
		{say.L("settings.keys.larger"), larger()},
		{say.L("settings.keys.smaller"), smaller()},
		{say.L("settings.keys.unzoom"), kit.Shortcut("0")},
		{say.L("settings.keys.close"), say.L("settings.key.escape")},
	} {
		rows = append(rows, kit.Fixed(0, 28, kit.Row(theme.Space3,
			kit.Grow(kit.NewText(one[0], theme.Body, theme.InkMuted).Ellipsis()),
			kit.NewText(one[1], theme.MonoSmall, theme.Ink))))
	}
	return kit.Col(0, rows...)
}

// larger and smaller are the keys of the text size that every keyboard has.
func larger() string  { return kit.Shortcut(say.L("settings.key.pageup")) }
func smaller() string { return kit.Shortcut(say.L("settings.key.pagedown")) }

// line is one setting: its name on the left, its controls on the right, or
// below where that is too narrow.
func line(title, help string, controls ...fyne.CanvasObject) fyne.CanvasObject {
	words := []fyne.CanvasObject{kit.NewText(title, theme.Strong, theme.Ink)}
	if help != "" {
		words = append(words, kit.NewParagraph(help, theme.Small, theme.InkFaint))
	}
	return kit.Aside(kit.Col(2, words...), 180, controls...)
}
