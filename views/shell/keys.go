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
	digits := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7}
	for i, d := range destinations {
		s.on(digits[i], func() { s.visit(d.place) })
	}
	s.on(fyne.KeyF, s.search)
	s.on(fyne.KeyK, s.search)
	s.on(fyne.KeyN, func() { s.visit(nav.Discover) })
	s.on(fyne.KeyR, s.refresh)
	s.on(fyne.KeyJ, s.toggleDrawer)
	s.on(fyne.KeyW, s.closeWindow)
	s.on(fyne.KeyQ, s.leave)
	s.on(fyne.KeyPlus, func() { s.zoom(theme.ZoomStep) })
	s.on(fyne.KeyEqual, func() { s.zoom(theme.ZoomStep) })
	s.on(fyne.KeyMinus, func() { s.zoom(-theme.ZoomStep) })
	// The key of the minus sign is that of a digit on some keyboards, such as the
	// French one, and the toolkit tells keys apart by their place.
	s.on(fyne.KeyPageUp, func() { s.zoom(theme.ZoomStep) })
	s.on(fyne.KeyPageDown, func() { s.zoom(-theme.ZoomStep) })
	s.on(fyne.Key0, func() { s.zoom(0) })
	s.window.Canvas().SetOnTypedKey(s.typed)
}

// on binds Ctrl (Command on a Mac) and a key. Shift changes nothing: many
// keyboards need it for a digit or for the plus sign.
func (s *Shell) on(key fyne.KeyName, do func()) {
	for _, modifier := range []fyne.KeyModifier{fyne.KeyModifierShortcutDefault, fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift} {
		shortcut := &desktop.CustomShortcut{KeyName: key, Modifier: modifier}
		s.keys.AddShortcut(shortcut, func(fyne.Shortcut) { do() })
		s.window.Canvas().AddShortcut(shortcut, s.keys.TypedShortcut)
	}
}

// covered tells whether a sheet, a dialog or a menu lies over the page.
func (s *Shell) covered() bool { return s.window.Canvas().Overlays().Top() != nil }

// visit opens a place from the keyboard. What lies over the page is closed
// first, as Esc does: a form that wants to stay keeps the user where they are.
func (s *Shell) visit(place nav.Place) {
	overlays := s.window.Canvas().Overlays()
	for above := len(overlays.List()); above > 0; above-- {
		if kit.Escape(s.window.Canvas()); len(overlays.List()) >= above {
			return
		}
	}
	s.Open(nav.Route{Place: place})
}

// search puts the cursor into the search of the current screen.
func (s *Shell) search() {
	if screen, ok := s.current().(nav.Searcher); ok && !s.covered() {
		screen.FocusSearch()
	}
}

func (s *Shell) toggleDrawer() {
	if !s.covered() {
		s.drawer.toggle()
	}
}

// typed gets the keys that no widget used.
func (s *Shell) typed(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyF5 {
		s.refresh()
	}
	if key.Name == fyne.KeyDown || key.Name == fyne.KeyUp {
		s.enterList()
	}
	if key.Name == fyne.KeyEscape && !kit.Escape(s.window.Canvas()) {
		s.drawer.hide()
	}
}

// enterList lets the arrow keys reach the rows from anywhere on the page.
func (s *Shell) enterList() {
	if screen, ok := s.current().(nav.Lister); ok && !s.covered() {
		screen.FocusList()
	}
}

// refresh reads everything again that the current screen shows.
func (s *Shell) refresh() {
	if s.covered() {
		return
	}
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
		p.TextScale = min(max(p.Scale()+by, theme.ZoomMin), theme.ZoomMax)
	})
	if err != nil {
		s.log.Error("the text size was not kept", "error", err)
	}
}
