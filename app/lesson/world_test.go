package lesson

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/command"
	"escale/app/run"
	"escale/engine"
)

// world is an engine that knows the commands of plays/plays.txt, and what the
// programs in them do.
type world struct {
	tb         testing.TB
	now        time.Time
	containers []*inhabitant
	images     map[string]string // ID by reference
	volumes    map[string]map[string]string
	networks   []string
	events     []engine.Event
}

// inhabitant is a container.
type inhabitant struct {
	engine.ContainerDetail
	log   string
	files map[string]string // of its own layer
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{
		tb: tb, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), images: map[string]string{},
		volumes: map[string]map[string]string{}, networks: []string{"bridge"},
	}
	w.docker("docker pull nginx") // is there before every lesson
	return w
}

// words are those of a command.
func words(tb testing.TB, line string) []string {
	tb.Helper()
	all, err := run.ParseWords(line)
	if err != nil {
		tb.Fatalf("%s: %v", line, err)
	}
	return all
}

// specOf reads a docker run line.
func specOf(tb testing.TB, line string) engine.ContainerSpec {
	tb.Helper()
	r, err := command.Read(line)
	if err != nil {
		tb.Fatalf("%s: %v", line, err)
	}
	return r.Spec
}

// do carries a command out.
func (w *world) do(line string) {
	w.tb.Helper()
	w.now = w.now.Add(time.Second)
	w.docker(line)
}

func (w *world) docker(line string) {
	w.tb.Helper()
	if m := built.FindStringSubmatch(line); m != nil {
		w.build(m[1])
		return
	}
	all := words(w.tb, line)
	last := all[len(all)-1]
	switch strings.Join(all[1:min(3, len(all))], " ") {
	case "network create":
		w.networks = append(w.networks, last)
		return
	case "volume create":
		w.volume(last)
		return
	case "volume rm":
		delete(w.volumes, last)
		w.event(engine.KindVolume, last, "destroy", map[string]string{"driver": "local"})
		return
	}
	switch all[1] {
	case "run", "create":
		w.run(line, all[1] == "run")
	case "start":
		w.start(w.find(last))
	case "stop":
		w.end(w.find(last), 0, "kill", "stop")
	case "kill":
		w.end(w.find(last), 137, "kill")
	case "rm":
		w.remove(last)
	case "exec":
		w.visit(w.find(all[2]))
	default:
		w.image(all)
	}
}

// image carries a command about images out.
func (w *world) image(all []string) {
	w.tb.Helper()
	last := all[len(all)-1]
	switch all[1] {
	case "pull":
		w.have(last, "sha256:"+name(last))
	case "tag":
		w.images[tagged(last)] = w.images[tagged(all[2])]
		w.event(engine.KindImage, w.images[tagged(last)], "tag", map[string]string{"name": tagged(last)})
	case "push":
		w.event(engine.KindImage, tagged(last), "push", map[string]string{"name": name(last)})
	case "rmi":
		id := w.images[tagged(last)]
		delete(w.images, tagged(last))
		w.event(engine.KindImage, id, "untag", map[string]string{"name": id})
	default:
		w.tb.Fatalf("nobody knows %q", all)
	}
}

func (w *world) build(ref string) {
	w.images[tagged(ref)] = "sha256:built-" + ref
	w.event(engine.KindImage, w.images[tagged(ref)], "tag", map[string]string{"name": tagged(ref)})
}

func tagged(ref string) string {
	if strings.Contains(ref[strings.LastIndex(ref, "/")+1:], ":") {
		return ref
	}
	return ref + ":latest"
}

// name is a reference without its tag.
func name(ref string) string {
	ref = tagged(ref)
	return ref[:strings.LastIndex(ref, ":")]
}

// have pulls an image.
func (w *world) have(ref, id string) {
	w.images[tagged(ref)] = id
	w.event(engine.KindImage, tagged(ref), "pull", map[string]string{"name": name(ref)})
}

func (w *world) volume(name string) map[string]string {
	if w.volumes[name] == nil {
		w.volumes[name] = map[string]string{}
	}
	return w.volumes[name]
}

func (w *world) event(kind engine.Kind, id, action string, attributes map[string]string) {
	w.events = append(w.events, engine.Event{Kind: kind, ID: id, Action: action, At: w.now, Attributes: attributes})
}

func (w *world) tell(c *inhabitant, action string) {
	w.event(engine.KindContainer, c.ID, action, map[string]string{
		"name": c.Name, "image": c.Image, "exitCode": fmt.Sprint(c.ExitCode),
	})
}

func (w *world) find(name string) *inhabitant {
	w.tb.Helper()
	i := slices.IndexFunc(w.containers, func(c *inhabitant) bool { return c.Name == name })
	if i < 0 {
		w.tb.Fatalf("no container %s", name)
	}
	return w.containers[i]
}

// run makes a container, and starts it.
func (w *world) run(line string, started bool) {
	w.tb.Helper()
	spec := specOf(w.tb, strings.Replace(line, "docker create", "docker run", 1))
	if w.images[tagged(spec.Image)] == "" {
		w.have(spec.Image, "sha256:"+name(spec.Image))
	}
	c := &inhabitant{files: map[string]string{}}
	c.ID, c.Name, c.Image, c.ImageID = fmt.Sprintf("c%d", len(w.events)), spec.Name, spec.Image, w.images[tagged(spec.Image)]
	c.State, c.ExitCode, c.Created, c.Env, c.MemoryBytes = engine.StateCreated, -1, w.now, spec.Env, spec.MemoryBytes
	c.Command, c.Mounts, c.Networks = strings.Join(spec.Command, " "), spec.Mounts, []string{"bridge"}
	if spec.Network != "" {
		c.Networks = []string{spec.Network}
	}
	for _, p := range spec.Ports {
		at := netip.IPv4Unspecified()
		if p.HostIP != "" {
			at = netip.MustParseAddr(p.HostIP)
		}
		c.Ports = append(c.Ports, engine.Port{Container: p.Container, Protocol: "tcp", Host: p.Host, HostIP: at})
	}
	for _, m := range c.Mounts {
		if m.Kind == engine.MountVolume {
			w.volume(m.Source)
		}
	}
	if strings.Contains(line, "--pid host") {
		c.Labels = map[string]string{"pid": "host"}
	}
	w.containers = append(w.containers, c)
	w.tell(c, "create")
	if started {
		w.start(c)
	}
}

func (w *world) start(c *inhabitant) {
	c.State, c.ExitCode, c.Started = engine.StateRunning, -1, w.now
	w.tell(c, "start")
	if code, ends := w.behave(c); ends {
		w.end(c, code)
	}
}

// end lets a container end.
func (w *world) end(c *inhabitant, code int, actions ...string) {
	for _, action := range actions {
		w.tell(c, action)
	}
	c.State, c.ExitCode, c.Ended = engine.StateExited, code, w.now
	w.tell(c, "die")
}

func (w *world) remove(name string) {
	c := w.find(name)
	w.containers = slices.DeleteFunc(w.containers, func(o *inhabitant) bool { return o == c })
	w.tell(c, "destroy")
}

// scene is what there is.
func (w *world) scene() *Scene {
	s := &Scene{Look: w}
	for _, c := range w.containers {
		s.Containers = append(s.Containers, c.Container)
	}
	for ref, id := range w.images {
		s.Images = append(s.Images, engine.Image{ID: id, Tags: []string{ref}})
	}
	for name := range w.volumes {
		s.Volumes = append(s.Volumes, engine.Volume{Name: name, Driver: "local"})
	}
	for _, name := range w.networks {
		s.Networks = append(s.Networks, engine.Network{ID: name, Name: name, Driver: "bridge", Builtin: name == "bridge"})
	}
	return s
}

// Container implements Looker.
func (w *world) Container(_ context.Context, id string) (engine.ContainerDetail, error) {
	for _, c := range w.containers {
		if c.ID == id {
			return c.ContainerDetail, nil
		}
	}
	return engine.ContainerDetail{}, engine.ErrNotFound
}

// Layers implements Looker.
func (w *world) Layers(context.Context, string) (int, error) { return 5, nil }

// Members implements Looker.
func (w *world) Members(_ context.Context, network string) (members int, err error) {
	for _, c := range w.containers {
		if c.Active() && slices.Contains(c.Networks, network) {
			members++
		}
	}
	return members, nil
}

// Log implements Looker.
func (w *world) Log(_ context.Context, c engine.Container) (string, error) {
	return w.find(c.Name).log, nil
}

// File implements Looker.
func (w *world) File(_ context.Context, id, path string) ([]byte, error) {
	for _, c := range w.containers {
		if c.ID != id {
			continue
		}
		if text, there := w.read(c, path); there {
			return []byte(text), nil
		}
	}
	return nil, engine.ErrNotFound
}
