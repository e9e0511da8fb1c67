package playground

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"escale/engine"
)

// pack makes an archive of files, in their order.
func pack(tb testing.TB, files ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	out := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		err := out.WriteHeader(&tar.Header{Name: files[i], Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(files[i+1]))})
		if err == nil {
			_, err = out.Write([]byte(files[i+1]))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// unpack are the files of an archive.
func unpack(tb testing.TB, data []byte) map[string]string {
	tb.Helper()
	files := map[string]string{}
	in := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			tb.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			tb.Fatal(err)
		}
		files[h.Name] = string(text)
	}
}

func TestRename(t *testing.T) {
	evil := pack(t,
		"layer.tar", "the layer",
		"repositories", `{"nginx":{"latest":"x"}}`,
		"index.json", `{"schemaVersion":2,"manifests":[{"digest":"sha256:1","annotations":{"io.containerd.image.name":"docker.io/library/nginx:latest"},"Annotations":{"a":"b"}}]}`,
		"manifest.json", `[{"Config":"c.json","RepoTags":["nginx:latest"],"repotags":["busybox:latest"],"Layers":["layer.tar"]}]`)
	var b bytes.Buffer
	if err := Rename(&b, bytes.NewReader(evil), "web-kept:latest", 100); err != nil {
		t.Fatal(err)
	}
	files := unpack(t, b.Bytes())
	if files["layer.tar"] != "the layer" || len(files) != 3 {
		t.Errorf("the archive holds %q", files)
	}
	want := `[{"Config":"c.json","Layers":["layer.tar"],"RepoTags":["web-kept:latest"]}]`
	if files["manifest.json"] != want {
		t.Errorf("manifest %s", files["manifest.json"])
	}
	want = `{"manifests":[{"annotations":{"io.containerd.image.name":"docker.io/library/web-kept:latest","org.opencontainers.image.ref.name":"latest"},"digest":"sha256:1"}],"schemaVersion":2}`
	if files["index.json"] != want {
		t.Errorf("index %s", files["index.json"])
	}
}

func TestRenameRefuses(t *testing.T) {
	one := `[{"Config":"c.json","RepoTags":["a:b"]}]`
	var device bytes.Buffer
	out := tar.NewWriter(&device)
	_ = out.WriteHeader(&tar.Header{Name: "manifest.json", Typeflag: tar.TypeChar})
	_ = out.Close()
	var linked bytes.Buffer
	out = tar.NewWriter(&linked)
	_ = out.WriteHeader(&tar.Header{Name: "layer.tar", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"})
	_ = out.Close()
	for name, data := range map[string][]byte{
		"nothing":           {},
		"no archive":        []byte(strings.Repeat("no archive", 100)),
		"no manifest":       pack(t, "layer.tar", "x"),
		"two images":        pack(t, "manifest.json", `[{"RepoTags":["a:b"]},{"RepoTags":["c:d"]}]`),
		"no image":          pack(t, "manifest.json", `[]`),
		"null":              pack(t, "manifest.json", `[null]`),
		"not JSON":          pack(t, "manifest.json", `{`),
		"two in the index":  pack(t, "index.json", `{"manifests":[{},{}]}`, "manifest.json", one),
		"a huge manifest":   pack(t, "manifest.json", strings.Repeat(" ", mostManifest)+one),
		"larger than said":  pack(t, "layer.tar", strings.Repeat("x", slack+200), "manifest.json", one),
		"cut off":           pack(t, "layer.tar", strings.Repeat("x", 5000), "manifest.json", one)[:2000],
		"a device":          device.Bytes(),
		"a link to outside": linked.Bytes(),
	} {
		if err := Rename(io.Discard, bytes.NewReader(data), "web-kept:latest", 10); !errors.Is(err, engine.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Rename(io.Discard, failing{engine.ErrStalled}, "web-kept:latest", 10); !errors.Is(err, engine.ErrStalled) || errors.Is(err, engine.ErrInvalid) {
		t.Errorf("an engine that stalls: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzRename: whatever comes out has one name, the one that it was given.
func FuzzRename(f *testing.F) {
	f.Add([]byte(`[{"Config":"c.json","RepoTags":["nginx:latest"]}]`), []byte(`{"manifests":[{"annotations":{"a":"b"}}]}`), true)
	f.Add([]byte(`[{"repotagS":["nginx:latest"],"RepoTags":null}]`), []byte(`{"Manifests":[{"ANNOTATIONS":{}}],"manifests":[]}`), false)
	f.Add([]byte("[{\"RepoTags\":[\"a\"],\"RepoTag\u017f\":[\"b\"]}]"), []byte(`null`), true)
	f.Fuzz(func(t *testing.T, manifest, index []byte, first bool) {
		files := []string{"index.json", string(index), "manifest.json", string(manifest)}
		if first {
			files = []string{"manifest.json", string(manifest), "index.json", string(index)}
		}
		var b bytes.Buffer
		if err := Rename(&b, bytes.NewReader(pack(t, files...)), "web-kept:latest", 1<<20); err != nil {
			return
		}
		out := unpack(t, b.Bytes())
		var images []struct{ RepoTags []string }
		if err := json.Unmarshal([]byte(out["manifest.json"]), &images); err != nil || len(images) != 1 ||
			len(images[0].RepoTags) != 1 || images[0].RepoTags[0] != "web-kept:latest" {
			t.Errorf("%q became %q: %v", manifest, out["manifest.json"], err)
		}
		var all struct {
			Manifests []struct{ Annotations map[string]string }
		}
		if err := json.Unmarshal([]byte(out["index.json"]), &all); err != nil {
			t.Errorf("%q became %q: %v", index, out["index.json"], err)
		}
		for _, m := range all.Manifests {
			if len(m.Annotations) != 2 || m.Annotations["io.containerd.image.name"] != "docker.io/library/web-kept:latest" {
				t.Errorf("%q became %q", index, out["index.json"])
			}
		}
	})
}
