package lesson

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"escale/engine"
)

// looker answers from values.
type looker struct {
	details map[string]engine.ContainerDetail
	logs    map[string]string
	files   map[string]string
	err     error
}

func (l looker) Container(_ context.Context, id string) (engine.ContainerDetail, error) {
	return l.details[id], l.err
}
func (l looker) Layers(context.Context, string) (int, error)  { return 3, l.err }
func (l looker) Members(context.Context, string) (int, error) { return 2, l.err }
func (l looker) Log(_ context.Context, c engine.Container) (string, error) {
	return l.logs[c.ID], l.err
}

func (l looker) File(_ context.Context, id, path string) ([]byte, error) {
	text, there := l.files[id+path]
	if !there {
		return nil, engine.ErrNotFound
	}
	return []byte(text), l.err
}

func sample() *Scene {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &Scene{
		Containers: []engine.Container{
			{
				ID: "c1", Name: "web", Image: "nginx:1.27", State: engine.StateRunning, ExitCode: -1, Command: "nginx -g 'daemon off;'",
				Ports:    []engine.Port{{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.MustParseAddr("127.0.0.1")}, {Container: 443}},
				Mounts:   []engine.Mount{{Kind: engine.MountVolume, Source: "pages", Target: "/pages"}, {Kind: engine.MountTmpfs, Target: "/tmp"}},
				Networks: []string{"front", "back"}, Started: at, Created: at,
			},
			{ID: "c2", Name: "job", Image: "busybox", State: engine.StateExited, ExitCode: 137, OOMKilled: true, Created: at, Started: at},
		},
		Images:   []engine.Image{{ID: "i1", Tags: []string{"nginx:1.27", "mine:latest"}, SizeBytes: 70 << 20, Containers: 1}, {ID: "i2"}},
		Volumes:  []engine.Volume{{Name: "pages", Driver: "local", SizeBytes: 5, UsedBy: []engine.VolumeUse{{}}}, {Name: "x", Anonymous: true, SizeBytes: -1}},
		Networks: []engine.Network{{ID: "n1", Name: "bridge", Driver: "bridge", Builtin: true}, {ID: "n2", Name: "front", Driver: "bridge", Internal: true}},
		Events: []engine.Event{
			{Kind: engine.KindContainer, ID: "c2", Action: "die", Attributes: map[string]string{"exitCode": "137", "image": "busybox", "name": "job"}},
			{Kind: engine.KindVolume, ID: "pages", Action: "create"},
		},
		Fresh: []engine.Event{{Kind: engine.KindVolume, ID: "pages", Action: "create"}},
		Deeds: map[string]Deed{"run": {Kind: OnContainer, ID: "c1"}, "wrote": {Kind: OnFile, ID: "c1", Hash: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}},
		Look: looker{
			details: map[string]engine.ContainerDetail{"c1": {
				Env: []engine.EnvVar{{Name: "COLOUR", Value: "blue"}}, MemoryBytes: 64 << 20, NanoCPUs: 5e8, Restart: "always", User: "me", Privileged: true,
			}},
			logs:  map[string]string{"c1": "one\nready to serve\n"},
			files: map[string]string{"c1/pages/hi": "hello"},
		},
	}
}

func TestChecks(t *testing.T) {
	for check, want := range map[string]bool{
		`container(image="nginx")`:                                               true,
		`container(image="docker.io/library/nginx")`:                             true,
		`container(image="nginx:1.27")`:                                          true,
		`container(image="nginx:1.2")`:                                           false,
		`container(image="ngin")`:                                                false,
		`container(image="me/nginx")`:                                            false,
		`container(image="busybox:latest")`:                                      true,
		`container(image~"nginx:*")`:                                             true,
		`container(image!="nginx", name="web")`:                                  false,
		`container(image="nginx", name="job")`:                                   false, // of two things
		`container(image="nginx") and container(name="job")`:                     true,
		`container(name="WEB")`:                                                  false,
		`container(name~"w*")`:                                                   true,
		`container(name!~"w*", image="nginx")`:                                   false,
		`container(port=80)`:                                                     true,
		`container(port=443)`:                                                    false, // not published
		`container(host>=8080, public=no)`:                                       true,
		`container(public=yes)`:                                                  false,
		`container(mount="pages", target="/pages")`:                              true,
		`container(mount="/pages")`:                                              false,
		`container(folder=yes)`:                                                  false,
		`container(network="back")`:                                              true,
		`container(network!="back", image="nginx")`:                              false,
		`container(exit=137, oom=yes)`:                                           true,
		`container(exit<0)`:                                                      false, // one that runs has no code
		`container(env="COLOUR=blue")`:                                           true,
		`container(env~"COLOUR=*", memory<=64MB, memory>=64MB)`:                  true,
		`container(cpus=500, restart="always", user="me", privileged=yes)`:       true,
		`container(log~"*ready to*")`:                                            true,
		`container(log~"ready*")`:                                                false,
		`container(of="run", state="running")`:                                   true,
		`container(of="wrote", name="web")`:                                      true,
		`container(of="run", name="job")`:                                        false,
		`container(new=lesson, name="web")`:                                      false,
		`container(new=lesson, name="job")`:                                      true,
		`container(started=lesson, name="web")`:                                  false,
		`container(started=lesson, name="job")`:                                  true,
		`image(ref="mine", size>64MB, uses=1, layers=3)`:                         true,
		`image(ref="nginx", new=lesson)`:                                         false,
		`image(ref="mine", new=lesson)`:                                          true, // another name of what was there
		`volume(name="pages", driver="local", uses>0)`:                           true,
		`volume(name="x", anonymous=yes)`:                                        true,
		`volume(name="x", size<1)`:                                               false, // not measured
		`network(name="front", internal=yes, members=2, builtin=no)`:             true,
		`network(builtin=no, driver="overlay")`:                                  false,
		`event(type="container", action="die", exit=137, image="busybox")`:       true,
		`event(type="container", action="die", exit=137, new=task)`:              false,
		`event(type="volume", action="create", name="pages", new=task)`:          true,
		`event(action="die", of="run")`:                                          false,
		`file(volume="pages", path="/hi", text~"hel*", size=5)`:                  true,
		`file(container="web", path="/pages/hi", same="wrote")`:                  true,
		`file(of="run", path="/pages/hi", same="run")`:                           false, // it wrote nothing
		`file(volume="pages", path="/no", text~"*")`:                             false,
		`not container(name="web")`:                                              false,
		`not container(name="gone") and container(name="web")`:                   true,
		`container(name="a") or container(name="b") or volume(name="pages")`:     true,
		`(container(name="a") or container(name="web")) and volume(name="none")`: false,
	} {
		c, err := ParseCheck(check)
		if err != nil {
			t.Errorf("%s: %v", check, err)
			continue
		}
		s := sample()
		s.Lesson = MarkNow("e", &Scene{Containers: s.Containers[:1], Images: []engine.Image{{ID: "i1", Tags: []string{"nginx:1.27"}}}})
		if _, got, err := c.Eval(t.Context(), s); got != want || err != nil {
			t.Errorf("%s is %v (%v), want %v", check, got, err, want)
		}
	}
}

func TestChecksThatCannotBeRead(t *testing.T) {
	for _, check := range []string{
		"", " ", "container", "container(", "container()", "container(name)", `container(name="a"`, `container(name="a",)`,
		`container(name=a)`, `container(name>"a")`, `container(port="80")`, `container(port~80)`, `container(port=80TB)`, `container(port=99999999999999999999)`,
		`container(oom=true)`, `container(new="task")`, `container(new=run)`, `container(colour="red")`, `click(button="x")`, `"container"(name="a")`,
		`container(name="a") container(name="b")`, `container(name="a") and`, `and container(name="a")`, `not`, `(container(name="a")`, `container(name="a"))`,
		`container(log="a")`, `container(name="")`, `container(name="a\n")`, `container(name="a`, `container(of="A B")`,
		`file(path="/x")`, `file(path="x", container="a", size=1)`, `file(path="/a/../b", container="a", size=1)`, `file(path="/x", size=1)`,
		`file(path="/x", container="a", volume="b", size=1)`, `file(path="/x", container="a", sha256="12")`,
		strings.Repeat("(", 12) + `container(name="a")` + strings.Repeat(")", 12), strings.Repeat("not ", 12) + `container(name="a")`,
		strings.Repeat(`container(name="a") or `, 20) + `container(name="a")`,
		"container(" + strings.Repeat(`name="a",`, 12) + `name="a")`, `container(name="` + strings.Repeat("a", 1001) + `")`, "container(name=\"a\") ; rm", "été",
	} {
		_, err := ParseCheck(check)
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%q: %v", check, err)
		}
	}
}

func TestWhatCannotBeLookedAtIsNoAnswer(t *testing.T) {
	s := sample()
	s.Look = looker{err: engine.ErrTimeout}
	for _, check := range []string{`container(log~"*x*")`, `not container(env="A=1")`, `container(name="web", memory=0)`} {
		c, err := ParseCheck(check)
		if err != nil {
			t.Fatal(err)
		}
		if _, holds, err := c.Eval(t.Context(), s); holds || !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("%s: %v, %v", check, holds, err)
		}
	}
}

func TestListsAreAskedBeforeQuestions(t *testing.T) {
	c, err := ParseCheck(`container(log~"*x*", env="A=1", name="nobody")`)
	if err != nil {
		t.Fatal(err)
	}
	s := sample()
	s.Look = looker{err: engine.ErrTimeout}
	if _, _, err := c.Eval(t.Context(), s); err != nil {
		t.Errorf("the engine was asked about a container of another name: %v", err)
	}
}

func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "", true},
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"*b*", "abc", true},
		{"*b*b*", "abc", false},
		{"a**c", "abc", true},
		{"*\nx*", "1\nx2", true},
		{"é*", "été", true},
	} {
		if got := match(tc.pattern, tc.text); got != tc.want {
			t.Errorf("match(%q, %q) is %v", tc.pattern, tc.text, got)
		}
	}
}
