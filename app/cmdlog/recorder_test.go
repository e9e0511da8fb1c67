package cmdlog

import (
	"context"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/parcel"
	"escale/engine"
	"escale/engine/enginetest"
)

// asks are the methods that change nothing. Every other one of an engine does.
var asks = []string{
	"ContainerSize", "DiskUsage", "ImageHistory", "Info", "InspectContainer", "InspectImage", "InspectNetwork", "InspectVolume", "ListContainers", "ListImages",
	"ListNetworks", "ListVolumes", "Logs", "Ping", "PrunableImages", "ReadFile", "SaveImage", "SearchImages", "Stats", "Version", "Watch",
}

// TestEveryMethodIsRecorded calls each method that an engine has. One that is
// added to the interfaces fails here until it is recorded.
func TestEveryMethodIsRecorded(t *testing.T) {
	kind := reflect.TypeFor[engine.Engine]()
	for method := range kind.Methods() {
		name := method.Name
		if name == "Endpoint" || name == "Close" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			log := New()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			call := reflect.ValueOf(log.Wrap(enginetest.New())).MethodByName(name)
			call.Call(arguments(ctx, call.Type()))
			entries, _ := log.Entries(true)
			if len(entries) != 1 {
				t.Fatalf("it left %d entries, want 1", len(entries))
			}
			e := entries[0]
			if want := !slices.Contains(asks, name); e.Change != want {
				t.Errorf("change = %v, want %v", e.Change, want)
			}
			if !strings.HasPrefix(e.Line(), "docker ") || e.State == Running {
				t.Errorf("entry = %q, state %v", e.Line(), e.State)
			}
		})
	}
	for _, name := range asks {
		if _, known := kind.MethodByName(name); !known {
			t.Errorf("no engine has a method %s", name)
		}
	}
}

// arguments are values of the types that a method takes.
func arguments(ctx context.Context, method reflect.Type) []reflect.Value {
	all := make([]reflect.Value, method.NumIn())
	for i := range all {
		switch in := method.In(i); {
		case in == reflect.TypeFor[context.Context]():
			all[i] = reflect.ValueOf(ctx)
		case in == reflect.TypeFor[io.Reader]():
			all[i] = reflect.ValueOf(strings.NewReader(""))
		case in.Kind() == reflect.Func:
			all[i] = reflect.MakeFunc(in, func([]reflect.Value) []reflect.Value { return nil })
		case in.Kind() == reflect.String:
			all[i] = reflect.ValueOf("thing").Convert(in)
		default:
			all[i] = reflect.Zero(in)
		}
	}
	return all
}

// TestLines holds what each change is as a docker command.
func TestLines(t *testing.T) {
	id := strings.Repeat("a1b2", 16)
	fake := enginetest.New(
		enginetest.WithContainers(engine.Container{ID: id, Name: "web", Image: "nginx:1.29", State: engine.StateRunning}),
		enginetest.WithInfo(engine.Info{ID: "x", MemoryBytes: 4 << 30, CPUs: 2}))
	fake.AddImage(engine.Image{Tags: []string{"nginx:1.29"}})
	folder := t.TempDir()
	for want, do := range map[string]func(ctx context.Context, e engine.Engine){
		"docker create --name db -p 127.0.0.1:8080:80 -v data:/data -e A=b --network shop nginx:1.29 serve '-a b'": func(ctx context.Context, e engine.Engine) {
			_, _, _ = e.CreateContainer(ctx, engine.ContainerSpec{
				Name: "db", Image: "nginx:1.29", Network: "shop", Command: []string{"serve", "-a b"}, Env: []engine.EnvVar{{Name: "A", Value: "b"}},
				Ports:  []engine.PortBinding{{HostIP: "127.0.0.1", Host: 8080, Container: 80}},
				Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "data", Target: "/data"}},
			})
		},
		"docker stop -t 3 web":     func(ctx context.Context, e engine.Engine) { _ = e.StopContainer(ctx, id, 2500*time.Millisecond) },
		"docker restart -t 10 web": func(ctx context.Context, e engine.Engine) { _ = e.RestartContainer(ctx, id, 10*time.Second) },
		"docker pause web":         func(ctx context.Context, e engine.Engine) { _ = e.PauseContainer(ctx, id) },
		"docker unpause web":       func(ctx context.Context, e engine.Engine) { _ = e.ResumeContainer(ctx, id) },
		"docker kill web":          func(ctx context.Context, e engine.Engine) { _ = e.KillContainer(ctx, id, "") },
		"docker kill -s SIGHUP web": func(ctx context.Context, e engine.Engine) {
			_ = e.KillContainer(ctx, id, "SIGHUP")
		},
		"docker rename web site": func(ctx context.Context, e engine.Engine) { _ = e.RenameContainer(ctx, id, "site") },
		"docker rm -f -v web": func(ctx context.Context, e engine.Engine) {
			_ = e.RemoveContainer(ctx, id, engine.RemoveContainer{Force: true, Volumes: true})
		},
		"docker update --memory 64m --memory-swap 128m --cpus 2 --restart always web": func(ctx context.Context, e engine.Engine) {
			_ = e.UpdateContainer(ctx, id, engine.ContainerUpdate{MemoryBytes: new(int64(64 << 20)), NanoCPUs: new(int64(0)), Restart: new(engine.RestartAlways)})
		},
		"docker cp " + folder + "/. web:/srv": func(ctx context.Context, e engine.Engine) {
			archive := parcel.Pack(ctx, folder, parcel.Owner{}, nil)
			_ = e.CopyInto(ctx, id, "/srv", archive)
			_ = archive.Close()
		},
		"docker pull nginx": func(ctx context.Context, e engine.Engine) {
			_ = e.PullImage(ctx, "nginx", func(engine.PullProgress) {})
		},
		"docker rmi -f nginx:1":     func(ctx context.Context, e engine.Engine) { _ = e.RemoveImage(ctx, "nginx:1", true) },
		"docker tag nginx:1 mine:2": func(ctx context.Context, e engine.Engine) { _ = e.TagImage(ctx, "nginx:1", "mine:2") },
		"docker commit web mine:3":  func(ctx context.Context, e engine.Engine) { _, _ = e.CommitContainer(ctx, id, "mine:3") },
		"docker load":               func(ctx context.Context, e engine.Engine) { _ = e.LoadImage(ctx, strings.NewReader("")) },
		"docker image prune -a -f":  func(ctx context.Context, e engine.Engine) { _, _ = e.PruneImages(ctx, true) },
		"docker volume prune -f":    func(ctx context.Context, e engine.Engine) { _, _ = e.PruneVolumes(ctx, false) },
		"docker volume create --label a=b data": func(ctx context.Context, e engine.Engine) {
			_, _ = e.CreateVolume(ctx, "data", map[string]string{"a": "b"})
		},
		"docker volume rm data":                      func(ctx context.Context, e engine.Engine) { _ = e.RemoveVolume(ctx, "data") },
		"docker network rm shop":                     func(ctx context.Context, e engine.Engine) { _ = e.RemoveNetwork(ctx, "shop") },
		"docker network connect --alias db shop web": func(ctx context.Context, e engine.Engine) { _ = e.ConnectNetwork(ctx, "shop", id, []string{"db"}) },
		"docker network disconnect -f shop web":      func(ctx context.Context, e engine.Engine) { _ = e.DisconnectNetwork(ctx, "shop", id, true) },
		"docker network create --driver x --internal ab": func(ctx context.Context, e engine.Engine) {
			_, _ = e.CreateNetwork(ctx, engine.NetworkSpec{Name: "ab", Driver: "x", Internal: true})
		},
	} {
		log := New()
		eng := log.Wrap(fake)
		_, _ = eng.Info(t.Context())
		log.learn(engine.KindContainer, map[string]string{id: "web"})
		do(t.Context(), eng)
		entries, _ := log.Entries(false)
		if len(entries) != 1 || entries[0].Line() != want {
			t.Errorf("entries = %v\nwant one: %s", lines(entries), want)
		}
	}
}

func lines(entries []Entry) (all []string) {
	for _, e := range entries {
		all = append(all, e.Line())
	}
	return all
}

// TestOutcomes tells what went well from what failed and what was cancelled.
func TestOutcomes(t *testing.T) {
	log := New()
	eng := log.Wrap(enginetest.New())
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithTimeoutCause(t.Context(), 0, engine.ErrTimeout)
	defer stop()
	_, _ = eng.CreateVolume(t.Context(), "data", nil)
	_ = eng.RemoveVolume(t.Context(), "none")
	_ = eng.RemoveVolume(cancelled, "data")
	_ = eng.RemoveVolume(late, "data")
	entries, _ := log.Entries(false)
	want := []State{Done, Failed, Cancelled, Failed}
	for i, e := range entries {
		if e.State != want[i] {
			t.Errorf("%s: state %v, want %v (%v)", e.Line(), e.State, want[i], e.Err)
		}
	}
	if !errors.Is(entries[1].Err, engine.ErrNotFound) {
		t.Errorf("the reason is %v", entries[1].Err)
	}
}

// TestQuestionsDoNotPile has one entry for what is asked again and again, and
// never lets it push a change out.
func TestQuestionsDoNotPile(t *testing.T) {
	log := New()
	eng := log.Wrap(enginetest.New())
	_, _ = eng.CreateVolume(t.Context(), "data", nil)
	for range 3 * mostChanges {
		_, _ = eng.ListContainers(t.Context())
	}
	for n := range 2 * mostQuestions {
		_, _ = eng.InspectImage(t.Context(), "image"+strings.Repeat("x", n))
	}
	_, _ = eng.ListContainers(t.Context())
	entries, _ := log.Entries(true)
	if len(entries) != mostQuestions+1 || entries[0].Line() != "docker volume create data" {
		t.Errorf("there are %d entries, the first is %q", len(entries), entries[0].Line())
	}
	if changes, _ := log.Entries(false); len(changes) != 1 {
		t.Errorf("changes are %v", lines(changes))
	}
}

// TestBounds holds the log to its size.
func TestBounds(t *testing.T) {
	log := New()
	eng := log.Wrap(enginetest.New())
	for range mostChanges + 20 {
		_ = eng.RemoveVolume(t.Context(), "data")
	}
	entries, dropped := log.Entries(false)
	if len(entries) != mostChanges || dropped != 20 {
		t.Errorf("%d entries, %d dropped", len(entries), dropped)
	}
	for range 200 {
		_ = eng.RemoveVolume(t.Context(), strings.Repeat("v", longest-100))
	}
	if entries, _ = log.Entries(false); len(entries) > mostBytes/(longest-100) {
		t.Errorf("%d large entries are kept", len(entries))
	}
	log.Clear()
	if entries, dropped = log.Entries(true); len(entries)+dropped+log.bytes != 0 {
		t.Errorf("after clearing: %v, %d dropped, %d bytes", lines(entries), dropped, log.bytes)
	}
	_, _, _ = eng.CreateContainer(t.Context(), engine.ContainerSpec{Name: "big", Image: "a", Command: []string{strings.Repeat("c", 2*longest)}})
	entries, _ = log.Entries(false)
	if e := entries[0]; !e.Long || len(e.Line()) > 2<<10 {
		t.Errorf("a command of %d bytes is kept as one of %d, long: %v", 2*longest, len(e.Line()), e.Long)
	}
}

// TestSecretsAreNotKept looks for a password everywhere in the log.
func TestSecretsAreNotKept(t *testing.T) {
	const password, other = "hunter2-enigma", "postgres://ada:hunter2-enigma@db/app"
	log := New()
	eng := log.Wrap(enginetest.New())
	_, _, _ = eng.CreateContainer(t.Context(), engine.ContainerSpec{
		Name: "db", Image: "postgres:17",
		Env:     []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: password}, {Name: "URL", Value: other}, {Name: "POSTGRES_USER", Value: "ada"}},
		Command: []string{"server", "--requirepass", password, "--token=" + password},
		Labels:  map[string]string{"api-key": password},
	})
	_, _ = eng.CreateVolume(t.Context(), "v", map[string]string{"secret": password})
	entries, _ := log.Entries(true)
	if kept := dump(reflect.ValueOf(log)); strings.Contains(kept, "hunter2") {
		t.Errorf("the log keeps the password: %s", kept)
	}
	want := `docker create --name db -e POSTGRES_PASSWORD="${POSTGRES_PASSWORD:?}" -e URL="${SECRET_URL:?}" -e POSTGRES_USER=ada ` +
		`--label api-key="${POSTGRES_PASSWORD:?}" postgres:17 server --requirepass "${POSTGRES_PASSWORD:?}" --token="${POSTGRES_PASSWORD:?}"`
	if got := entries[0].Line(); got != want {
		t.Errorf("line = %s\nwant   %s", got, want)
	}
	if got := entries[0].Secrets(); !slices.Equal(got, []string{"POSTGRES_PASSWORD", "SECRET_URL"}) {
		t.Errorf("secrets = %v", got)
	}
	if got, want := entries[1].Line(), `docker volume create --label secret="${POSTGRES_PASSWORD:?}" v`; got != want {
		t.Errorf("line = %s\nwant   %s", got, want)
	}
}

// dump writes every string that a value leads to.
func dump(v reflect.Value) string {
	var b strings.Builder
	seen := map[uintptr]bool{}
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() { //nolint:exhaustive // the others hold no text
		case reflect.String:
			b.WriteString(v.String() + "\n")
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Pointer()] {
				seen[v.Pointer()] = true
				walk(v.Elem())
			}
		case reflect.Interface:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			for _, field := range v.Fields() {
				walk(field)
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for at := v.MapRange(); at.Next(); {
				walk(at.Key())
				walk(at.Value())
			}
		}
	}
	walk(v)
	return b.String()
}

// TestForeignMarksAreText has a setting from elsewhere that looks like a masked
// value: it is no variable, and nothing that a shell would run.
func TestForeignMarksAreText(t *testing.T) {
	for _, text := range []string{"a\x00X\x00", "a\x00$(reboot)\x00", "\x00x}$(reboot)\x00", "a\x00b", "\x00\x00"} {
		log := New()
		_, _, _ = log.Wrap(enginetest.New()).CreateContainer(t.Context(), engine.ContainerSpec{
			Name: text, Image: "i", WorkDir: text, Command: []string{text}, Env: []engine.EnvVar{{Name: text, Value: text}},
		})
		entries, _ := log.Entries(false)
		for _, name := range entries[0].Secrets() {
			if !variableRule.MatchString(name) {
				t.Errorf("%q became the variable %q", text, name)
			}
		}
		for part := range strings.SplitSeq(entries[0].Line(), "'") {
			if strings.HasPrefix(part, "${") {
				t.Errorf("%q is open to the shell: %s", text, entries[0].Line())
			}
		}
	}
}
