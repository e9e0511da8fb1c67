package docker

import (
	"net/http"
	"slices"
	"testing"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/image"

	"escale/engine"
)

const anonymous = "043c39ccef2af4796292d27ec73190447a10feac48ef3560517959609f71b33c"

func TestPruneVolumesByVersion(t *testing.T) {
	for name, tc := range map[string]struct {
		podman   string
		api      string
		all      bool
		requests []string
	}{
		"new, anonymous":    {"", "1.43", false, []string{"POST prune "}},
		"new, all":          {"", "1.43", true, []string{`POST prune {"all":{"true":true}}`}},
		"old, anonymous":    {"", "1.41", false, []string{"DELETE anonymous"}},
		"old, all":          {"", "1.41", true, []string{"POST prune "}},
		"Podman, anonymous": {"4.3.1", "1.43", false, []string{"DELETE anonymous"}},
		"Podman, all":       {"4.3.1", "1.43", true, []string{"POST prune "}},
	} {
		t.Run(name, func(t *testing.T) {
			var requests []string
			e := connected(t, routes{
				"GET /_ping": func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Api-Version", tc.api)
					if tc.podman != "" {
						w.Header().Set("Libpod-Api-Version", tc.podman)
					}
				},
				"GET /volumes": text(`{"Volumes":[{"Name":"named"},{"Name":"` + anonymous + `"}]}`),
				"GET /containers/json": text(`[{"Id":"a1","Names":["/web"],"State":"exited",
					"Mounts":[{"Type":"volume","Name":"used","Destination":"/data"}]}]`),
				"GET /system/df": text(`{"Volumes":[{"Name":"` + anonymous + `","UsageData":{"Size":7,"RefCount":0}}]}`),
				"POST /volumes/prune": func(w http.ResponseWriter, q *http.Request) {
					requests = append(requests, "POST prune "+q.URL.Query().Get("filters"))
					text(`{"VolumesDeleted":["`+anonymous+`"],"SpaceReclaimed":7}`)(w, q)
				},
				"DELETE /volumes/" + anonymous: func(http.ResponseWriter, *http.Request) { requests = append(requests, "DELETE anonymous") },
			})
			pruned, err := e.PruneVolumes(t.Context(), tc.all)
			if err != nil || !slices.Equal(pruned.Names, []string{anonymous}) || pruned.Bytes != 7 {
				t.Errorf("%+v, %v", pruned, err)
			}
			if !slices.Equal(requests, tc.requests) {
				t.Errorf("requests %q, want %q", requests, tc.requests)
			}
		})
	}
}

func TestVolumesWithoutSizes(t *testing.T) {
	e := connected(t, routes{
		"GET /volumes":         text(`{"Volumes":[null,{"Name":"data","Driver":"local"}]}`),
		"GET /containers/json": text(`[{"Id":"a1","Names":["/web"],"State":"exited","Mounts":[{"Type":"volume","Name":"data","Destination":"/d"}]}]`),
		"GET /system/df":       status(http.StatusInternalServerError, `{"message":"no"}`),
	})
	rows, err := e.ListVolumes(t.Context())
	if err != nil || len(rows) != 1 || rows[0].SizeBytes != -1 || len(rows[0].UsedBy) != 1 {
		t.Fatalf("%+v, %v", rows, err)
	}
	if want := (engine.VolumeUse{ContainerID: "a1", Container: "web", Target: "/d"}); rows[0].UsedBy[0] != want {
		t.Errorf("%+v", rows[0].UsedBy[0])
	}
}

func TestReclaimable(t *testing.T) {
	usage := types.DiskUsage{LayersSize: 300, Images: []*image.Summary{
		{ID: "sha256:a", Size: 200, SharedSize: 100}, {ID: "b", Size: 150, SharedSize: 100}, nil, {ID: "sha256:c", Size: 50, SharedSize: -1},
	}}
	for name, tc := range map[string]struct {
		going map[string]bool
		want  int64
	}{
		"nothing":         {nil, 0},
		"a shared one":    {map[string]bool{"sha256:a": true}, 100},
		"Podman's ID":     {map[string]bool{"sha256:b": true}, 50},
		"shared by two":   {map[string]bool{"sha256:a": true, "sha256:b": true}, 150},
		"sharing unknown": {map[string]bool{"sha256:c": true}, 50},
	} {
		if got := reclaimable(usage, tc.going); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
	usage.Images = slices.DeleteFunc(usage.Images, func(i *image.Summary) bool { return i == nil })
	if got := reclaimable(usage, map[string]bool{"sha256:a": true, "sha256:b": true, "sha256:c": true}); got != 300 {
		t.Errorf("everything: %d", got)
	}
}

func BenchmarkListContainers(b *testing.B) {
	row := `{"Id":"a1","Names":["/web"],"Image":"nginx","State":"running","Status":"Up 2 hours","Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]}`
	body := "[" + row
	for range 499 {
		body += "," + row
	}
	a, done := piped(b, routes{"GET /containers/json": text(body + "]")})
	defer done()
	for b.Loop() {
		if _, err := a.ListContainers(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
