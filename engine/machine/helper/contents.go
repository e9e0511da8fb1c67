package helper

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"escale/engine/machine"
)

// contentsFile remembers what is in a machine for when its engine does not run.
const contentsFile = "contents.json"

// contents answers with what is in a machine.
func contents(v *vm, w http.ResponseWriter, q *http.Request) error {
	v.mu.Lock()
	r := v.current
	v.mu.Unlock()
	if r != nil {
		if b := r.booted.Load(); b != nil && !r.isStopping() {
			b.use()
			defer b.unuse()
			if err := b.wake(q.Context()); err != nil {
				return err
			}
			if c, err := b.takeStock(q.Context()); err == nil {
				return reply(w, c)
			}
		}
	}
	return reply(w, v.remembered())
}

// remembered is what was in the machine when its engine last ran.
func (v *vm) remembered() machine.Contents {
	c := machine.Contents{Images: []machine.Thing{}, Containers: []machine.Thing{}, Volumes: []machine.Thing{}}
	data, err := readBounded(v.file(contentsFile), maxListing)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		return machine.Contents{Images: []machine.Thing{}, Containers: []machine.Thing{}, Volumes: []machine.Thing{}}
	}
	return c
}

// usage is what of the engine's answer about its disk is used. A path with a
// version is asked: newer ones have other words for it.
type usage struct {
	Images []struct {
		ID       string
		RepoTags []string
		Size     int64
	}
	Containers []struct {
		ID     string
		Names  []string
		SizeRw int64
	}
	Volumes []struct {
		Name      string
		UsageData *struct{ Size int64 }
	}
}

const usagePath = "/v1.44/system/df"

// takeStock asks the engine what there is, and remembers it.
func (b *booted) takeStock(ctx context.Context) (machine.Contents, error) {
	v := b.run.vm
	asked := b.stock.begin()
	answer, err := b.engine.get(ctx, usagePath)
	if err != nil {
		return machine.Contents{}, err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	var u usage
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxListing)).Decode(&u); err != nil {
		return machine.Contents{}, fmt.Errorf("list contents: %w", err)
	}
	c := u.contents(time.Now())
	data, err := json.Marshal(c)
	if err == nil && len(data) < maxListing && b.disk.unnamed == nil {
		err = replaceFile(v.file(contentsFile), data)
	}
	if err != nil {
		return c, fmt.Errorf("remember contents: %w", err)
	}
	b.stock.end(asked)
	return c, nil
}

func (u usage) contents(at time.Time) machine.Contents {
	c := machine.Contents{At: at.UTC(), Images: []machine.Thing{}, Containers: []machine.Thing{}, Volumes: []machine.Thing{}}
	for _, i := range u.Images {
		c.Images = append(c.Images, machine.Thing{Name: first(i.RepoTags, short(i.ID)), Bytes: i.Size})
	}
	for _, x := range u.Containers {
		c.Containers = append(c.Containers, machine.Thing{Name: strings.TrimPrefix(first(x.Names, short(x.ID)), "/"), Bytes: x.SizeRw})
	}
	for _, x := range u.Volumes {
		size := int64(-1)
		if x.UsageData != nil {
			size = x.UsageData.Size
		}
		c.Volumes = append(c.Volumes, machine.Thing{Name: x.Name, Bytes: size})
	}
	for _, things := range [][]machine.Thing{c.Images, c.Containers, c.Volumes} {
		slices.SortFunc(things, func(a, b machine.Thing) int { return cmp.Compare(a.Name, b.Name) })
	}
	return c
}

func first(names []string, otherwise string) string {
	if len(names) == 0 {
		return otherwise
	}
	return names[0]
}

// short is an ID as people see it.
func short(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	return id[:min(len(id), 12)]
}
