package runsheet

import (
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/discover"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// look is a way in which the window may be.
type look struct {
	name, language string
	mode           theme.Mode
	size           fyne.Size
}

func looks() []look {
	return []look{
		{"light", "en", theme.AlwaysLight, fyne.NewSize(1240, 760)},
		{"dark", "en", theme.AlwaysDark, fyne.NewSize(1240, 760)},
		{"small-fr", "fr", theme.AlwaysLight, fyne.NewSize(900, 600)},
	}
}

// TestShots draws the sheet's states for whoever wants to look at them.
func TestShots(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	defer say.SetLanguage("en")
	for _, look := range looks() {
		say.SetLanguage(look.language)
		for _, ref := range []string{"nginx", "postgres", "wordpress", "alpine"} {
			a := withHub(t, hub{tags: []discover.Tag{{Name: "latest", SizeBytes: 23e6}, {Name: "17", SizeBytes: 160e6}}})
			r := openAt(t, a, enginetest.New(), ref, look.size, look.mode)
			r.until(t, "doctor", func() bool { return len(r.verdicts) == len(r.form.Ports) })
			viewtest.ShotWindow(t, "run-"+ref+"-"+look.name, r.w)
			if ref == "nginx" {
				r.shotTaken(t, look.name)
			}
			r.layer.Close()
		}
		shotCompanions(t, look.name, look.size, look.mode)
		shotEarlier(t, look.name, look.size, look.mode)
		shotWork(t, look.name, look.size, look.mode)
		shotEnds(t, look.name, look.size, look.mode)
	}
}

func (r *rig) shotTaken(t *testing.T, name string) {
	t.Helper()
	viewtest.Type(t, r.w, say.L("run.port.host"), busyPort(t))
	r.until(t, "conflict", func() bool { return r.f.reason() != "" })
	r.f.options.toggle.Tapped(nil)
	viewtest.ShotWindow(t, "run-taken-"+name, r.w)
	r.f.options.memory.OnChanged("x")
	viewtest.ShotWindow(t, "run-options-"+name, r.w)
}

func shotWork(t *testing.T, name string, size fyne.Size, mode theme.Mode) {
	t.Helper()
	fake := enginetest.New()
	script := nginx(0)
	script.Steps = script.Steps[:6]
	script.Steps = append(script.Steps, enginetest.PullStep{After: time.Minute / 2, Progress: script.Steps[5].Progress})
	fake.SetPull("nginx:latest", script)
	r := openAt(t, lifetest.Online(t, fake), fake, "nginx", size, mode)
	r.submit()
	r.until(t, "layers", func() bool { return r.w != nil && r.Sheet.w.layers.ids == 3 })
	viewtest.ShotWindow(t, "run-work-"+name, r.w)
	r.app.Tasks.Cancel(r.taskID)
	r.until(t, "cancelled", func() bool { return r.mode == filling })
	r.layer.Close()
}

func shotEnds(t *testing.T, name string, size fyne.Size, mode theme.Mode) {
	t.Helper()
	for _, ref := range []string{"postgres:17", "hello-world:latest", "nginx:latest", "failed"} {
		fake := enginetest.New()
		image := ref
		if ref == "failed" {
			image = "nginx:latest"
			fake.Fail("StartContainer", engine.ErrPortTaken)
		}
		if ref == "hello-world:latest" {
			fake.SetProcess(func(engine.ContainerDetail) enginetest.Process { return enginetest.Process{Ends: true} })
		}
		fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{image}}})
		r := openAt(t, lifetest.Online(t, fake), fake, image, size, mode)
		r.submit()
		r.until(t, "the end", func() bool {
			return r.mode == ended && (ref != "hello-world:latest" || r.drawn == "exited")
		})
		viewtest.ShotWindow(t, "run-end-"+ref[:5]+"-"+name, r.w)
		r.layer.Close()
	}
}

// shotCompanions follows a database and what needs it.
func shotCompanions(t *testing.T, name string, size fyne.Size, mode theme.Mode) {
	t.Helper()
	fake := with("mariadb:11", "wordpress:latest", "adminer:latest")
	fake.AddContainer(engine.Container{
		Name: "hello-nginx", Image: "nginx", State: engine.StateRunning, Networks: []string{"bridge"},
		Ports: []engine.Port{{Container: 80, Host: 8080, Protocol: "tcp"}},
	})
	r := openAt(t, lifetest.Online(t, fake), fake, "mariadb", size, mode)
	r.reopen(nav.Route{Place: nav.Run, ID: "mariadb", For: "wordpress"})
	viewtest.ShotWindow(t, "run-serves-"+name, r.w)
	r.f.options.toggle.Tapped(nil)
	viewtest.Settle(r.w)
	scrollDown(r.w)
	viewtest.ShotWindow(t, "run-serves-options-"+name, r.w)
	r.submit()
	r.until(t, "the end", func() bool { return r.mode == ended && r.drawn == "running" })
	viewtest.ShotWindow(t, "run-serves-end-"+name, r.w)
	row, _ := r.container()
	r.reopen(nav.Route{Place: nav.Run, ID: "wordpress"})
	r.until(t, "met", func() bool { return r.form.Network != "" })
	viewtest.ShotWindow(t, "run-met-"+name, r.w)
	fake.ChangeContainer(row.ID, "disconnect", func(d *engine.ContainerDetail) { d.Networks = []string{"bridge"} })
	r.until(t, "lost", func() bool { return viewtest.Find(r.w, say.L("run.need.join", "Network", "hello-net")) != nil })
	r.form.SetName("mine")
	r.reopen(nav.Route{Place: nav.Run, ID: "wordpress"})
	viewtest.ShotWindow(t, "run-draft-"+name, r.w)
	r.submit()
	r.until(t, "the end", func() bool { return r.mode == ended && r.drawn == "running" })
	fake.ChangeContainer(r.result, "die", func(d *engine.ContainerDetail) { d.State, d.ExitCode = engine.StateRestarting, 127 })
	r.until(t, "loop", func() bool { return r.looping() })
	viewtest.ShotWindow(t, "run-loop-"+name, r.w)
	r.layer.Close()
}

func shotEarlier(t *testing.T, name string, size fyne.Size, mode theme.Mode) {
	t.Helper()
	fake := with("mongo:8.0")
	fake.AddVolume(engine.Volume{Name: "hello-mongo-db"})
	r := openAt(t, lifetest.Online(t, fake), fake, "mongo", size, mode)
	r.until(t, "the volumes", func() bool { return r.form.Volumes[0].Earlier != "" })
	r.f.setSource(0, "hello-mongo-db")
	viewtest.Settle(r.w)
	scrollDown(r.w)
	viewtest.ShotWindow(t, "run-earlier-"+name, r.w)
	r.layer.Close()
}

// scrollDown shows the end of the form.
func scrollDown(w fyne.Window) {
	viewtest.Visit(w, func(o fyne.CanvasObject) {
		if s, ok := o.(*container.Scroll); ok {
			s.ScrollToBottom()
		}
	})
}
