package playground

import (
	"os"
	"testing"

	"fyne.io/fyne/v2"

	"escale/engine"
	"escale/engine/machine"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// looks are the ways in which the screen is looked at.
var looks = []struct {
	name, language string
	mode           theme.Mode
	size           fyne.Size
}{
	{"", "en", theme.AlwaysLight, fyne.NewSize(1020, 760)},
	{"-dark", "en", theme.AlwaysDark, fyne.NewSize(1020, 760)},
	{"-small-fr", "fr", theme.AlwaysDark, fyne.NewSize(680, 600)},
}

// busy is an instance in which something goes on.
func (r *rig) busy(t *testing.T) {
	t.Helper()
	r.until(t, "its start", func() bool { s, _ := r.helper.Look("play-1"); return s.State == machine.StateStarting })
	r.runs()
	shell := r.helper.shell(t, r)
	_, _ = shell.Write([]byte("docker version\r"))
	shell.Say("docker run -d -p 8080:80 nginx\r\n\x1b[33mUnable to find image 'nginx:latest' locally\x1b[0m\r\n\x1b[34mlatest\x1b[0m: Pulling from library/nginx ┃ 漢字 é\r\n# ")
	r.engine.AddContainer(engine.Container{ID: "c1", Name: "quiet_ada", Image: "nginx", State: engine.StateRunning})
	r.helper.be("play-1", func(s *machine.Status) {
		s.Ports = []machine.Port{{Proto: "tcp", HostIP: "0.0.0.0", HostPort: 8080, Container: "quiet_ada"}}
	})
	r.shows(t, "quiet_ada", "漢字")
}

// TestLooks holds what the pages look like in both appearances and languages.
func TestLooks(t *testing.T) {
	defer say.SetLanguage("en")
	for _, look := range looks {
		say.SetLanguage(look.language)
		r := newRig(t, look.size.Width, look.size.Height)
		fyne.CurrentApp().Settings().SetTheme(theme.New(look.mode))
		keep := func(state string) {
			t.Helper()
			viewtest.Golden(t, state+look.name+".xml", r.w)
			viewtest.ShotWindow(t, "playground-"+state+look.name, r.w)
		}
		keep("empty")
		viewtest.Tap(t, r.w, say.L("playground.create"))
		r.shows(t, say.L("playground.start.title"))
		r.busy(t)
		keep("running")
		viewtest.Tap(t, r.w, say.L("playground.close"))
		if os.Getenv("ESCALE_SHOTS") != "" {
			viewtest.ShotWindow(t, "playground-close"+look.name, r.w)
		}
		r.Show(nav.Route{Place: nav.Playground})
	}
}
