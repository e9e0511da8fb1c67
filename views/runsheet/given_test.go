package runsheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/app"
	"escale/app/command"
	"escale/app/recipefile"
	"escale/app/run"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

const blog = `{"format":"escale-recipe","version":1,"image":"nginx","name":"blog","ports":[{"container":80}],
	"volumes":[{"inside":"/pictures","folder":"Your pictures","readOnly":true},{"inside":"/var/run/docker.sock","engineSocket":true}],
	"environment":[{"name":"MAIL_TOKEN","secret":"ask"},{"name":"ADMIN_PASSWORD","secret":"generate"},{"name":"API_KEY","value":"letmein"}]}`

// give opens the sheet for a recipe file.
func (r *rig) give(t *testing.T, path, text string) {
	t.Helper()
	file, err := recipefile.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r.giveSource(FromFile(path, file))
}

func (r *rig) giveSource(source Source) {
	r.layer.Close()
	r.drain()
	r.Sheet = NewFrom(r.app, r.host, nav.Route{Place: nav.Run}, source, r.drafts, func() { r.layer.Close() })
	r.layer = kit.ShowSheet(r.w.Canvas(), r.Content(), r.MayClose)
	r.layer.OnClosed = r.Close
	r.drain()
}

// TestRecipeNamesItsRisks: the sheet says what the file asks for, runs nothing
// before the user has answered, and then runs just that.
func TestRecipeNamesItsRisks(t *testing.T) {
	fake := with("nginx:latest")
	r := open(t, lifetest.Online(t, fake), fake, "redis")
	r.give(t, "/home/ada/blog.escale-recipe", blog)
	for _, words := range []string{
		say.L("run.given.file", "Name", "blog.escale-recipe"), say.L("run.risk.socket", "Path", "/var/run/docker.sock"),
		say.L("run.risk.read.asked", "Path", "/pictures"), say.N("run.given.known", 1, "Names", "API_KEY"),
		say.L("run.given.folder.for", "Words", "Your pictures"), say.L("run.given.secret"),
	} {
		r.untilShows(t, words)
	}
	r.hides(t, "/home/ada")
	if r.f.reason() == "" {
		t.Error("Run can be pressed although a folder and a secret are missing")
	}
	r.submit()
	if r.mode != filling {
		t.Fatal("it runs although a folder and a secret are missing")
	}
	r.f.setSource(0, "/srv/pictures")
	r.untilShows(t, say.L("run.risk.read", "Name", "/srv/pictures"))
	r.form.SetEnv(0, "MAIL_TOKEN", "mine")
	r.form.SetEnv(2, "API_KEY", "my own")
	r.form.Public = true
	r.f.build()
	r.untilShows(t, say.L("run.risk.public"))
	if !r.f.public.On() {
		t.Error("the ports are open to the network, and the switch says no")
	}
	r.hides(t, say.N("run.given.known", 1, "Names", "API_KEY"))
	r.submit()
	r.until(t, "the end", func() bool { return r.mode == ended })
	rows := r.created()
	if len(rows) != 1 || rows[0].Name != "blog" {
		t.Errorf("made %+v", rows)
	}
}

// TestRecipeKeepsDraftsApart: what was typed into a file's form is kept for this
// file, and what was typed for the image stays what it was.
func TestRecipeKeepsDraftsApart(t *testing.T) {
	r := open(t, withHub(t, hub{}), enginetest.New(), "nginx")
	r.form.SetName("mine")
	r.give(t, "/a.escale-recipe", blog)
	if r.resumed || r.form.Name != "blog" {
		t.Errorf("the file's form is called %s", r.form.Name)
	}
	r.give(t, "/a.escale-recipe", blog)
	if r.resumed {
		t.Error("an untouched form is said to be a draft")
	}
	r.form.SetEnv(0, "MAIL_TOKEN", "mine")
	r.give(t, "/a.escale-recipe", blog)
	if !r.resumed || r.form.Value("MAIL_TOKEN") != "mine" {
		t.Error("what was typed is lost")
	}
	r.startOver()
	if r.form.Value("MAIL_TOKEN") != "" || r.form.Name != "blog" {
		t.Errorf("started over: %+v", r.form)
	}
	r.reopen(nav.Route{Place: nav.Run, ID: "nginx"})
	if r.form.Name != "mine" {
		t.Errorf("the image's draft is called %s", r.form.Name)
	}
}

// TestTameRecipe says so of a file in which nothing is risky.
func TestTameRecipe(t *testing.T) {
	r := open(t, withHub(t, hub{}), enginetest.New(), "redis")
	r.give(t, "/a.escale-recipe", `{"format":"escale-recipe","version":1,"image":"nginx"}`)
	r.untilShows(t, say.L("run.given.tame"))
	if at, ok := r.w.Canvas().Focused().(*kit.Press); ok {
		t.Errorf("an Enter too many would press %q", at.Label())
	}
	r.reopen(nav.Route{Place: nav.Run, ID: "caddy"})
	r.hides(t, say.L("run.given.tame"))
}

// TestSaveRecipe saves the form by way of the chooser: the sheet says what is left
// out, an existing file is asked about, and the file fills the same form in.
func TestSaveRecipe(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	r := open(t, withHub(t, hub{}), enginetest.New(), "postgres")
	r.form.SetName("my-db")
	r.form.SetVolume(0, "/home/ada/db", "/var/lib/postgresql/data")
	r.f.build()
	save := func() {
		viewtest.Tap(t, r.w, say.L("action.more"))
		viewtest.Tap(t, r.w, say.L("recipe.save"))
		r.untilShows(t, say.L("recipe.left.secret", "Names", "POSTGRES_PASSWORD"))
		r.untilShows(t, say.L("recipe.left.folder", "Names", "/var/lib/postgresql/data"))
		viewtest.Tap(t, r.w, say.L("recipe.left.next"))
		r.until(t, "the folder", func() bool { return !viewtest.Shows(r.w, say.L("choose.reading")) })
		viewtest.Tap(t, r.w, say.L("recipe.save.verb"))
	}
	save()
	saved := say.L("recipe.saved", "Name", "my-db.escale-recipe") + ": " + say.L("recipe.saved.text", "Folder", home)
	r.until(t, "saved", func() bool { return len(r.host.Toasts) == 1 })
	if r.host.Toasts[0] != saved {
		t.Errorf("said %q", r.host.Toasts)
	}
	path := filepath.Join(home, "my-db.escale-recipe")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	save()
	r.untilShows(t, say.L("recipe.replace.title", "Name", "my-db.escale-recipe"))
	viewtest.Tap(t, r.w, say.L("action.cancel"))
	if content, _ := os.ReadFile(path); string(content) != "mine" {
		t.Error("the file was replaced although the user thought better of it")
	}
	save()
	r.untilShows(t, say.L("recipe.replace.title", "Name", "my-db.escale-recipe"))
	viewtest.Tap(t, r.w, say.L("recipe.replace.verb"))
	r.until(t, "saved", func() bool { return len(r.host.Toasts) == 2 })
	file, err := recipefile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	got := file.Form(run.Facts{})
	if got.Name != "my-db" || !got.Volumes[0].Wanted || got.Value("POSTGRES_PASSWORD") == r.form.Value("POSTGRES_PASSWORD") {
		t.Errorf("the file says %+v", got)
	}
	content, _ := os.ReadFile(path)
	if strings.Contains(string(content), "ada") || strings.Contains(string(content), r.form.Value("POSTGRES_PASSWORD")) {
		t.Errorf("personal things are in %s", content)
	}
}

// TestSaveWhatCannotBe says what to correct, and writes nothing.
func TestSaveWhatCannotBe(t *testing.T) {
	r := open(t, withHub(t, hub{}), enginetest.New(), "nginx")
	r.form.Memory = "lots"
	r.f.build()
	viewtest.Tap(t, r.w, say.L("action.more"))
	viewtest.Tap(t, r.w, say.L("recipe.save"))
	if want := say.L("recipe.unsavable") + ": " + say.L("recipe.unsavable.text", "Field", "memory"); len(r.host.Toasts) != 1 || r.host.Toasts[0] != want {
		t.Errorf("said %q, want %q", r.host.Toasts, want)
	}
}

// TestOpenRecipe chooses among the recipes of a folder.
func TestOpenRecipe(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"blog.Escale-Recipe", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(home, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := open(t, withHub(t, hub{}), enginetest.New(), "nginx")
	viewtest.Tap(t, r.w, say.L("action.more"))
	viewtest.Tap(t, r.w, say.L("recipe.open"))
	r.untilShows(t, "blog.Escale-Recipe")
	r.hides(t, "notes.txt")
	viewtest.Tap(t, r.w, "blog.Escale-Recipe")
	viewtest.Tap(t, r.w, say.L("choose.file.verb"))
	if want := (nav.Route{Place: nav.Run, File: filepath.Join(home, "blog.Escale-Recipe")}); len(r.host.Routes) != 1 || r.host.Routes[0] != want {
		t.Errorf("opened %v", r.host.Routes)
	}
}

// TestLineSaysWhatItLeavesOut fills the form in with a docker run line: what is
// risky and what was not taken over is named.
func TestLineSaysWhatItLeavesOut(t *testing.T) {
	r := open(t, withHub(t, hub{}), enginetest.New(), "redis")
	source, err := FromLine("docker run --privileged -u 1000 --label a=b -p 8080:80 -v ./site:/site -e TOKEN ada/app:2 serve $HOME")
	if err != nil {
		t.Fatal(err)
	}
	r.giveSource(source)
	for _, words := range []string{
		say.L("run.given.line"), say.L("run.risk.public"), say.L("run.risk.maker", "Name", "ada"), say.L("run.risk.folder.asked", "Path", "/site"),
		say.L("run.left.wall", "Words", "--privileged"), say.L("run.left.notheld", "Words", "--user 1000  ·  --label a=b"),
		say.L("run.left.asked", "Words", "-v ./site:/site  ·  -e TOKEN"), say.L("run.left.shell", "Words", "$HOME"),
	} {
		r.untilShows(t, words)
	}
	if _, err := FromLine("docker ps"); err == nil {
		t.Error("another command was taken for one")
	}
}

// TestGivenShots draws what comes from elsewhere.
func TestGivenShots(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	defer say.SetLanguage("en")
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.MkdirAll(filepath.Join(home, "Documents"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, look := range looks() {
		say.SetLanguage(look.language)
		r := openAt(t, withHub(t, hub{}), enginetest.New(), "redis", look.size, look.mode)
		r.give(t, "/home/ada/blog.escale-recipe", strings.Replace(blog, `"nginx","name"`, `"quay.io/ada/blog:2","openToNetwork":true,"name"`, 1))
		r.untilShows(t, say.L("run.risk.public"))
		viewtest.ShotWindow(t, "given-file-"+look.name, r.w)
		scrollDown(r.w)
		viewtest.ShotWindow(t, "given-file-end-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("action.more"))
		viewtest.ShotWindow(t, "given-menu-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("paste.open"))
		viewtest.Type(t, r.w, say.L("paste.line"), "docker run -d \\\n  -p 8080:80 \\\n  nginx:1.29")
		viewtest.ShotWindow(t, "given-paste-"+look.name, r.w)
		viewtest.Type(t, r.w, say.L("paste.line"), "docker run")
		viewtest.ShotWindow(t, "given-paste-bad-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("action.cancel"))
		r.give(t, "/a.escale-recipe", `{"format":"escale-recipe","version":1,"image":"nginx"}`)
		viewtest.ShotWindow(t, "given-tame-"+look.name, r.w)
		source, err := FromLine("docker --context east run --privileged -u 1000 --label a=b -p 8080:80 -v ./site:/site -e TOKEN ada/app:2 serve $HOME && echo")
		if err != nil {
			t.Fatal(err)
		}
		r.giveSource(source)
		viewtest.ShotWindow(t, "given-line-"+look.name, r.w)
		r.reopen(nav.Route{Place: nav.Run, ID: "postgres"})
		r.form.SetVolume(0, "/home/ada/db", "/var/lib/postgresql/data")
		r.form.Command = "postgres --password=x"
		r.f.build()
		viewtest.Tap(t, r.w, say.L("action.more"))
		viewtest.Tap(t, r.w, say.L("recipe.save"))
		viewtest.ShotWindow(t, "given-left-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("recipe.left.next"))
		r.until(t, "the folder", func() bool { return !viewtest.Shows(r.w, say.L("choose.reading")) })
		viewtest.ShotWindow(t, "given-save-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("action.cancel"))
		r.layer.Close()
	}
}

// TestKept: what was kept from the playground is the user's own: the form has all of
// it, moves out of the way of what is taken, and says what stayed behind, not that a
// stranger may have written it.
func TestKept(t *testing.T) {
	fake := with("web-kept:latest")
	fake.AddContainer(engine.Container{ID: "w1", Name: "web", Image: "nginx", State: engine.StateRunning, Ports: []engine.Port{{Host: 8080, Container: 80, Protocol: "tcp"}}})
	fake.AddVolume(engine.Volume{Name: "data"})
	r := open(t, lifetest.Online(t, fake), fake, "redis")
	r.giveSource(FromKept(app.Kept{
		Spec: engine.ContainerSpec{
			Name: "web", Image: "web-kept:latest", Env: []engine.EnvVar{{Name: "API_TOKEN", Value: "my-own-secret"}},
			Ports: []engine.PortBinding{{Host: 8080, Container: 80, Protocol: "tcp"}}, Mounts: []engine.Mount{{Kind: engine.MountVolume, Target: "/data"}},
		},
		Left: []command.Left{command.NewLeft(command.NotHeld, "-v", "/var/lib/home:/home")}, Volumes: []string{"/data"},
	}))
	for _, words := range []string{
		say.L("playground.kept.title"), say.L("playground.kept.text", "Image", "web-kept:latest"), say.N("playground.kept.volumes", 1, "Paths", "/data"),
		"/var/lib/home:/home",
	} {
		r.untilShows(t, words)
	}
	r.hides(t, say.L("run.given.text"))
	r.hides(t, say.N("run.given.known", 1, "Names", "API_TOKEN"))
	spec := r.form.Spec()
	if spec.Name == "web" || spec.Image != "web-kept:latest" || len(spec.Env) != 1 || spec.Env[0].Value != "my-own-secret" ||
		len(spec.Ports) != 1 || spec.Ports[0].Host == 8080 || len(spec.Mounts) != 1 || spec.Mounts[0].Source == "data" || spec.Mounts[0].Source == "" {
		t.Errorf("the form has %+v", spec)
	}
	r.submit()
	r.until(t, "the end", func() bool { return r.mode == ended })
	if rows := r.created(); len(rows) != 2 || rows[0].Image != "web-kept:latest" {
		t.Errorf("made %+v", rows)
	}
}
