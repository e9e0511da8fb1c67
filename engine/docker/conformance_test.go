//go:build testbed

package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"

	"escale/engine"
	"escale/engine/enginetest"
)

// The suite runs on engines that a testbed provides. It removes their unused
// images and volumes.
//
//	ESCALE_TEST_DOCKER    address of a Docker engine, as DOCKER_HOST would hold it
//	ESCALE_TEST_PODMAN    address of Podman's API
//	ESCALE_TEST_REGISTRY  host:port, on loopback, of a registry without TLS that
//	                      holds library/busybox:latest; both engines can pull from it
const (
	dockerVar   = "ESCALE_TEST_DOCKER"
	podmanVar   = "ESCALE_TEST_PODMAN"
	registryVar = "ESCALE_TEST_REGISTRY"
)

func TestDockerConforms(t *testing.T) { conforms(t, dockerVar, "Docker") }

func TestPodmanConforms(t *testing.T) { conforms(t, podmanVar, "Podman") }

// Podman's measure of all cores may be missing or none: the clock, which is then
// used instead, comes to the same.
func TestPodmanMeasuresByTheClock(t *testing.T) {
	const busybox = "escale-test/busybox:clock"
	ep := engine.Endpoint{ID: "test", Host: setting(t, podmanVar)}
	importBusybox(t, ep, "Podman", busybox)
	e, err := Connect(t.Context(), ep)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // the suite checks it
	id, _, err := e.CreateContainer(t.Context(), engine.ContainerSpec{Image: busybox, Command: []string{"sh", "-c", "while true; do true; done"}})
	if err == nil {
		err = e.StartContainer(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.RemoveContainer(t.Context(), id, engine.RemoveContainer{Force: true}); err != nil {
			t.Error(err)
		}
	}()
	// On a busy computer the loop may not have had its turn in one pair of samples.
	for deadline := time.Now().Add(30 * time.Second); ; {
		measured, clocked := bothWays(rawSample(t, e, id), rawSample(t, e, id))
		if clocked > 0 && measured >= clocked*0.8 && measured <= clocked*1.25 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%.1f%% by Podman's measure, %.1f%% by the clock", measured, clocked)
		}
	}
}

// bothWays is what was used between two samples, by Podman's measure of all
// cores and by the clock.
func bothWays(first, second container.StatsResponse) (measured, clocked float64) {
	measured = (&meter{last: first}).cpu(second)
	first.CPUStats.SystemUsage, second.CPUStats.SystemUsage = 0, 0
	return measured, (&meter{last: first}).cpu(second)
}

// rawSample is what Podman answers, after a second of its own.
func rawSample(t *testing.T, e engine.Engine, id string) container.StatsResponse {
	t.Helper()
	a, _ := e.(*adapter)
	answer, err := a.api.ContainerStats(t.Context(), id, false)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // nothing is written
	var s container.StatsResponse
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func conforms(t *testing.T, variable, product string) {
	t.Helper()
	conformsAt(t, engine.Endpoint{ID: "test", Name: product, Kind: engine.EndpointEnv, Host: setting(t, variable)}, product)
}

func conformsAt(t *testing.T, ep engine.Endpoint, product string) {
	t.Helper()
	conformsWith(t, ep, product, setting(t, registryVar))
}

// conformsWith takes images from what the engine knows the registry as.
func conformsWith(t *testing.T, ep engine.Endpoint, product, registry string) {
	t.Helper()
	const busybox = "escale-test/busybox:v1"
	importBusybox(t, ep, product, busybox)
	enginetest.Conformance(t, func(t *testing.T) engine.Engine {
		t.Helper()
		e, err := Connect(t.Context(), ep)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}, enginetest.Images{
		Busybox: busybox, Pull: registry + "/library/busybox:latest", Missing: registry + "/library/escale-has-no-such:latest",
		MissingTag: registry + "/library/busybox:escale-has-no-such", Offline: "127.0.0.1:9/library/busybox:latest",
		Search: registry + "/busybox", SearchOffline: "127.0.0.1:9/busybox",
	})
}

func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: start the testbed", name)
	}
	return value
}

// importBusybox makes an image of this machine's static busybox.
func importBusybox(t *testing.T, ep engine.Endpoint, product, ref string) {
	t.Helper()
	e, err := Connect(t.Context(), ep)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // the suite checks it
	v, err := e.Version(t.Context())
	if err != nil || v.Product != product {
		t.Fatalf("%s is %s: %v", ep.Host, v.Product, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := e.PruneImages(ctx, true); err != nil { // what other tests have left, the suite's own images among it
		t.Fatal(err)
	}
	answer, err := e.(*adapter).api.ImageImport(ctx, image.ImportSource{Source: rootfs(t), SourceName: "-"}, ref, image.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close() //nolint:errcheck // nothing is written
	if _, err := io.Copy(io.Discard, answer); err != nil {
		t.Fatal(err)
	}
}

// rootfs is a root file system of nothing but busybox and its names.
func rootfs(t *testing.T) io.Reader {
	t.Helper()
	program, err := os.ReadFile("/bin/busybox")
	if err != nil {
		t.Fatalf("%v: install busybox-static", err)
	}
	var archive bytes.Buffer
	out := tar.NewWriter(&archive)
	write := func(h tar.Header, body []byte) {
		h.Size = int64(len(body))
		if err := out.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"bin/", "tmp/", "etc/", "data/", "host/", "scratch/", "anonymous/"} {
		write(tar.Header{Name: dir, Typeflag: tar.TypeDir, Mode: 0o755}, nil)
	}
	write(tar.Header{Name: "bin/busybox", Mode: 0o755}, program)
	for _, name := range []string{"sh", "sleep", "tail", "true", "cat", "ls", "nc"} {
		write(tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "busybox"}, nil)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return &archive
}
