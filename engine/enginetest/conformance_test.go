package enginetest

import (
	"testing"
	"time"

	"escale/engine"
)

func TestFakeConforms(t *testing.T) {
	Conformance(t, func(*testing.T) engine.Engine {
		f := New()
		f.AddImageDetail(engine.ImageDetail{
			Image: engine.Image{Tags: []string{"busybox:latest"}, SizeBytes: 2 << 20}, OS: "linux", Architecture: "amd64",
		})
		f.SetPull("registry.test/alpine:3", PullOf(engine.ImageDetail{Image: engine.Image{SizeBytes: 3 << 20}}, 100*time.Millisecond, 1<<20, 2<<20))
		f.SetPull("offline.test/alpine:3", PullScript{Err: engine.ErrRegistry})
		f.SetSearch(
			engine.SearchHit{Name: "registry.test/busybox", Description: "A shell.", Stars: 3, Pulls: -1},
			engine.SearchHit{Name: "registry.test/busybox-more", Pulls: -1}, engine.SearchHit{Name: "busybox", Pulls: -1},
		)
		return f
	}, Images{
		Busybox: "busybox", Pull: "registry.test/alpine:3", Missing: "registry.test/nothing:1",
		MissingTag: "registry.test/alpine:none", Offline: "offline.test/alpine:3",
		Search: "registry.test/busybox", SearchOffline: "offline.test/busybox",
	})
}
