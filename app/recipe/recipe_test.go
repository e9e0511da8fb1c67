package recipe

import (
	"encoding/json"
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

func TestLoadRefuses(t *testing.T) {
	for name, edit := range map[string]func(*Recipe){
		"wrong file name": func(r *Recipe) { r.ID = "other" }, "order": func(r *Recipe) { r.Order = 3 }, "reference": func(r *Recipe) { r.Image = "A B" },
		"no tag": func(r *Recipe) { r.Tag = "" }, "category": func(r *Recipe) { r.Category = "food" }, "title": func(r *Recipe) { r.Title = "" },
		"glyph": func(r *Recipe) { r.Glyph = "abc" }, "one language": func(r *Recipe) { delete(r.Text, "fr") }, "third language": func(r *Recipe) { r.Text["de"] = "x" },
		"placeholder": func(r *Recipe) { r.After["fr"] = "{name}" }, "port": func(r *Recipe) { r.Ports[0].Container = 0 }, "open": func(r *Recipe) { r.Ports[0].Open = "ftp" },
		"protocol": func(r *Recipe) { r.Ports[0].Protocol = "icmp" }, "variable": func(r *Recipe) { r.Env[0].Name = "A=B" },
		"required but empty": func(r *Recipe) { r.Env[0].Generate = false }, "path": func(r *Recipe) { r.Volumes[0].Target = "data" },
		"need": func(r *Recipe) { r.Needs = []Need{{Any: []string{"nope"}, Text: r.Text}} }, "empty need": func(r *Recipe) { r.Needs = []Need{{Text: r.Text}} },
		"hint without port": func(r *Recipe) { r.Ports = nil; r.After = Words{"en": "{url}", "fr": "{url}"} },
		"hint of no page":   func(r *Recipe) { r.After = Words{"en": "{url}", "fr": "{url}"} },
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
