package shell

import (
	"net/url"
	"path/filepath"
	"strings"

	"escale/app/crash"
	"escale/app/settings"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
)

// offerReport tells of the report that the last run left, when that ended badly.
// It stays until the user has chosen.
func (s *Shell) offerReport() {
	report := s.options.Crashed
	if report == "" {
		return
	}
	s.Toast(kit.Problem, say.L("crash.title"), say.L("crash.text"),
		nav.ToastAction{Label: say.L("crash.show"), Tapped: func() { s.reveal(filepath.Dir(report)) }},
		nav.ToastAction{Label: say.L("crash.copy"), Tapped: func() {
			said, err := crash.Read(report)
			if err != nil {
				s.log.Warn("a crash report cannot be read", "error", err)
				s.Toast(kit.Caution, say.L("crash.unread"), report)
				return
			}
			s.Copy(string(said))
		}},
		nav.ToastAction{Label: say.L("crash.dismiss"), Tapped: func() {}})
}

// tellRelease tells of a newer version, once, when there is a window to tell it in.
func (s *Shell) tellRelease() {
	latest, newer := s.app.Releases.Newer()
	if !newer || s.hidden || s.app.Settings.Get().Updates.Told == latest.Version {
		return
	}
	s.keep(func(p *settings.Prefs) { p.Updates.Told = latest.Version })
	actions := []kit.ToastAction{{Label: say.L("release.open"), Tapped: func() { s.Browse(latest.Page()) }}}
	if latest.Notes != latest.Page() {
		actions = append(actions, kit.ToastAction{Label: say.L("release.notes"), Tapped: func() { s.Browse(latest.Notes) }})
	}
	s.root.Toasts.Add(kit.Toast{
		Tone: kit.Note, Title: say.L("release.title", "Version", latest.Version), Text: say.L("release.text"),
		Actions: actions, Stays: true, CloseLabel: say.L("action.close"),
	})
}

// reveal shows a folder in the desktop's own way; where there is none, its path.
func (s *Shell) reveal(folder string) {
	path := filepath.ToSlash(folder)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	if err := s.toolkit.OpenURL(&url.URL{Scheme: "file", Path: path}); err != nil {
		s.log.Error("show a folder", "error", err)
		s.Toast(kit.Caution, say.L("toast.nofolder"), folder)
	}
}
