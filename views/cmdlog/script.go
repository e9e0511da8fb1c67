package cmdlog

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"escale/app/cmdlog"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
)

const ending = ".sh"

// script is what was done to the engine in use, or to the last one where there
// is none, as a script.
func (s *Screen) script() (text string, empty bool) {
	ep := s.at.Get().Endpoint
	text = s.log.Script(ep.ID, phrases(ep))
	if text == "" {
		text = s.log.Script("", phrases(engine.Endpoint{}))
	}
	return text, text == ""
}

// phrases are the comments of the script, in the language in use.
func phrases(ep engine.Endpoint) cmdlog.Phrases {
	about := []string{say.L("cmdlog.script.about", "Date", say.Date(time.Now())), say.L("cmdlog.script.where")}
	if ep.Host != "" {
		about = append(about, say.L("cmdlog.script.engine", "Name", ep.Name, "Host", ep.Host))
	}
	return cmdlog.Phrases{
		About:     about,
		Forgotten: func(n int) string { return say.N("cmdlog.script.forgotten", n) },
		Elsewhere: func(n int) string { return say.N("cmdlog.script.elsewhere", n) },
		Needs:     func(all []cmdlog.Needed) string { return say.L("cmdlog.script.needs", "Things", needed(all)) },
		Secrets: func(names []string) string {
			return say.L("cmdlog.script.secrets", "Names", strings.Join(names, ", "))
		},
		Ask:       func(name string) string { return say.L("cmdlog.script.ask", "Name", name) },
		Pack:      say.L("cmdlog.script.pack"),
		When:      func(e cmdlog.Entry) string { return clock(e.At) },
		Failed:    func(err error) string { return say.L("cmdlog.script.failed", "Why", say.Error(err).Title) },
		Cancelled: say.L("cmdlog.script.cancelled"),
		Running:   say.L("cmdlog.script.running"),
		Long:      say.L("cmdlog.script.long"),
		Never:     say.L("cmdlog.script.never"),
		Archive:   say.L("cmdlog.script.archive"),
		Prune:     say.L("cmdlog.script.prune"),
	}
}

// needed names what must be there before the script is run.
func needed(all []cmdlog.Needed) string {
	words := make([]string, len(all))
	for i, n := range all {
		switch n.Kind {
		case engine.KindImage:
			words[i] = say.L("cmdlog.need.image", "Name", n.Name)
		case engine.KindVolume:
			words[i] = say.L("cmdlog.need.volume", "Name", n.Name)
		case engine.KindNetwork:
			words[i] = say.L("cmdlog.need.network", "Name", n.Name)
		case engine.KindContainer, engine.KindDaemon:
			words[i] = say.L("cmdlog.need.container", "Name", n.Name)
		}
	}
	return strings.Join(words, ", ")
}

// saveScript asks where to write the script, and whether what is there may go.
func (s *Screen) saveScript() {
	text, empty := s.script()
	if empty {
		return
	}
	name := "escale-" + time.Now().Format(time.DateOnly) + ending
	life.Choose(s.host.Window().Canvas(), kit.ANewFile, name, func(path string) {
		if filepath.Ext(path) == "" {
			path += ending
		}
		go func() { // a disk may be far away, or asleep
			_, err := os.Lstat(path)
			s.host.Post(func() {
				if err != nil {
					s.write(path, text)
					return
				}
				kit.Confirm(s.host.Window().Canvas(), kit.Confirmation{
					Title: say.L("recipe.replace.title", "Name", filepath.Base(path)), Text: say.L("recipe.replace.text"),
					Verb: say.L("recipe.replace.verb"), Cancel: say.L("action.cancel"), Destructive: true,
					OnConfirm: func(bool) { s.write(path, text) },
				})
			})
		}()
	})
}

func (s *Screen) write(path, text string) {
	go func() {
		err := cmdlog.Save(path, text)
		s.host.Post(func() {
			if err != nil {
				s.host.Toast(kit.Problem, say.L("cmdlog.unsaved", "Name", filepath.Base(path)), say.L("recipe.unsaved.text"))
				return
			}
			s.host.Toast(kit.Good, say.L("cmdlog.saved", "Name", filepath.Base(path)), say.L("cmdlog.saved.text", "Folder", filepath.Dir(path)))
		})
	}()
}
