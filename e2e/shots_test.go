//go:build e2e

package e2e

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/lesson"
	"escale/views/say"
)

// TestScreenshots takes the pictures of docs/screenshots. `make shots` runs it;
// elsewhere it proves that every screen opens in each look.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("ESCALE_SHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	emptyEngine(t)
	harbour(t)
	stop := breeze()
	t.Cleanup(stop)
	for _, look := range []struct{ theme, lang, locale string }{
		{"light", "en", "en_US.UTF-8"}, {"dark", "en", "en_US.UTF-8"}, {"light", "fr", "fr_FR.UTF-8"},
	} {
		t.Run(look.theme+"-"+look.lang, func(t *testing.T) {
			say.SetLanguage(look.lang)
			t.Cleanup(func() { say.SetLanguage("en") })
			d := sit(t, options{theme: look.theme, lang: look.locale})
			tour(d, func(screen string) {
				d.picture(filepath.Join(folder, screen+"-"+look.theme+"-"+look.lang+".png"))
			})
		})
	}
}

// harbour fills the engine with what a user might have, and with nothing that
// other tests have left: the pictures show all of it.
func harbour(t *testing.T) {
	t.Helper()
	if ids := strings.Fields(docker(t, "images", "-aq")); len(ids) > 0 {
		slices.Sort(ids)
		docker(t, append([]string{"rmi", "-f"}, slices.Compact(ids)...)...)
	}
	for _, image := range []string{"nginx", "redis", "postgres:15", "httpd", "escale/memory"} {
		docker(t, "pull", "-q", image)
	}
	project := func(service string) []string {
		return []string{"--label", "com.docker.compose.project=blog", "--label", "com.docker.compose.service=" + service}
	}
	run := func(args ...string) { t.Helper(); docker(t, append([]string{"run", "-d"}, args...)...) }
	run(append(project("web"), "--name", "blog-web", "-p", "127.0.0.1:8088:80", "httpd")...)
	run(append(project("db"), "--name", "blog-db", "-e", "POSTGRES_PASSWORD=tide", "-v", "blog-db-data:/var/lib/postgresql/data", "postgres:15")...)
	run(append(project("cache"), "--name", "blog-cache", "redis")...)
	run("--name", "hello-nginx", "-p", "127.0.0.1:8080:80", "-v", "hello-pages:/usr/share/nginx/html", "-e", "TZ=Europe/Paris", "-e", "API_TOKEN=secret", "nginx")
	run("--name", "importer", "-m", "64m", "escale/memory")
	docker(t, "create", "--name", "notes", "redis")
	docker(t, "volume", "create", "old-photos")
	for range 5 {
		fetch(t, "http://127.0.0.1:8080/")
	}
}

// breeze visits the web servers in gusts, so that their charts have something
// to show, until stop is called.
func breeze() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for gust := 0; ctx.Err() == nil; gust++ {
			for range 20 + 40*(gust%5) {
				visit(ctx, "http://127.0.0.1:8080/")
				visit(ctx, "http://127.0.0.1:8088/")
			}
			select {
			case <-ctx.Done():
			case <-time.After(700 * time.Millisecond):
			}
		}
	}()
	return func() { cancel(); <-done }
}

func visit(ctx context.Context, address string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return
	}
	if answer, err := http.DefaultClient.Do(request); err == nil {
		_ = answer.Body.Close()
	}
}

// tour opens every screen, as a visitor would.
func tour(d *desk, picture func(screen string)) {
	d.t.Helper()
	d.read(say.L("discover.beginner.title"), 15*time.Second)
	d.read(say.L("pill.ready"), 15*time.Second)
	picture("discover")
	d.clickNear("nginx", say.L("action.run"))
	d.read(say.L("run.title", "Name", "nginx"), 10*time.Second)
	d.steady("the form", text(say.L("run.volumes")), 10*time.Second) // it slides in
	picture("run")
	d.press("Escape")
	d.gone(say.L("run.title", "Name", "nginx"), 5*time.Second)
	d.press("ctrl+2")
	d.read("hello-nginx", 10*time.Second)
	d.read(say.L("container.state.memory"), 20*time.Second)
	time.Sleep(8 * time.Second) // the charts fill
	picture("containers")
	d.clickOn(d.steady("a row", text("hello-nginx"), 10*time.Second))
	d.read(say.L("container.tile.uptime"), 10*time.Second)
	time.Sleep(6 * time.Second)
	picture("overview")
	d.click(say.L("container.tab.logs"))
	d.read("GET / HTTP/1.1", 10*time.Second)
	picture("logs")
	d.press("ctrl+2")
	d.clickOn(d.steady("a row", text("importer"), 10*time.Second))
	d.read(say.L("container.why.memory.title", "Code", 137), 10*time.Second)
	picture("stopped")
	d.press("ctrl+3")
	d.read("postgres", 10*time.Second)
	picture("images")
	d.press("ctrl+4")
	d.clickOn(d.steady("a volume", text("blog-db-data"), 15*time.Second))
	d.read("blog-db", 10*time.Second)
	picture("volumes")
	d.press("ctrl+5")
	d.read(say.L("engine.others"), 10*time.Second)
	picture("engine")
	d.press("ctrl+6")
	d.read(say.L("settings.title"), 10*time.Second)
	picture("settings")
	tourLessons(d, picture)
}

// tourLessons looks at the lessons, opens the first, and has it show where its
// first task is done.
func tourLessons(d *desk, picture func(screen string)) {
	d.t.Helper()
	p := &pupil{desk: d, l: lesson.All(say.Language())[0]}
	d.press("ctrl+7")
	d.read(say.L("learn.subtitle"), 10*time.Second)
	picture("learn")
	p.begins()
	d.read(p.l.Steps[0].Title, 10*time.Second)
	picture("lesson")
	for _, s := range p.l.Steps {
		if tasks := s.Tasks(); len(tasks) > 0 {
			p.guided(tasks[0])
			break
		}
		p.turn()
	}
	picture("task")
}
