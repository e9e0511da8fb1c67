package recipe

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"escale/assets"
)

func TestShippedRecipes(t *testing.T) {
	all, err := Load(assets.Recipes, "recipes")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, r := range all {
		ids[r.ID] = true
	}
	for id := range strings.FieldsSeq("nginx httpd redis postgres mariadb mongo adminer node python wordpress hello-world busybox alpine ubuntu registry") {
		if !ids[id] {
			t.Errorf("no starter %s", id)
		}
	}
	for _, r := range all {
		if r.TTY && len(r.Connect) == 0 {
			t.Errorf("%s keeps a terminal open and does not say how to reach it", r.ID)
		}
		for _, w := range append([]Words{r.Text, r.After}, helps(r)...) {
			checkFrench(t, r.ID, w["fr"])
		}
	}
}

func helps(r Recipe) (all []Words) {
	for _, e := range r.Env {
		all = append(all, e.Help)
	}
	for _, v := range r.Volumes {
		all = append(all, v.Help)
	}
	for _, n := range r.Needs {
		all = append(all, n.Text)
	}
	return all
}

// checkFrench holds French to its typography.
func checkFrench(t *testing.T, id, text string) {
	t.Helper()
	for _, wrong := range []string{" ;", " :", " ?", " !", "« ", " »", "'", "  "} {
		if strings.Contains(text, wrong) {
			t.Errorf("%s: %q in %q", id, wrong, text)
		}
	}
}

func TestFor(t *testing.T) {
	for ref, want := range map[string]string{
		"nginx": "nginx", "nginx:1.29-alpine": "nginx", "docker.io/library/nginx:1": "nginx", "traefik/whoami": "whoami",
		"index.docker.io/grafana/grafana:11": "grafana", "nginx@sha256:" + strings.Repeat("a", 64): "nginx",
		"bitnami/nginx": "", "localhost:5000/nginx": "", "": "", "Not A Reference": "", "ghcr.io/library/nginx": "",
	} {
		if r, ok := For(ref); r.ID != want || ok != (want != "") {
			t.Errorf("%q: got %q, want %q", ref, r.ID, want)
		}
	}
	if _, ok := ByID("nope"); ok {
		t.Error("found a recipe that does not exist")
	}
	if r, ok := ByID("redis"); !ok || r.Ref() != "redis:7" {
		t.Errorf("redis: %v %v", r.Ref(), ok)
	}
}

func TestVolumesOf(t *testing.T) {
	r, _ := ByID("postgres")
	for tag, want := range map[string]string{
		"17": "/var/lib/postgresql/data", "15.4-alpine": "/var/lib/postgresql/data", "18": "/var/lib/postgresql", "latest": "/var/lib/postgresql", "": "/var/lib/postgresql",
		"99999999999999999999": "/var/lib/postgresql",
	} {
		if got := r.VolumesOf(tag); len(got) != 1 || got[0].Target != want {
			t.Errorf("tag %q: got %v, want %s", tag, got, want)
		}
	}
}

func TestPlace(t *testing.T) {
	if got, want := Place("{url} {address} {name}", "web", "localhost", 8080), "http://localhost:8080 localhost:8080 web"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Place("{url}", "web", "localhost", 80); got != "http://localhost" {
		t.Errorf("got %q", got)
	}
	if got := (Words{"en": "hi"}).In("fr"); got != "hi" {
		t.Errorf("no words in French: got %q", got)
	}
}

func TestVariablesInWords(t *testing.T) {
	mongo, _ := ByID("mongo")
	for user, want := range map[string][2]string{
		"ada": {"Programs on this computer reach it at {address}. They sign in as ada, with its password. Try it with the line below.", "docker exec -it {name} mongosh -u ada"},
		"":    {"Programs on this computer reach it at {address}. Try it with the line below.", "docker exec -it {name} mongosh"},
	} {
		value := func(name string) string {
			if name != "MONGO_INITDB_ROOT_USERNAME" {
				t.Errorf("asked for %s", name)
			}
			return user
		}
		if got := Speak(mongo.After.In("en"), value); got != want[0] {
			t.Errorf("user %q: %s", user, got)
		}
		if got := strings.Join(Spell(mongo.Connect[0], value), " "); got != want[1] {
			t.Errorf("user %q: %s", user, got)
		}
	}
}

// The words after a run speak of what the user may have changed, so they name
// no user that is in the form.
func TestNoRecipeNamesAUserOfTheForm(t *testing.T) {
	for _, r := range All() {
		for _, e := range r.Env {
			if e.Default == "" {
				continue
			}
			words := strings.FieldsFunc(r.After.In("en"), func(c rune) bool { return c == ' ' || c == ',' || c == '.' })
			for _, c := range r.Connect {
				words = append(words, c...)
			}
			if slices.Contains(words, e.Default) {
				t.Errorf("%s says %q instead of {%s}", r.ID, e.Default, e.Name)
			}
		}
	}
}

// Whoever reads a recipe's promise of pages finds the way to put them there.
func TestWebServersSayHowToShowAPage(t *testing.T) {
	for id, folder := range map[string]string{"nginx": "/usr/share/nginx/html", "httpd": "/usr/local/apache2/htdocs"} {
		r, _ := ByID(id)
		if len(r.Connect) != 1 || strings.Join(r.Connect[0], " ") != "docker cp index.html {name}:"+folder+"/" || r.Volumes[0].Target != folder {
			t.Errorf("%s: %v", id, r.Connect)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, edit := range map[string]func(*Recipe){
		"wrong file name": func(r *Recipe) { r.ID = "other" }, "order": func(r *Recipe) { r.Order = 3 }, "reference": func(r *Recipe) { r.Image = "A B" },
		"no tag": func(r *Recipe) { r.Tag = "" }, "category": func(r *Recipe) { r.Category = "food" }, "title": func(r *Recipe) { r.Title = "" },
		"glyph": func(r *Recipe) { r.Glyph = "abc" }, "one language": func(r *Recipe) { delete(r.Text, "fr") }, "third language": func(r *Recipe) { r.Text["de"] = "x" },
		"placeholder": func(r *Recipe) { r.After["fr"] = "{name}" }, "port": func(r *Recipe) { r.Ports[0].Container = 0 }, "open": func(r *Recipe) { r.Ports[0].Open = "ftp" },
		"protocol": func(r *Recipe) { r.Ports[0].Protocol = "icmp" }, "variable": func(r *Recipe) { r.Env[0].Name = "A=B" },
		"required but empty": func(r *Recipe) { r.Env[0].Generate = false }, "path": func(r *Recipe) { r.Volumes[0].Target = "data" },
		"need": func(r *Recipe) { r.Needs = []Need{{Any: []string{"nope"}, Text: r.Text}} }, "empty need": func(r *Recipe) { r.Needs = []Need{{Text: r.Text}} },
		"hint without port":  func(r *Recipe) { r.Ports = nil; r.After = Words{"en": "{url}", "fr": "{url}"} },
		"variable of hint":   func(r *Recipe) { r.Connect = [][]string{{"psql", "{NOBODY}"}} },
		"empty command":      func(r *Recipe) { r.Connect = [][]string{{}} },
		"half of a pair":     func(r *Recipe) { r.Env[0].With = "NOBODY" },
		"variable in French": func(r *Recipe) { r.After["fr"] += " {POSTGRES_PASSWORD}" },
		"gives unknown": func(r *Recipe) {
			r.Needs = []Need{{Any: []string{"postgres"}, Text: r.Text, Give: map[string]string{"X": ""}}}
		},
		"takes for unknown": func(r *Recipe) {
			r.Needs = []Need{{Any: []string{"postgres"}, Text: r.Text, Take: map[string]string{"X": ""}}}
		},
		"takes unknown": func(r *Recipe) {
			r.Needs = []Need{{Any: []string{"postgres"}, Text: r.Text, Take: map[string]string{"POSTGRES_PASSWORD": "{X}"}}}
		},
		"hint of no page": func(r *Recipe) { r.After = Words{"en": "{url}", "fr": "{url}"} },
	} {
		t.Run(name, func(t *testing.T) {
			r := clone(t, "postgres")
			r.Order = 1
			edit(&r)
			data, _ := json.Marshal(r)
			if _, err := Load(fstest.MapFS{"r/postgres.json": {Data: data}}, "r"); err == nil {
				t.Error("accepted")
			}
		})
	}
	for name, data := range map[string]string{"not JSON": "{", "unknown key": `{"colour":1}`} {
		if _, err := Load(fstest.MapFS{"r/postgres.json": {Data: []byte(data)}}, "r"); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func clone(t *testing.T, id string) (r Recipe) {
	t.Helper()
	original, _ := ByID(id)
	data, err := json.Marshal(original)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}
