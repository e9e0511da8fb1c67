//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// docker runs the docker command on the testbed's engine.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tryDocker(args...)
	if err != nil {
		t.Fatalf("docker %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

func tryDocker(args ...string) (string, error) { return dockerAt(place.docker, args...) }

// dockerAt runs the docker command on the engine at host.
func dockerAt(host string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "docker", append([]string{"-H", host}, args...)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// emptyEngine removes every container and volume, and every image of the
// repositories named.
func emptyEngine(t *testing.T, images ...string) {
	t.Helper()
	sweep := func() {
		if ids := strings.Fields(docker(t, "ps", "-aq")); len(ids) > 0 {
			docker(t, append([]string{"rm", "-f", "-v"}, ids...)...)
		}
		if names := strings.Fields(docker(t, "volume", "ls", "-q")); len(names) > 0 {
			docker(t, append([]string{"volume", "rm"}, names...)...)
		}
	}
	sweep()
	for _, image := range images {
		if ids := strings.Fields(docker(t, "images", "-q", image)); len(ids) > 0 {
			docker(t, append([]string{"rmi", "-f"}, ids...)...)
		}
	}
	t.Cleanup(sweep)
}

// testbed runs a command of the testbed, such as "engine", "kill".
func testbed(t *testing.T, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, place.testbed, args...).CombinedOutput(); err != nil {
		t.Fatalf("testbed %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// fault asks the Hub stand-in ("_fault") or the registry in front of the engine
// ("_registry") to misbehave until the test ends.
func fault(t *testing.T, where, body string) (mend func()) {
	t.Helper()
	control(t, http.MethodPost, where, body)
	mend = func() { control(t, http.MethodDelete, where, "") }
	t.Cleanup(mend)
	return mend
}

func control(t *testing.T, method, where, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, place.hub+"/"+where, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= 300 {
		words, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		t.Fatalf("%s %s: %s %s", method, where, answer.Status, words)
	}
}

// fetch gets a page as a browser would.
func fetch(t *testing.T, address string) string {
	t.Helper()
	var last error
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			last = err
			continue
		}
		page, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		_ = answer.Body.Close()
		if err == nil && answer.StatusCode == http.StatusOK {
			return string(page)
		}
		last = err
	}
	t.Fatalf("no page at %s: %v", address, last)
	return ""
}
