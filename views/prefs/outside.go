package prefs

import (
	"fyne.io/fyne/v2"

	"escale/app/settings"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// choice is a setting that is on or off. Its value in the settings says what the
// user does not want, so that a fresh installation has it all.
type choice struct {
	words string
	off   func(*settings.Prefs) *bool
	line  *kit.Switch
}

// outsideRows are the settings of what Escale does outside of its window.
func (p *Page) outsideRows() fyne.CanvasObject {
	p.choices = []*choice{
		{words: say.L("settings.tray.keep"), off: func(s *settings.Prefs) *bool { return &s.QuitOnClose }},
		{words: say.L("settings.notices.outcomes"), off: func(s *settings.Prefs) *bool { return &s.Notices.NoOutcomes }},
		{words: say.L("settings.notices.fallen"), off: func(s *settings.Prefs) *bool { return &s.Notices.NoFallen }},
		{words: say.L("settings.notices.downloads"), off: func(s *settings.Prefs) *bool { return &s.Notices.NoDownloads }},
		{words: say.L("settings.notices.engine"), off: func(s *settings.Prefs) *bool { return &s.Notices.NoEngine }},
	}
	var lines []fyne.CanvasObject
	for _, c := range p.choices {
		now := p.store.Get()
		c.line = kit.Toggle(c.words, !*c.off(&now), func(on bool) {
			p.change(func(s *settings.Prefs) { *c.off(s) = !on })
		})
		lines = append(lines, kit.Hang(6, kit.Start(c.line)))
	}
	inTray := []fyne.CanvasObject{
		kit.NewText(say.L("settings.tray"), theme.Strong, theme.Ink),
		kit.NewParagraph(say.L("settings.tray.help"), theme.Small, theme.InkFaint), lines[0],
	}
	if p.login != nil {
		inTray = append(inTray, p.login.content())
	}
	return kit.Col(20,
		kit.Col(theme.Space2, inTray...),
		kit.Divider(),
		kit.Col(theme.Space2, append([]fyne.CanvasObject{
			kit.NewText(say.L("settings.notices"), theme.Strong, theme.Ink),
			kit.NewParagraph(say.L("settings.notices.help"), theme.Small, theme.InkFaint),
		}, lines[1:]...)...))
}

// drawChoices follows what is decided elsewhere, such as in the question of a
// window that is being closed.
func (p *Page) drawChoices() {
	now := p.store.Get()
	for _, c := range p.choices {
		if on := !*c.off(&now); c.line.On() != on {
			c.line.SetOn(on)
		}
	}
}
