package container

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/stats"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is the page in a window, on a scripted engine.
type rig struct {
	*Screen
	host *lifetest.Host
	fake *enginetest.Fake
	w    fyne.Window
}

// web is a container that runs.
func web() engine.ContainerDetail {
	now := time.Now()
	return engine.ContainerDetail{
		Container: engine.Container{
			ID: "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90", Name: "blog-web", Image: "wordpress:6.8",
			State: engine.StateRunning, Created: now.Add(-3 * time.Hour), Started: now.Add(-2*time.Hour - 14*time.Minute), ExitCode: -1,
			Ports: []engine.Port{
				{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.MustParseAddr("127.0.0.1")},
				{Container: 9000, Protocol: "tcp"},
			},
			Mounts: []engine.Mount{
				{Kind: engine.MountVolume, Source: "blog-files", Target: "/var/www/html"},
				{Kind: engine.MountBind, Source: "/home/ada/blog/php.ini", Target: "/etc/php/conf.d", ReadOnly: true},
			},
		},
		Env:         []engine.EnvVar{{Name: "WORDPRESS_DB_HOST", Value: "blog-db"}, {Name: "WORDPRESS_DB_PASSWORD", Value: "hunter2"}},
		Entrypoint:  []string{"docker-entrypoint.sh"},
		Args:        []string{"apache2-foreground"},
		Restart:     engine.RestartUnlessStopped,
		MemoryBytes: 512 << 20,
		Attachments: []engine.Attachment{{Network: "blog_default", IP: netip.MustParseAddr("172.18.0.3")}},
	}
}

// importer is a container that ran out of memory.
func importer() engine.ContainerDetail {
	d := web()
	d.ID, d.Name, d.Image = strings.Repeat("f0", 32), "importer", "python:3.13-slim"
	d.State, d.ExitCode, d.OOMKilled, d.MemoryBytes = engine.StateExited, 137, true, 256<<20
	d.Ended, d.Ports = time.Now().Add(-4*time.Minute-time.Second), nil
	d.Mounts = []engine.Mount{{Kind: engine.MountVolume, Source: "import-data", Target: "/data"}}
	d.Env = []engine.EnvVar{{Name: "BATCH_SIZE", Value: "500000"}}
	return d
}

func series() stats.Series {
	s := stats.Series{}
	for i := range 100 {
		s.Samples = append(s.Samples, engine.Sample{
			At: time.Now().Add(time.Duration(i-100) * 2 * time.Second), CPUPercent: 2 + float64((i*7)%13)/4, MemoryBytes: int64(60e6 + float64((i*i)%37)*1e6),
			MemoryLimit: 8e9, RxBytes: 1_200_000, TxBytes: 340_000, WriteBytes: 3_800_000,
		})
	}
	return s
}

func open(t *testing.T, tab string, width, height float32, d engine.ContainerDetail, prepare ...func(*enginetest.Fake, *app.App)) rig {
	t.Helper()
	viewtest.App(t)
	fake := enginetest.New()
	fake.AddContainerDetail(d)
	a := lifetest.Online(t, fake)
	for _, f := range prepare {
		f(fake, a)
	}
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Container, ID: d.ID, Tab: tab})
	r := rig{Screen: s, host: host, fake: fake, w: host.View}
	r.until(t, "inspected", func() bool { return s.loaded })
	return r
}

// until drains until something is so.
func (r rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(cond) {
		t.Fatalf("never: %s; the screen says\n%s", what, strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Settle(r.w)
}

func sampled(id string) func(*enginetest.Fake, *app.App) {
	return func(_ *enginetest.Fake, a *app.App) {
		a.Stats.Pause(true)
		a.Stats.Latest.Set(map[string]stats.Series{id: series()})
	}
}

func printed(id string) func(*enginetest.Fake, *app.App) {
	return func(f *enginetest.Fake, _ *app.App) {
		at := time.Date(2026, 3, 1, 14, 2, 11, 4e6, time.Local)
		for i := range 40 {
			at = at.Add(730 * time.Millisecond)
			f.AppendLog(id, engine.LogLine{At: at, Text: fmt.Sprintf(`172.18.0.1 "GET /wp-admin/install.php?step=%d HTTP/1.1" 200 4381`, i)})
			if i%9 == 0 {
				f.AppendLog(id, engine.LogLine{At: at, Stderr: true, Text: "PHP Warning:  Undefined array key \"locale\" in /var/www/html/wp-admin/install.php on line 314"})
				f.AppendLog(id, engine.LogLine{At: at, Text: "\x1b[32mINFO\x1b[0m \x1b[1mready\x1b[0m in \x1b[33m12 ms\x1b[0m"})
			}
		}
	}
}

func TestShots(t *testing.T) {
	for name, tc := range map[string]struct {
		mode          theme.Mode
		lang          string
		width, height float32
		tab           string
		detail        engine.ContainerDetail
	}{
		"overview-light-en": {theme.AlwaysLight, "en", 1020, 760, "overview", web()},
		"overview-dark-fr":  {theme.AlwaysDark, "fr", 1020, 760, "overview", web()},
		"overview-small-fr": {theme.AlwaysLight, "fr", 680, 600, "overview", web()},
		"failed-light-en":   {theme.AlwaysLight, "en", 1020, 760, "overview", importer()},
		"failed-small-fr":   {theme.AlwaysDark, "fr", 680, 600, "overview", importer()},
		"logs-dark-en":      {theme.AlwaysDark, "en", 1020, 760, "logs", web()},
		"logs-light-en":     {theme.AlwaysLight, "en", 1020, 760, "logs", web()},
		"logs-small-fr":     {theme.AlwaysLight, "fr", 680, 600, "logs", web()},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			r := open(t, tc.tab, tc.width, tc.height, tc.detail, sampled(tc.detail.ID), printed(tc.detail.ID))
			fyne.CurrentApp().Settings().SetTheme(theme.New(tc.mode))
			if tc.tab == "logs" {
				r.until(t, "lines", func() bool { return r.logs.session.Status.Get().End > 40 })
				r.logs.setStamps(true)
				r.logs.stamps.SetOn(true)
				r.logs.search.SetQuery("step=3")
				r.logs.ask()
				r.until(t, "matches", func() bool { return len(r.logs.matches) > 0 })
			}
			r.host.Drain()
			viewtest.ShotWindow(t, name, r.w)
			if name == "logs-light-en" {
				kit.ShowMenu(r.logs.more, r.logs.menu()...)
				viewtest.ShotWindow(t, name+"-menu", r.w)
			}
		})
	}
}
