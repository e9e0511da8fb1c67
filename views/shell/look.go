package shell

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2/lang"

	"escale/views/say"
	"escale/views/theme"
)

// applyLook sets the language, the appearance and the text size that the user
// chose, or the system's. Widgets made before keep the old words.
func (s *Shell) applyLook() {
	prefs := s.app.Settings.Get()
	language := prefs.Language
	if language == "" {
		language = systemLanguage()
	}
	mode := theme.FollowSystem
	switch prefs.Theme {
	case "light":
		mode = theme.AlwaysLight
	case "dark":
		mode = theme.AlwaysDark
	}
	scale := scaleOf(prefs)
	look := fmt.Sprintf("%s %d %.2f", language, mode, scale)
	if look == s.looked {
		return
	}
	s.looked = look
	say.SetLanguage(language)
	theme.SetZoom(scale)
	s.toolkit.Settings().SetTheme(theme.New(mode))
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
