package parcel

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// folder is one with a bit of everything.
func folder(t *testing.T) string {
	t.Helper()
	outside := filepath.Join(t.TempDir(), "secret")
	top := filepath.Join(t.TempDir(), "site")
	for _, dir := range []string{outside, filepath.Join(top, "deep"), filepath.Join(top, "empty")} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		filepath.Join(outside, "keys"): "not yours", filepath.Join(top, "index.html"): "hello", filepath.Join(top, "deep", "été.txt"): "summer",
	} {
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"inside": "deep/été.txt", "deep/up": "../index.html", "out": "../../secret", "absolute": outside, "deep/out": "../../x",
	} {
		if err := os.Symlink(target, filepath.Join(top, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

func TestMeasure(t *testing.T) {
	top := folder(t)
	socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(top, "s"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close() //nolint:errcheck // a test's
	got, err := Measure(t.Context(), top)
	if want := (Contents{Files: 2, Bytes: 11, Links: 5, Outside: 3, Special: 1}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestPack(t *testing.T) {
	top := folder(t)
	var moved int64
	archive := Pack(t.Context(), top, Owner{1000, 50}, func(n int64) { moved = n })
	got := map[string]string{}
	in := tar.NewReader(archive)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		got[h.Name] = string(text) + h.Linkname
		if h.Uid != 1000 || h.Gid != 50 || h.Uname != "" {
			t.Errorf("%s belongs to %d:%d %q", h.Name, h.Uid, h.Gid, h.Uname)
		}
		if h.Name == "index.html" && h.Mode != 0o640 || h.Name == "deep/" && h.Mode != 0o750 {
			t.Errorf("%s: mode %o", h.Name, h.Mode)
		}
	}
	if err := archive.Close(); err != nil {
		t.Error(err)
	}
	want := map[string]string{
		"index.html": "hello", "deep/": "", "deep/été.txt": "summer", "empty/": "", "inside": "deep/été.txt", "deep/up": "../index.html",
		"out": "../../secret", "deep/out": "../../x",
	}
	delete(got, "absolute") // it leads to a folder of this test
	if !maps.Equal(got, want) || moved != 11 {
		t.Errorf("%d bytes: %q", moved, got)
	}
}

// TestPackClosed: whoever closes an archive early gets a quiet end.
func TestPackClosed(t *testing.T) {
	archive := Pack(t.Context(), folder(t), Owner{}, nil)
	if _, err := archive.Read(make([]byte, 10)); err != nil {
		t.Error(err)
	}
	if err := archive.Close(); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := io.ReadAll(Pack(ctx, folder(t), Owner{}, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
}

func TestProblems(t *testing.T) {
	top := folder(t)
	for path, want := range map[string]Problem{
		filepath.Join(top, "none"): Missing, filepath.Join(top, "index.html"): NoDir,
	} {
		for name, err := range map[string]error{"measure": second(Measure(t.Context(), path)), "pack": second(io.ReadAll(Pack(t.Context(), path, Owner{}, nil)))} {
			if e, ok := errors.AsType[*Error](err); !ok || e.Problem != want || e.Path != path {
				t.Errorf("%s %s: %v", name, path, err)
			}
		}
	}
}

// TestShrinks: a file that lost its end while it was copied is no whole one.
func TestShrinks(t *testing.T) {
	top := t.TempDir()
	file := filepath.Join(top, "log")
	if err := os.WriteFile(file, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	cut := false
	archive := Pack(t.Context(), top, Owner{}, func(int64) {
		if !cut {
			cut = true
			if err := os.Truncate(file, 1000); err != nil {
				t.Error(err)
			}
		}
	})
	_, err := io.Copy(io.Discard, archive)
	if e, ok := errors.AsType[*Error](err); !ok || e.Problem != Changed || e.Path != file {
		t.Errorf("%v", err)
	}
	if closed := archive.Close(); !errors.Is(err, closed) {
		t.Errorf("closed: %v", closed)
	}
}

func TestOwnerOf(t *testing.T) {
	for user, want := range map[string]Owner{
		"": {}, "472": {472, 0}, "1000:1001": {1000, 1001}, "node": {}, "1000:users": {1000, 0}, "-1": {}, "99999999999": {},
	} {
		if got := OwnerOf(user); got != want {
			t.Errorf("%q: %+v", user, got)
		}
	}
}

func second[T any](_ T, err error) error { return err }
