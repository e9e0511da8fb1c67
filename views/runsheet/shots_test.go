package runsheet

import (
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/discover"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/life/lifetest"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestShots draws the sheet's states for whoever wants to look at them.
func TestShots(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	defer say.SetLanguage("en")
	for _, look := range []struct {
		name, language string
		mode           theme.Mode
		size           fyne.Size
	}{
		{"light", "en", theme.AlwaysLight, fyne.NewSize(1240, 760)},
		{"dark", "en", theme.AlwaysDark, fyne.NewSize(1240, 760)},
		{"small-fr", "fr", theme.AlwaysLight, fyne.NewSize(900, 600)},
	} {
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
