package shell

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2/lang"

	"escale/views/say"
	"escale/views/theme"
)

// applyLanguage sets the language that the user chose, or the system's, and
// tells whether it is another one. Widgets made before keep the old words.
func (s *Shell) applyLanguage() (changed bool) {
	language := s.app.Settings.Get().Language
	if language == "" {
		language = systemLanguage()
	}
	if language == say.Language() {
		return false
	}
	say.SetLanguage(language)
	return true
}

// applyLook sets the appearance and the text size. Widgets follow by themselves.
func (s *Shell) applyLook() {
	prefs := s.app.Settings.Get()
	mode := theme.FollowSystem
	switch prefs.Theme {
	case "light":
		mode = theme.AlwaysLight
	case "dark":
		mode = theme.AlwaysDark
	}
	scale := prefs.Scale()
	look := fmt.Sprintf("%d %.2f", mode, scale)
	if look == s.looked {
		return
	}
	s.looked = look
	theme.SetZoom(scale)
	s.toolkit.Settings().SetTheme(theme.New(mode))
	if s.frame != nil {
		s.frame.Refresh() // widths follow the text size
	}
}

// systemLanguage asks the environment as Unix programs do, then the system.
func systemLanguage() string {
	for _, variable := range []string{"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(variable); value != "" && value != "C" && value != "C.UTF-8" {
			return say.SystemLanguage(value)
		}
	}
	return say.SystemLanguage(lang.SystemLocale().LanguageString())
}
