package run

import (
	"testing"

	"escale/app/recipe"
	"escale/engine"
)

func needOf(t *testing.T, id string) recipe.Need {
	t.Helper()
	r, ok := recipe.ByID(id)
	if !ok || len(r.Needs) != 1 {
		t.Fatalf("%s has no single need", id)
	}
	return r.Needs[0]
}

func database(name, image string, networks ...string) engine.Container {
	return engine.Container{Name: name, Image: image, State: engine.StateRunning, Networks: networks}
}

func TestCompanion(t *testing.T) {
	need := needOf(t, "wordpress")
	stopped := database("old", "mysql:8", "web")
	stopped.State = engine.StateExited
	for name, tc := range map[string]struct {
		rows          []engine.Container
		want, network string
	}{
		"none":               {nil, "", ""},
		"another image":      {[]engine.Container{database("pg", "postgres:17", "web")}, "", ""},
		"stopped":            {[]engine.Container{stopped}, "", ""},
		"on the engine's":    {[]engine.Container{database("db", "mariadb:11", "bridge")}, "db", ""},
		"on the user's":      {[]engine.Container{database("a", "mariadb:11", "bridge"), database("b", "mysql:8", "bridge", "web")}, "b", "web"},
		"the newest counts":  {[]engine.Container{database("a", "mariadb:11", "one"), database("b", "mariadb:11", "two")}, "a", "one"},
		"Podman's own is no": {[]engine.Container{database("db", "docker.io/library/mariadb:11", "podman")}, "db", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, network, ok := Companion(need, tc.rows)
			if c.Name != tc.want || network != tc.network || ok != (tc.want != "") {
				t.Errorf("found %q on %q, %v", c.Name, network, ok)
			}
		})
	}
}

// From MariaDB to WordPress without a decision.
func TestServeAndMeet(t *testing.T) {
	need := needOf(t, "wordpress")
	db := Fill("mariadb", nil, Facts{Networks: []string{"bridge", "host", "none"}})
	db.Serve(need)
	if p := db.Validate(); len(p) > 0 || db.Network != "hello-net" || !db.NewNetwork || db.Value("MARIADB_DATABASE") != "wordpress" || db.Edited() {
		t.Fatalf("database: %v, network %q (new %v), %+v", p, db.Network, db.NewNetwork, db.Env)
	}
	made := engine.ContainerDetail{Container: database(db.Name, db.Ref(), db.Network), Env: db.Spec().Env}
	wp := Fill("wordpress", nil, FactsOf([]engine.Container{made.Container}, nil, []engine.Network{{Name: "hello-net"}}, 0))
	wp.Meet(need, made, "hello-net")
	if p := wp.Validate(); len(p) > 0 || wp.Network != "hello-net" || wp.NewNetwork {
		t.Errorf("WordPress: %v, network %q (new %v)", p, wp.Network, wp.NewNetwork)
	}
	for name, want := range map[string]string{
		"WORDPRESS_DB_HOST": "hello-mariadb", "WORDPRESS_DB_USER": "root", "WORDPRESS_DB_NAME": "wordpress",
		"WORDPRESS_DB_PASSWORD": db.Value("MARIADB_ROOT_PASSWORD"),
	} {
		if got := wp.Value(name); got != want || got == "" {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	wp.SetEnv(0, "WORDPRESS_DB_HOST", "mine")
	wp.SetNetwork("")
	wp.Meet(need, made, "hello-net")
	if wp.Value("WORDPRESS_DB_HOST") != "mine" || wp.Network != "" {
		t.Error("what the user chose was replaced")
	}
}

func TestNetworkComesAndGoes(t *testing.T) {
	with, without := Facts{Networks: []string{"bridge", "web"}}, Facts{Networks: []string{"bridge"}}
	f := Fill("nginx", nil, without)
	f.SetNewNetwork("web")
	f.Refresh(with)
	if f.NewNetwork || len(f.Validate()) > 0 {
		t.Error("it was made meanwhile, and is asked for as a new one")
	}
	f.Refresh(without)
	if !f.NewNetwork || f.Spec().Network != "web" {
		t.Error("it has gone, and is taken for granted")
	}
	f.Refresh(Facts{})
	if !f.NewNetwork {
		t.Error("no list is no news")
	}
	if got := Fill("nginx", nil, Facts{Networks: []string{"hello-net"}}).FreeNetwork(); got != "hello-net-2" {
		t.Errorf("a free name is %q", got)
	}
}
