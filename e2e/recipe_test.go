//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"escale/views/say"
)

// TestRecipeByDoubleClick opens a recipe as a desktop does: it starts the program
// with the file's path while another one runs. The form comes in that window,
// names what is risky, and runs only when the user says so.
func TestRecipeByDoubleClick(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "nginx")
	d := sit(t, options{})
	d.read(say.L("pill.ready"), 15*time.Second)
	path := filepath.Join(d.home, "My page.escale-recipe")
	text := `{"format": "escale-recipe", "version": 1, "image": "nginx", "name": "my-page", "ports": [{"container": 80, "host": 8095}],
		"openToNetwork": true, "environment": [{"name": "TITLE", "value": "It's mine"}, {"name": "ADMIN_PASSWORD", "secret": "generate"}],
		"volumes": [{"inside": "/usr/share/nginx/html", "volume": "my-page-files"}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	hand := func(path string) {
		if _, err := d.tool(place.program, path); err != nil {
			t.Fatalf("the second start: %v", err)
		}
	}
	hand(path)
	d.read(say.L("run.given.file", "Name", "My page.escale-recipe"), 10*time.Second)
	d.read(say.L("run.risk.public"), 5*time.Second)
	d.shot("recipe")
	if out, err := tryDocker("ps", "-aq"); err != nil || strings.TrimSpace(out) != "" {
		t.Fatalf("a file ran something: %q, %v", out, err)
	}
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "my-page"), time.Minute)
	made := docker(t, "inspect", "-f", "{{.Config.Image}} {{.Config.Env}} {{.HostConfig.PortBindings}} {{range .Mounts}}{{.Name}}{{end}}", "my-page")
	for _, part := range []string{"nginx", "TITLE=It's mine", "ADMIN_PASSWORD=", "8095", "my-page-files"} {
		if !strings.Contains(made, part) {
			t.Errorf("%q is missing in %s", part, made)
		}
	}
	d.press("Escape")
	if err := os.WriteFile(path, []byte(strings.Replace(text, `"version": 1`, `"version": 1, "privileged": true`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	hand(path)
	d.read(say.L("recipe.bad.forbidden"), 10*time.Second)
	docker(t, "rm", "-f", "-v", "my-page")
	docker(t, "volume", "rm", "my-page-files")
}

// TestPastedLine pastes a docker run line into the search, on several lines as
// tutorials have it, and runs the form: it makes the same container as the line
// does in a shell.
func TestPastedLine(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "nginx")
	d := sit(t, options{})
	d.read(say.L("pill.ready"), 15*time.Second)
	line := "docker run -d --name hello-nginx \\\n  -p 127.0.0.1:8097:80 -v hello-nginx-data:/usr/share/nginx/html \\\n" +
		"  -e 'GREETING=it'\"'\"'s' --restart on-failure -m 64m --cpus 0.5 nginx:latest"
	file := filepath.Join(d.home, "line")
	if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.tool("sh", "-c", "xclip -selection clipboard "+file+" >/dev/null 2>&1"); err != nil {
		t.Fatal(err)
	}
	d.clickOn(d.steady("the search", input(say.L("discover.search")), 5*time.Second))
	d.press("ctrl+v")
	d.read(say.L("paste.good", "Image", "nginx:latest"), 5*time.Second)
	d.shot("paste")
	d.click(say.L("paste.fill"))
	d.read(say.L("run.given.line"), 5*time.Second)
	d.click(say.L("action.run"))
	filled := madeBy(t, func() { d.read(say.L("run.done.title", "Name", "hello-nginx"), time.Minute) })
	typed := madeBy(t, func() { d.shell(line) })
	if !reflect.DeepEqual(typed, filled) {
		t.Errorf("the line makes\n%v\nand the form that it fills in\n%v", typed, filled)
	}
}
