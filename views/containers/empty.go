package containers

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/command"
	"escale/app/store"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// firstCommand is what the empty list offers to paste: what the button leads
// to, as a command.
const firstCommand = "docker run -d --name hello-nginx -p 127.0.0.1:8080:80 nginx"

// drawBody puts the list, or what stands in its place, on the page.
func (s *Screen) drawBody(loaded bool) {
	want := s.whatToShow(loaded)
	if want == s.empty && len(s.body.Objects) > 0 {
		return
	}
	s.empty = want
	switch want {
	case "":
		s.body.Objects = []fyne.CanvasObject{s.list}
	case "quiet":
		s.body.Objects = []fyne.CanvasObject{kit.Gap(0, 0)}
	case "loading":
		s.body.Objects = []fyne.CanvasObject{container.NewCenter(kit.NewText(say.L("containers.loading"), theme.Body, theme.InkFaint))}
	case "failed":
		s.body.Objects = []fyne.CanvasObject{kit.EmptyState(theme.IconEngine, say.L("containers.failed.title"), say.L("containers.failed.text"),
			kit.LargeButton(kit.Primary, theme.IconEngine, say.L("containers.failed.action"), func() { s.host.Open(nav.Route{Place: nav.Engine}) }),
			s.allCommand())}
	case "none":
		s.body.Objects = []fyne.CanvasObject{s.first()}
	default:
		s.body.Objects = []fyne.CanvasObject{s.noMatch()}
	}
	s.body.Refresh()
}

func (s *Screen) whatToShow(loaded bool) string {
	connection := s.app.Store.Connection.Get()
	switch {
	case !loaded && connection.Phase == store.Failed:
		return "failed"
	case !loaded && time.Since(s.began) < quietTime:
		return "quiet"
	case !loaded:
		return "loading"
	case s.answer.total == 0 && len(s.answer.items) == 0:
		return "none"
	case len(s.answer.items) == 0 && s.query == "":
		return "filter " + strconv.Itoa(int(s.show))
	case len(s.answer.items) == 0:
		return "query " + s.query
	}
	return ""
}

func (s *Screen) first() fyne.CanvasObject {
	return kit.EmptyState(theme.IconContainer, say.L("containers.empty.title"), say.L("containers.empty.text"),
		kit.LargeButton(kit.Primary, theme.IconPlus, say.L("containers.empty.action"), func() { s.host.Open(nav.Route{Place: nav.Discover}) }),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), firstCommand))
}

func (s *Screen) noMatch() fyne.CanvasObject {
	title, text := say.L("containers.nomatch.title"), say.L("containers.nomatch.text", "Query", s.query)
	switch {
	case s.query != "":
	case s.show == running:
		title, text = say.L("containers.norunning.title"), say.L("containers.norunning.text")
	default:
		title, text = say.L("containers.nostopped.title"), say.L("containers.nostopped.text")
	}
	return kit.EmptyState(theme.IconSearch, title, text,
		kit.LargeButton(kit.Primary, "", say.L("containers.nomatch.action"), func() {
			s.search.SetQuery("")
			s.show = all
			s.chips.SetSelected(int(all))
			s.ask()
		}), s.allCommand())
}

// allCommand is the command that lists what this page lists.
func (s *Screen) allCommand() fyne.CanvasObject {
	return kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.For(s.app.Store.Connection.Get().Endpoint).Containers())
}
