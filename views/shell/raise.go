package shell

import (
	"escale/app/settings"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/tray"
)

// Raise brings the window forward, also one that is hidden or minimized. It may
// be called from any goroutine, and returns at once.
func (s *Shell) Raise() { s.Post(s.raise) }

func (s *Shell) raise() {
	s.hidden = false
	if !onScreen(s.window) {
		s.window.Show()
	}
	if s.unmade {
		s.unmade = false
		s.arrive()
		s.app.Session.Retry() // the machine has waited for somebody to look
	}
	restore(s.window)
	s.window.RequestFocus()
	s.app.Stats.Pause(false)
	s.tellRelease()
}

// entered notes that the user looks at the window again. The toolkit also says so
// of a window that has just been hidden.
func (s *Shell) entered() {
	if s.hidden {
		return
	}
	s.away = false
	s.app.Stats.Pause(false)
	s.app.Session.Nudge()
}

// hide takes the window off the screen. The program goes on in the tray: while
// hidden, the toolkit draws nothing, and nothing is sampled.
func (s *Shell) hide() {
	s.remember()
	s.hidden, s.away = true, true
	s.app.Stats.Pause(true)
	s.window.Hide()
}

// closeWindow is what the window's own button does: where there is a tray,
// Escale goes on in it; where there is none, the user says what is meant.
func (s *Shell) closeWindow() {
	prefs := s.app.Settings.Get()
	switch {
	case s.leaving != nil:
	case prefs.QuitOnClose:
		s.leave()
	case s.outside.hosted != tray.Present:
		s.askHow()
	case prefs.TrayTold:
		s.hide()
	default:
		s.tellOfTray()
	}
}

// tellOfTray says, the first time, where the window will have gone.
func (s *Shell) tellOfTray() {
	s.leaving = kit.Confirm(s.window.Canvas(), kit.Confirmation{
		Title: say.L("tray.told.title"), Text: say.L("tray.told.text"), Option: say.L("tray.told.quit"),
		Verb: say.L("tray.told.verb"), Cancel: say.L("leave.stay"),
		OnConfirm: func(quit bool) {
			s.leaving = nil
			if quit {
				s.keep(func(p *settings.Prefs) { p.QuitOnClose = true })
				s.leave()
				return
			}
			s.keep(func(p *settings.Prefs) { p.TrayTold = true })
			s.hide()
		},
		OnCancel: func() { s.leaving = nil },
	})
}

// askHow asks what closing means where the desktop has no place for an icon: a
// window that is gone could not be brought back.
func (s *Shell) askHow() {
	always := kit.NewCheckbox(say.L("tray.none.always"), false, nil)
	act := func(do func()) func() {
		return func() {
			s.leaving.Close()
			do()
		}
	}
	quit := kit.Button(kit.Primary, "", say.L("tray.quit"), act(func() {
		if always.On() {
			s.keep(func(p *settings.Prefs) { p.QuitOnClose = true })
		}
		s.leave()
	}))
	least := kit.Button(kit.Secondary, "", say.L("tray.none.minimize"), act(func() { minimize(s.window) }))
	stay := kit.Button(kit.Secondary, "", say.L("leave.stay"), act(func() {}))
	s.leaving = kit.ShowDialog(s.window.Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(say.L("tray.none.title"), theme.Heading, theme.Ink),
		kit.NewParagraph(say.L("tray.none.text"), theme.Body, theme.InkMuted),
		kit.Hang(6, kit.Start(always)),
		kit.Gap(0, theme.Space1),
		kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), stay, least, quit)), 520, nil)
	s.leaving.OnClosed = func() { s.leaving = nil }
	s.leaving.Focus(stay)
}

// keep changes the settings for good.
func (s *Shell) keep(edit func(*settings.Prefs)) {
	if err := s.app.Settings.Update(edit); err != nil {
		s.log.Error("a setting was not kept", "error", err)
	}
}
