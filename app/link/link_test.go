package link_test

import (
	"path/filepath"
	"strings"
	"testing"

	"escale/app/link"
	"escale/app/recipe"
)

func TestParse(t *testing.T) {
	redis, ok := recipe.For("redis")
	if !ok || redis.Tag == "latest" {
		t.Fatalf("no starter to try it with: %+v", redis)
	}
	file := filepath.Join(t.TempDir(), "blog.escale-recipe")
	for text, want := range map[string]link.Target{
		"escale://open/containers":             {Kind: link.Place, Name: "containers"},
		"ESCALE://open/settings/":              {Kind: link.Place, Name: "settings"},
		"escale://run/redis":                   {Kind: link.Run, Name: redis.Ref()}, // a starter's own tag
		"escale://run/redis:6":                 {Kind: link.Run, Name: "redis:6"},
		"escale://run/docker.io/library/redis": {Kind: link.Run, Name: redis.Ref()},
		"escale://run/grafana/loki":            {Kind: link.Run, Name: "grafana/loki:latest"},
		"escale://run/ghcr.io/a/b:1.2":         {Kind: link.Run, Name: "ghcr.io/a/b:1.2"},
		file:                                   {Kind: link.Recipe, Name: file},
	} {
		if got, err := link.Parse(text); err != nil || got != want {
			t.Errorf("%s is %+v, %v, not %+v", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", "escale://", "escale://run/", "escale://stop/all", "escale://open/container/1", "escale://open/../settings",
		"escale://run/nginx?privileged=1", "escale://run/nginx#x", "escale://run/a%20b", "escale://run/docker pull nginx",
		"escale://run/https://example.org/a", "escale://run/NGINX", "escale://run/--privileged", "escale://run/a\nb",
		"escale://run/" + strings.Repeat("a", 500), "escale://open/engine\x00", "/etc/passwd", "here.escale-recipe",
		"/tmp/\u202egnp.escale-recipe", "/" + strings.Repeat("a", 5000) + ".escale-recipe", "--hidden",
	} {
		if got, err := link.Parse(text); err == nil {
			t.Errorf("%q was taken for %+v", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("escale://run/nginx:1")
	f.Add("escale://open/engine")
	f.Add("/tmp/a.escale-lesson")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := link.Parse(text)
		if err != nil {
			return
		}
		if got.Name == "" || strings.ContainsAny(got.Name, "\n\r\x00\x1b") {
			t.Errorf("%q gave %+v", text, got)
		}
		if got.Kind != link.Run {
			return
		}
		if again, err := link.Parse(link.Scheme + "run/" + got.Name); err == nil && again != got {
			t.Errorf("%q gave %+v, which gives %+v", text, got, again)
		}
	})
}
