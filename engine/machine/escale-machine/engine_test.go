//go:build machine

package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// docker speaks the Engine API on the machine's socket, with nothing between.
type docker struct {
	t    *testing.T
	http *http.Client
	user string // of containers; "" is root
	arch string // of containers; "" is this computer's
}

func dockerAt(t *testing.T, socket string) *docker {
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	return &docker{t: t, http: &http.Client{Transport: transport}}
}

// ask sends a request and reads the answer into out, unless that is nil.
func (d *docker) ask(method, path string, body io.Reader, out any) error {
	ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "http://engine"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := d.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= 400 {
		err = fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, data)
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(data, out)
}

// pull pulls an image of Docker Hub, or of what stands in for it.
func (d *docker) pull(image string, most time.Duration) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), most)
	defer cancel()
	name, tag, _ := strings.Cut(image, ":")
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://engine/images/create?fromImage="+name+"&tag="+tag, http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := d.http.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body) // to its end: that is when the image is there
	if err != nil || answer.StatusCode != http.StatusOK || bytes.Contains(said, []byte(`"error"`)) {
		d.t.Fatalf("pull %s: %v, %s: %s", image, err, answer.Status, said)
	}
}

func (d *docker) must(method, path string, body, out any) {
	d.t.Helper()
	data, err := json.Marshal(body)
	if err == nil {
		err = d.ask(method, path, bytes.NewReader(data), out)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// importImage makes an image of the program in testdata, with no registry.
func (d *docker) importImage() {
	d.t.Helper()
	program := filepath.Join(d.t.TempDir(), "inside")
	build := exec.CommandContext(d.t.Context(), "go", "build", "-ldflags", "-s -w", "-o", program, "./testdata/inside")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+cmp.Or(d.arch, runtime.GOARCH))
	if out, err := build.CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %s", err, out)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		d.t.Fatal(err)
	}
	var image bytes.Buffer
	w := tar.NewWriter(&image)
	for _, h := range []*tar.Header{{Name: "tmp/", Mode: 0o777, Typeflag: tar.TypeDir}, {Name: "inside", Mode: 0o755, Size: int64(len(content))}} {
		if err := w.WriteHeader(h); err != nil {
			d.t.Fatal(err)
		}
	}
	if _, err := w.Write(content); err != nil {
		d.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		d.t.Fatal(err)
	}
	if err := d.ask(http.MethodPost, "/images/create?fromSrc=-&repo=inside&tag=1&platform=linux/"+cmp.Or(d.arch, runtime.GOARCH), &image, nil); err != nil {
		d.t.Fatal(err)
	}
}

// run starts a container of it. more is merged into its HostConfig.
func (d *docker) run(name string, more map[string]any, args ...string) (id string) {
	d.t.Helper()
	id = d.create(name, more, args...)
	d.must(http.MethodPost, "/containers/"+id+"/start", nil, nil)
	return id
}

// create is run without the start.
func (d *docker) create(name string, more map[string]any, args ...string) (id string) {
	d.t.Helper()
	_ = d.ask(http.MethodDelete, "/containers/"+name+"?force=1", http.NoBody, nil)
	var made struct{ ID string }
	d.must(http.MethodPost, "/containers/create?name="+name, map[string]any{
		"Image": "inside:1", "Cmd": append([]string{"/inside"}, args...), "User": d.user,
		"ExposedPorts": map[string]any{"80/tcp": struct{}{}, "80/udp": struct{}{}}, "HostConfig": more,
	}, &made)
	return made.ID
}

// wait waits for a container's end and returns its status and what it said.
func (d *docker) wait(id string) (int, string) {
	d.t.Helper()
	var ended struct{ StatusCode int }
	d.must(http.MethodPost, "/containers/"+id+"/wait", nil, &ended)
	return ended.StatusCode, d.logs(id)
}

func (d *docker) logs(id string) string {
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine/containers/"+id+"/logs?stdout=1&stderr=1", http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := d.http.Do(request)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	var out bytes.Buffer
	for {
		var head [8]byte
		if _, err := io.ReadFull(answer.Body, head[:]); err != nil {
			return out.String()
		}
		if _, err := io.CopyN(&out, answer.Body, int64(binary.BigEndian.Uint32(head[4:]))); err != nil {
			return out.String()
		}
	}
}
