package runsheet

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/viewtest"
)

// with is an engine that has these images.
func with(refs ...string) *enginetest.Fake {
	fake := enginetest.New()
	for _, ref := range refs {
		fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{ref}}, Command: []string{"app"}})
	}
	return fake
}

func (r *rig) detail(t *testing.T, name string) engine.ContainerDetail {
	t.Helper()
	d, err := r.fake.InspectContainer(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func env(d engine.ContainerDetail, name string) string {
	i := slices.IndexFunc(d.Env, func(e engine.EnvVar) bool { return e.Name == name })
	if i < 0 {
		return ""
	}
	return d.Env[i].Value
}

// TestBlockedPort checks that a container whose port another program has is not
// said to be reached there.
func TestBlockedPort(t *testing.T) {
	fake := enginetest.New()
	fake.SetPull("nginx:latest", nginx(time.Millisecond))
	a := lifetest.Online(t, fake)
	r := open(t, a, fake, "nginx")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-nginx runs")
	r.untilShows(t, "Open in browser")
	host, _ := r.form.Ports[0].Numbers()
	a.Store.Connection.Update(func(c store.Connection) store.Connection {
		c.Endpoint.Kind = engine.EndpointMachine
		return c
	})
	a.Store.Machine.Set(store.Machine{Live: true, Status: machine.Status{State: machine.StateRunning, Ports: []machine.Port{
		{Proto: "tcp", HostPort: int(host), Container: "hello-nginx", Error: machine.PortInUse},
	}}})
	r.untilShows(t, fmt.Sprintf("Port %d is used by another program of this computer. hello-nginx runs, but cannot be reached there.", host))
	r.hides(t, "Open in browser")
}

// A beginner gets from nothing to WordPress with its database in four clicks,
// without a decision.
func TestFromMariaDBToWordPress(t *testing.T) {
	fake := with("mariadb:11", "wordpress:latest")
	r := open(t, lifetest.Online(t, fake), fake, "wordpress")
	r.untilShows(t, "Needs a companion")
	viewtest.Tap(t, r.w, "Run MariaDB first")
	if want := (nav.Route{Place: nav.Run, ID: "mariadb", For: "wordpress"}); !slices.Equal(r.host.Routes, []nav.Route{want}) {
		t.Fatalf("went to %v", r.host.Routes)
	}
	r.reopen(r.host.Routes[0])
	r.untilShows(t, "On the network hello-net, so that WordPress finds it by name.")
	if got := r.f.command.Command(); !strings.HasPrefix(got, "docker network create hello-net\ndocker run -d --name hello-mariadb ") || !strings.Contains(got, " --network hello-net ") {
		t.Errorf("command: %s", got)
	}
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-mariadb runs")
	viewtest.Tap(t, r.w, "Go on with WordPress")
	r.reopen(r.host.Routes[1])
	r.untilShows(t, "hello-mariadb is there for it")
	if got := r.f.command.Command(); !strings.HasPrefix(got, "docker run ") || !strings.Contains(got, " --network hello-net ") {
		t.Errorf("command: %s", got)
	}
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-wordpress runs")
	db, wp := r.detail(t, "hello-mariadb"), r.detail(t, "hello-wordpress")
	if !slices.Equal(db.Networks, []string{"hello-net"}) || !slices.Equal(wp.Networks, db.Networks) {
		t.Errorf("networks %v and %v", db.Networks, wp.Networks)
	}
	for name, want := range map[string]string{
		"WORDPRESS_DB_HOST": "hello-mariadb", "WORDPRESS_DB_USER": "root", "WORDPRESS_DB_NAME": env(db, "MARIADB_DATABASE"),
		"WORDPRESS_DB_PASSWORD": env(db, "MARIADB_ROOT_PASSWORD"),
	} {
		if got := env(wp, name); got == "" || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// Who ran the database before knowing of networks need not run another.
func TestCompanionOnTheEnginesNetworkIsConnected(t *testing.T) {
	fake := with("adminer:latest")
	fake.AddContainer(engine.Container{ID: "pg", Name: "pg", Image: "postgres:17", State: engine.StateRunning, Networks: []string{"bridge"}})
	r := open(t, lifetest.Online(t, fake), fake, "adminer")
	fake.Fail("ConnectNetwork", engine.ErrInvalid)
	viewtest.Tap(t, r.w, "Connect it to hello-net")
	r.until(t, "a failure", func() bool { known, _ := r.app.Tasks.Get(r.joining); return known.State == task.Failed })
	fake.Fail("ConnectNetwork", nil)
	viewtest.Tap(t, r.w, "Connect it to hello-net")
	r.untilShows(t, "pg is there for it")
	if r.form.Network != "hello-net" || r.form.Value("ADMINER_DEFAULT_SERVER") != "pg" {
		t.Errorf("network %q, %+v", r.form.Network, r.form.Env)
	}
	r.untilShows(t, "Taken from the container pg.")
	viewtest.Tap(t, r.w, "More options")
	r.form.SetNetwork("")
	r.f.build()
	viewtest.Tap(t, r.w, "Use hello-net")
	r.untilShows(t, "pg is there for it")
}

func TestNewNetwork(t *testing.T) {
	fake := with("nginx:latest")
	fake.AddNetwork(engine.Network{Name: "web"})
	fake.Fail("StartContainer", engine.ErrPortTaken)
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Tap(t, r.w, "More options")
	r.f.options.network.OnChange("New network…")
	for _, step := range []struct{ name, bad string }{
		{"my net", "no accents or spaces"},
		{"", "Give the network a name."},
		{"web", "There is a network of this name."},
		{"pages", ""},
	} {
		viewtest.Type(t, r.w, "Name of the new network", step.name)
		r.drain()
		if step.bad != "" {
			r.untilShows(t, step.bad)
		}
		if blocked := r.f.reason() != ""; blocked != (step.bad != "") {
			t.Errorf("%q: Run says %q", step.name, r.f.reason())
		}
	}
	if got := r.f.command.Command(); !strings.HasPrefix(got, "docker network create pages\ndocker run ") {
		t.Errorf("command: %s", got)
	}
	networks := func() (names []string) {
		rows, _ := fake.ListNetworks(t.Context())
		for _, n := range rows {
			if !n.Builtin {
				names = append(names, n.Name)
			}
		}
		return names
	}
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "nginx did not start")
	r.untilShows(t, "Create the network")
	if got := networks(); !slices.Equal(got, []string{"web"}) {
		t.Errorf("left behind: %v", got)
	}
	fake.Fail("StartContainer", nil)
	viewtest.Tap(t, r.w, "Try again")
	r.untilShows(t, "hello-nginx runs")
	if got := networks(); !slices.Equal(got, []string{"web", "pages"}) {
		t.Errorf("networks: %v", got)
	}
}

// What an earlier database was made with still counts.
func TestEarlierVolumeKeepsItsPassword(t *testing.T) {
	fake := with("postgres:17")
	fake.AddVolume(engine.Volume{Name: "hello-postgres-data"}, engine.Volume{Name: "known"})
	mount := engine.Mount{Kind: engine.MountVolume, Source: "known", Target: "/var/lib/postgresql/data"}
	fake.AddContainerDetail(engine.ContainerDetail{
		Container: engine.Container{ID: "old", Name: "old", Image: "postgres:17", State: engine.StateExited, Mounts: []engine.Mount{mount}},
		Env:       []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "from-then"}},
	})
	r := open(t, lifetest.Online(t, fake), fake, "postgres")
	r.until(t, "the volumes", func() bool { return viewtest.Find(r.w, "Use it") != nil })
	viewtest.Tap(t, r.w, "Use it")
	r.untilShows(t, "hello-postgres-data is not new: the password it was made with still counts.")
	if r.form.Env[0].Value != "" || r.f.reason() != "Correct the environment first" {
		t.Errorf("the password is %q, Run says %q", r.form.Env[0].Value, r.f.reason())
	}
	viewtest.Type(t, r.w, "Value of POSTGRES_PASSWORD", "mine")
	r.drain()
	if r.f.reason() != "" {
		t.Errorf("Run says %q", r.f.reason())
	}
	viewtest.Type(t, r.w, "Value of POSTGRES_PASSWORD", "")
	viewtest.Tap(t, r.w, "Choose a volume")
	viewtest.Tap(t, r.w, "known")
	r.untilShows(t, "Taken from the container old.")
	if got := viewtest.Input(t, r.w, "Value of POSTGRES_PASSWORD").Text(); got != "from-then" {
		t.Errorf("the field shows %q", got)
	}
	viewtest.Type(t, r.w, "Volume or folder", "brand-new")
	r.untilShows(t, "Made for you.")
}

func TestSkippedPortNamesItsHolder(t *testing.T) {
	fake := enginetest.New()
	fake.AddContainer(engine.Container{
		Name: "hello-nginx", Image: "nginx", State: engine.StateRunning,
		Ports: []engine.Port{{Container: 80, Host: 8080, Protocol: "tcp"}},
	})
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	r.untilShows(t, "8080 is used by the container hello-nginx, so it gets "+r.form.Ports[0].Host+".")
	viewtest.Type(t, r.w, "Port on this computer", "18080")
	r.untilShows(t, "You will open it at http://localhost:18080")
	r.hides(t, "so it gets")
}

// A container that ends again and again is no success, not even in the moments
// in which it runs.
func TestCrashLoopIsTrouble(t *testing.T) {
	fake := with("nginx:latest")
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-nginx runs")
	r.steadyIn = time.Hour
	id := r.created()[0].ID
	fake.ChangeContainer(id, "die", func(d *engine.ContainerDetail) { d.State, d.ExitCode = engine.StateRestarting, 127 })
	r.untilShows(t, "hello-nginx keeps stopping")
	r.untilShows(t, "Exited with code 127")
	if p, ok := r.w.Canvas().Focused().(*kit.Press); !ok || p.Label() != "See its log" {
		t.Errorf("the focus is on %v", r.w.Canvas().Focused())
	}
	fake.ChangeContainer(id, "start", func(d *engine.ContainerDetail) { d.State, d.ExitCode = engine.StateRunning, -1 })
	r.until(t, "running again", func() bool { row, _ := r.container(); return row.State == engine.StateRunning })
	r.drain()
	r.untilShows(t, "hello-nginx keeps stopping")
	r.steadyIn = time.Millisecond
	r.drawEnd()
	r.untilShows(t, "hello-nginx runs")
}

// Nothing that was typed is lost by Esc, by a click beside the sheet, or by a
// failure in the background.
func TestDraftComesBack(t *testing.T) {
	fake := with("nginx:latest")
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	route := nav.Route{Place: nav.Run, ID: "nginx"}
	r.reopen(route)
	r.hides(t, "What you entered before is still here.")
	viewtest.Type(t, r.w, "Name", "mine")
	viewtest.Key(r.w, fyne.KeyEscape)
	r.drain()
	if r.layer.Open() {
		t.Fatal("Esc does not close the sheet")
	}
	r.reopen(route)
	r.untilShows(t, "What you entered before is still here.")
	if got := viewtest.Input(t, r.w, "Name").Text(); got != "mine" {
		t.Errorf("the name is %q", got)
	}
	viewtest.Tap(t, r.w, "Add a variable")
	viewtest.Type(t, r.w, "Variable", "TZ")
	fake.Fail("StartContainer", engine.ErrPortTaken)
	viewtest.Tap(t, r.w, "Run")
	r.layer.Tapped(nil) // a click beside it, before the end
	r.until(t, "the end", func() bool { known, _ := r.app.Tasks.Get(r.taskID); return known.State == task.Failed })
	fake.Fail("StartContainer", nil)
	r.reopen(nav.Route{Place: nav.Run, ID: "nginx:latest"})
	if r.form.Name != "mine" || r.form.Env[0].Name != "TZ" {
		t.Errorf("came back as %q, %+v", r.form.Name, r.form.Env)
	}
	r.until(t, "nothing left", func() bool { return !r.form.Facts().Names["mine"] })
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "mine runs")
	r.reopen(route)
	if r.form.Name != "hello-nginx" || len(r.form.Env) != 0 {
		t.Errorf("what has run is still a draft: %q", r.form.Name)
	}
	viewtest.Type(t, r.w, "Name", "other")
	r.reopen(route)
	viewtest.Tap(t, r.w, "Start over")
	r.drain()
	r.hides(t, "What you entered before is still here.")
	if got := viewtest.Input(t, r.w, "Name").Text(); got != "hello-nginx" || len(r.drafts) != 0 {
		t.Errorf("started over with %q, drafts %v", got, r.drafts)
	}
}

func TestRequiredVariableStays(t *testing.T) {
	fake := with("postgres:17", "mongo:8.0")
	a := lifetest.Online(t, fake)
	r := open(t, a, fake, "postgres")
	if viewtest.Find(r.w, "Remove this variable") != nil {
		t.Error("what it does not start without can be removed")
	}
	viewtest.Type(t, r.w, "Variable", "OTHER")
	r.untilShows(t, "It does not start without POSTGRES_PASSWORD.")
	r.reopen(nav.Route{Place: nav.Run, ID: "mongo"})
	viewtest.Type(t, r.w, "Value of MONGO_INITDB_ROOT_USERNAME", "")
	r.untilShows(t, "MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD go together: fill in both, or neither.")
	viewtest.Type(t, r.w, "Value of MONGO_INITDB_ROOT_USERNAME", "ada")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-mongo runs")
	r.untilShows(t, "They sign in as ada, with its password.")
	r.untilShows(t, "docker exec -it hello-mongo mongosh -u ada")
}

func TestConnectHasALineForEachCommand(t *testing.T) {
	fake := with("registry:2")
	r := open(t, lifetest.Online(t, fake), fake, "registry")
	viewtest.Type(t, r.w, "Port on this computer", "15000")
	r.until(t, "the doctor", func() bool { return r.f.reason() == "" })
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-registry runs")
	r.untilShows(t, "docker pull hello-world\ndocker tag hello-world localhost:15000/hello-world\ndocker push localhost:15000/hello-world")
}

func TestTellsOnlyOfItsOwnTask(t *testing.T) {
	fake := with("nginx:latest")
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	if r.Tells(0) {
		t.Error("it tells of a task before there is one")
	}
	viewtest.Tap(t, r.w, "Run")
	if !r.Tells(r.taskID) || r.Tells(r.taskID+1) {
		t.Errorf("tells of %d: %v; of another: %v", r.taskID, r.Tells(r.taskID), r.Tells(r.taskID+1))
	}
	r.untilShows(t, "hello-nginx runs")
}
