package lesson

import (
	"context"
	"encoding/base64"
	"hash/fnv"
	"time"

	"escale/engine"
)

// Scene is what the engine says, for checks to look at.
type Scene struct {
	Containers []engine.Container
	Images     []engine.Image
	Volumes    []engine.Volume
	Networks   []engine.Network
	Events     []engine.Event // those since the lesson was opened, oldest first

	Lesson, Task Mark            // what was there when they were begun
	Fresh        []engine.Event  // those of Events since the task was begun
	Deeds        map[string]Deed // what ticked earlier tasks
	Look         Looker
}

// Looker answers what takes a question of its own to the engine. Its answers
// may be as old as the scene.
type Looker interface {
	Container(ctx context.Context, id string) (engine.ContainerDetail, error)
	Layers(ctx context.Context, image string) (int, error)
	Members(ctx context.Context, network string) (int, error)
	// Log is what a container has printed so far, as far as it was read.
	Log(ctx context.Context, c engine.Container) (string, error)
	File(ctx context.Context, container, path string) ([]byte, error)
}

// Deed is what ticked a task.
type Deed struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`             // of the object; a volume's name
	Hash string `json:"hash,omitempty"` // of a file's content
}

// container is the ID of the container that a deed was done with; a value that
// no container has when there is none.
func (d Deed) container() string {
	if d.ID == "" || d.Kind != OnContainer && d.Kind != OnFile {
		return "\x00"
	}
	return d.ID
}

func (d Deed) is(kind Kind, id string) bool { return d.Kind == kind && d.ID == id && id != "" }

// MostKnown bounds what a Mark remembers.
const MostKnown = 4096

// Mark remembers what was there at a moment, so that what is new can be told
// without comparing clocks.
type Mark struct {
	Engine string          `json:"engine"` // whose things they are
	Known  map[string]bool `json:"known"`
}

// MarkNow remembers what is there.
func MarkNow(where string, s *Scene) Mark {
	m := Mark{Engine: where, Known: map[string]bool{}}
	note := func(key string) {
		if len(m.Known) < MostKnown {
			m.Known[key] = true
		}
	}
	for _, c := range s.Containers {
		note(keyOf(c))
		note(startKey(c))
	}
	for _, i := range s.Images {
		for _, ref := range refsOf(i) {
			note(imageKey(i, ref))
		}
	}
	for _, v := range s.Volumes {
		note(volumeKey(v))
	}
	for _, n := range s.Networks {
		note(networkKey(n))
	}
	return m
}

// digest is a short name of something.
func digest(parts ...string) string {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func keyOf(c engine.Container) string { return digest("container", c.ID) }

// startKey names one start of a container; empty starts are those that a list
// does not tell of.
func startKey(c engine.Container) string { return digest("start", c.ID, stamp(c.Started)) }

func imageKey(i engine.Image, ref string) string { return digest("image", i.ID, ref) }

func volumeKey(v engine.Volume) string { return digest("volume", v.Name, stamp(v.Created)) }

func networkKey(n engine.Network) string { return digest("network", n.ID) }

// refsOf are an image's names; one empty one when it has none.
func refsOf(i engine.Image) []string {
	if len(i.Tags) == 0 {
		return []string{""}
	}
	return i.Tags
}
