//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app"
	"escale/app/cmdlog"
	"escale/app/parcel"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	adapter "escale/engine/docker"
)

// testbedOnly finds the testbed's engine, and no other.
type testbedOnly struct{}

func (testbedOnly) Endpoints(context.Context) []engine.Endpoint {
	return []engine.Endpoint{{ID: "env", Kind: engine.EndpointEnv, Name: "DOCKER_HOST", Host: place.docker}}
}

func (f testbedOnly) Probe(ctx context.Context, _ engine.Endpoint) engine.Candidate {
	return engine.Candidate{Endpoint: f.Endpoints(ctx)[0]}
}

// TestCommandLogReplays does a morning's work through the app's operations,
// takes the script of the command log, and runs it with the docker command on
// the engine made empty again: the same containers, volumes and networks are
// there, inspected.
func TestCommandLogReplays(t *testing.T) {
	clean := func() {
		emptyEngine(t, "nginx", "redis", "busybox", "postgres", "mine")
		docker(t, "network", "prune", "-f")
	}
	clean()
	t.Cleanup(func() { docker(t, "network", "prune", "-f") })
	a := app.New(app.Options{Connect: adapter.Connect, Finder: testbedOnly{}})
	a.Start(t.Context())
	t.Cleanup(a.Close)
	ready(t, a)

	work(t, a)
	before := inventory(t)
	script := a.Commands.Script("env", bare())
	t.Log(script)
	if strings.Contains(script, "enigma") {
		t.Error("the script holds a password")
	}

	clean()
	if left := inventory(t); len(left) != 0 {
		t.Fatalf("the engine is not empty: %v", slices.Collect(maps.Keys(left)))
	}
	replay(t, script)
	after := inventory(t)
	for name := range before {
		if !reflect.DeepEqual(before[name], after[name]) {
			t.Errorf("%s differs:\n%s", name, difference(before[name], after[name]))
		}
	}
	for name := range after {
		if _, known := before[name]; !known {
			t.Errorf("the script made %s, too", name)
		}
	}
	if len(before) < 9 {
		t.Errorf("too little to compare: %v", slices.Collect(maps.Keys(before)))
	}
}

// ready waits until the app shows what the engine has.
func ready(t *testing.T, a *app.App) {
	t.Helper()
	changed := make(chan struct{}, 1)
	defer a.Store.Connection.Subscribe(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for a.Store.Connection.Get().Phase != store.Ready {
		select {
		case <-changed:
		case <-time.After(time.Minute):
			t.Fatal("the engine is not ready")
		}
	}
}

// doing starts operations of the app and waits for them: do tells how one ended,
// well returns what one made, and fails the test where it did not.
func doing(t *testing.T, a *app.App) (do func(start func() int) task.Task, well func(start func() int) string) {
	t.Helper()
	do = func(start func() int) task.Task {
		t.Helper()
		ended := make(chan task.Task, 100)
		defer a.Tasks.OnEnd(func(done task.Task) { ended <- done })()
		id := start()
		for {
			select {
			case done := <-ended:
				if done.ID == id {
					return done
				}
			case <-time.After(2 * time.Minute):
				t.Fatal("a task did not end")
			}
		}
	}
	well = func(start func() int) string {
		t.Helper()
		done := do(start)
		if done.State != task.Done {
			t.Fatalf("%s %s: %v", done.Verb, done.Subject, done.Err)
		}
		return done.Result
	}
	return do, well
}

// work is what somebody does in a morning: makes, edits, undoes, fails.
func work(t *testing.T, a *app.App) {
	t.Helper()
	do, well := doing(t, a)
	site := t.TempDir()
	if err := os.WriteFile(filepath.Join(site, "index.html"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	well(func() int { return a.PullImage("busybox:1.35") })
	well(func() int { return a.TagImage("busybox:1.35", "mine:1") })
	web := well(func() int {
		return a.RunImage(engine.ContainerSpec{
			Name: "web", Image: "nginx:1.22", Ports: []engine.PortBinding{{HostIP: "127.0.0.1", Host: 18431, Container: 80}},
			Mounts:      []engine.Mount{{Kind: engine.MountVolume, Source: "site", Target: "/srv", ReadOnly: true}, {Kind: engine.MountTmpfs, Target: "/scratch"}},
			MemoryBytes: 64 << 20, NanoCPUs: 500_000_000, Restart: engine.RestartUnlessStopped, Labels: map[string]string{"team": "a b"},
		}, parcel.Copy{Folder: site, Volume: "site"})
	})
	db := well(func() int {
		return a.RunImage(engine.ContainerSpec{
			Name: "db", Image: "postgres:15", Network: "shop", Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "enigma's"}, {Name: "POSTGRES_USER", Value: "ada"}},
			Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "db-data", Target: "/var/lib/postgresql/data"}},
		})
	})
	shell := well(func() int {
		return a.RunImage(engine.ContainerSpec{
			Name: "shell", Image: "mine:1", Command: []string{"sh", "-c", "echo 'it is \"me\"'; sleep 1000"}, TTY: true, OpenStdin: true, Hostname: "box",
			WorkDir: "/tmp", User: "1000:1000",
		})
	})
	// Without a name: the engine chooses one, and another one the next time.
	unnamed := well(func() int {
		return a.RunImage(engine.ContainerSpec{Image: "redis:7", Command: []string{"redis-server", "--requirepass", "enigma's"}, Labels: map[string]string{"role": "cache"}})
	})
	well(func() int { return a.JoinNetwork(web, "shop") })
	well(func() int { return a.JoinNetwork(unnamed, "other") })
	well(func() int {
		return a.UpdateContainer(web, engine.ContainerUpdate{MemoryBytes: new(int64(96 << 20)), NanoCPUs: new(int64(250_000_000))})
	})
	well(func() int { return a.RenameContainer(shell, "prompt") })
	well(func() int { return a.PauseContainer(shell) })
	well(func() int { return a.ResumeContainer(shell) })
	well(func() int { return a.RestartContainer(web) })
	well(func() int { return a.CreateVolume("kept") })
	well(func() int { return a.CreateVolume("gone") })
	well(func() int { return a.RemoveVolume("gone") })
	// An edit: the old one is kept until the new one runs, and goes then.
	well(func() int { return a.StopContainer(db) })
	well(func() int { return a.RenameContainer(db, "db-before") })
	well(func() int {
		return a.RunImage(engine.ContainerSpec{
			Name: "db", Image: "postgres:15", Network: "shop", Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "enigma's"}, {Name: "POSTGRES_USER", Value: "bob"}},
			Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "db-data", Target: "/var/lib/postgresql/data"}},
		})
	})
	well(func() int { return a.RemoveContainer(db, engine.RemoveContainer{Volumes: true}) })
	// What fails is undone, and is no part of what is repeated.
	taken := engine.ContainerSpec{Name: "late", Image: "nginx:1.22", Ports: []engine.PortBinding{{HostIP: "127.0.0.1", Host: 18431, Container: 80}}}
	if done := do(func() int { return a.RunImage(taken) }); done.State != task.Failed {
		t.Errorf("two containers have one port: %v", done.State)
	}
	well(func() int { return a.KillContainer(shell) })
	well(func() int { return a.StartContainer(shell) })
}

// bare are comments in plain English.
func bare() cmdlog.Phrases {
	return cmdlog.Phrases{
		About: []string{"From the test."}, Forgotten: func(n int) string { return fmt.Sprint(n) }, Elsewhere: func(n int) string { return fmt.Sprint(n) },
		Needs:   func(all []cmdlog.Needed) string { return fmt.Sprint("needs ", all) },
		Secrets: func(all []string) string { return fmt.Sprint(all) }, Ask: func(name string) string { return name },
		When: func(cmdlog.Entry) string { return "" }, Failed: func(err error) string { return err.Error() },
		Cancelled: "cancelled", Running: "running", Long: "long", Never: "never made", Archive: "archive", Prune: "prune",
	}
}

func replay(t *testing.T, script string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "again.sh")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, "sh", file)
	run.Env = append(os.Environ(), "DOCKER_HOST="+place.docker, "POSTGRES_PASSWORD=enigma's", "SECRET=enigma's")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("the script: %v\n%s", err, out)
	}
}

// inventory is everything that the engine has, by kind and name, inspected.
// Containers whose name the engine chose go by their label.
func inventory(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, kind := range []string{"container", "volume", "network"} {
		list := []string{kind, "ls", "-q"}
		if kind == "container" {
			list = append(list, "-a")
		}
		ids := strings.Fields(docker(t, list...))
		if len(ids) == 0 {
			continue
		}
		var found []map[string]any
		if err := json.Unmarshal([]byte(docker(t, append([]string{kind, "inspect"}, ids...)...)), &found); err != nil {
			t.Fatal(err)
		}
		for _, one := range found {
			name, _ := one["Name"].(string)
			if role, ok := dig(one, "Config", "Labels", "role").(string); ok {
				one["Name"], name = "", "role="+role
			}
			if kind == "network" && slices.Contains([]string{"bridge", "host", "none"}, name) {
				continue
			}
			if kind == "volume" && len(name) == 64 {
				name = "anonymous"
			}
			all[kind+" "+name] = normal(one)
		}
	}
	return all
}

func dig(v any, path ...string) any {
	for _, key := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[key]
	}
	return v
}

// own is what an engine gives each object anew: IDs, times, addresses, places on
// the disk, and what comes of those.
var own = []string{
	"Id", "Created", "CreatedAt", "StartedAt", "FinishedAt", "Pid", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver", "SandboxID",
	"SandboxKey", "EndpointID", "NetworkID", "MacAddress", "IPAddress", "Gateway", "IPAM", "Containers", "DNSNames", "Mountpoint",
}

// normal takes away what is new each time, and what is nothing: the API says
// null where the docker command says an empty list.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if host, ok := v["HostConfig"].(map[string]any); ok {
			v["Mounts"] = mounts(v["Mounts"], host)
		}
		kept := map[string]any{}
		for key, value := range v {
			hostname := key == "Hostname" && len(fmt.Sprint(value)) == 12
			if slices.Contains(own, key) || hostname {
				continue
			}
			switch text := fmt.Sprint(value); {
			case key == "Name" && len(text) >= 64: // of a volume
				kept[key] = "anonymous"
			case key == "RestartPolicy": // none is "" or "no"
				kept[key] = strings.TrimSuffix(fmt.Sprint(dig(value, "Name")), "no")
			default:
				if value = normal(value); value != nil {
					kept[key] = value
				}
				if list, ok := value.([]any); ok && key == "Env" { // in no order
					slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
				}
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	case []any:
		var all []any
		for _, one := range v {
			if text, ok := one.(string); ok && len(text) == 12 && strings.Trim(text, "0123456789abcdef") == "" {
				one = "its own ID" // an alias
			}
			all = append(all, normal(one))
		}
		if all == nil {
			return nil
		}
		return all
	}
	return v
}

// mounts is where files come from: what -v and --tmpfs say is elsewhere than what
// the API says, and is the same.
func mounts(found any, host map[string]any) []any {
	var all []string
	list, _ := found.([]any)
	for _, m := range list {
		kind, name := dig(m, "Type"), fmt.Sprint(dig(m, "Name"))
		if kind == "tmpfs" {
			continue
		}
		if kind == "bind" {
			name = fmt.Sprint(dig(m, "Source"))
		}
		if len(name) == 64 {
			name = "anonymous"
		}
		all = append(all, fmt.Sprint(kind, " ", name, " ", dig(m, "Destination"), " writable:", dig(m, "RW")))
	}
	asked, _ := host["Mounts"].([]any)
	for _, m := range asked {
		if dig(m, "Type") == "tmpfs" {
			all = append(all, fmt.Sprint("tmpfs ", dig(m, "Target")))
		}
	}
	scratch, _ := host["Tmpfs"].(map[string]any)
	for target := range scratch {
		all = append(all, "tmpfs "+target)
	}
	delete(host, "Mounts")
	delete(host, "Binds")
	delete(host, "Tmpfs")
	slices.Sort(all)
	lines := make([]any, len(all))
	for i, line := range all {
		lines[i] = line
	}
	return lines
}

func difference(before, after any) string {
	one, _ := json.MarshalIndent(before, "", " ")
	two, _ := json.MarshalIndent(after, "", " ")
	had := strings.Split(string(one), "\n")
	var lines []string
	for line := range strings.SplitSeq(string(two), "\n") {
		if !slices.Contains(had, line) {
			lines = append(lines, "+"+line)
		}
	}
	for _, line := range had {
		if !slices.Contains(strings.Split(string(two), "\n"), line) {
			lines = append(lines, "-"+line)
		}
	}
	if len(lines) == 0 { // the order differs
		return string(one) + "\n" + string(two)
	}
	return strings.Join(lines, "\n")
}
