package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"escale/app/settings"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/theme"
)

// bindKeys gives the window its shortcuts.
func (s *Shell) bindKeys() {
	digits := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6}
	for i, d := range destinations {
		s.on(digits[i], func() { s.Open(nav.Route{Place: d.place}) })
	}
	search := func() {
		if screen, ok := s.current().(nav.Searcher); ok {
			screen.FocusSearch()
		}
	}
	s.on(fyne.KeyF, search)
	s.on(fyne.KeyK, search)
	s.on(fyne.KeyN, func() { s.Open(nav.Route{Place: nav.Discover}) })
	s.on(fyne.KeyR, s.refresh)
	s.on(fyne.KeyJ, func() { s.drawer.toggle() })
	s.on(fyne.KeyW, s.close)
	s.on(fyne.KeyQ, s.close)
	s.on(fyne.KeyPlus, func() { s.zoom(theme.ZoomStep) })
	s.on(fyne.KeyEqual, func() { s.zoom(theme.ZoomStep) })
	s.on(fyne.KeyMinus, func() { s.zoom(-theme.ZoomStep) })
	s.on(fyne.Key0, func() { s.zoom(0) })
	s.window.Canvas().SetOnTypedKey(s.typed)
}

// on binds Ctrl (Command on a Mac) and a key.
func (s *Shell) on(key fyne.KeyName, do func()) {
	shortcut := &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	s.window.Canvas().AddShortcut(shortcut, func(fyne.Shortcut) { do() })
}

// typed gets the keys that no widget used.
func (s *Shell) typed(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyF5:
		s.refresh()
	case fyne.KeyEscape:
		if !kit.Escape(s.window.Canvas()) {
			s.drawer.hide()
		}
	}
}

// refresh reads everything again that the current screen shows.
func (s *Shell) refresh() {
	s.app.Session.Retry()
	if screen, ok := s.current().(nav.Refresher); ok {
		screen.Refresh()
		return
	}
	s.app.Session.Refresh()
}

// zoom changes the text size by a step; zero goes back to the usual size.
func (s *Shell) zoom(by float32) {
	err := s.app.Settings.Update(func(p *settings.Prefs) {
		if by == 0 {
			p.TextScale = 1
			return
		}
		p.TextScale = min(max(scaleOf(*p)+by, theme.ZoomMin), theme.ZoomMax)
	})
	if err != nil {
		s.log.Error("the text size was not kept", "error", err)
	}
}

// scaleOf reads the text size, whose zero value means the usual one.
func scaleOf(p settings.Prefs) float32 {
	if p.TextScale == 0 {
		return 1
	}
	return p.TextScale
}
