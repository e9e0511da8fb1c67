//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// archive makes a root. What ends with a slash is a folder, what begins with an
// arrow a link.
func archive(t *testing.T, files map[string]string) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	w := tar.NewWriter(packed)
	for name, content := range files {
		header := &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(content))}
		if target, ok := strings.CutPrefix(content, "→"); ok {
			header.Typeflag, header.Linkname, header.Size, content = tar.TypeSymlink, target, 0, ""
		}
		if strings.HasSuffix(name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(content))
	}
	if err := errors.Join(w.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	return &out
}

// contents are the files below a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimPrefix(path, dir+"/")
		if target, err := os.Readlink(path); err == nil {
			all[name] = "→" + target
			return nil
		}
		text, err := os.ReadFile(path)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var oldRoot = map[string]string{
	"usr/sbin/init": "old init", "usr/bin/gone": "old", "sbin": "→usr/sbin", "etc/os-release": "VERSION_ID=1", "var/lib/": "", "proc/": "",
}

// thisInit plays the program that runs.
func thisInit(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "init")
	if err := os.WriteFile(file, []byte("this init"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestSpareInit: an init that can update is kept by what it does, so that it is
// there when the one that it installed cannot; and it stays when it is it that
// updates.
func TestSpareInit(t *testing.T) {
	root := t.TempDir()
	spare := filepath.Join(root, spareInit)
	for _, step := range []struct{ self, brings string }{{thisInit(t), "broken init"}, {spare, "old init"}} {
		if err := update(root, step.self, archive(t, map[string]string{"usr/sbin/init": step.brings})); err != nil {
			t.Fatal(err)
		}
		got := contents(t, root)
		if got["usr/sbin/init"] != step.brings || got[spareInit] != "this init" || len(got) != 2 {
			t.Errorf("by %s: there is %v", step.self, got)
		}
		if info, err := os.Stat(spare); err != nil || info.Mode().Perm()&0o111 == 0 {
			t.Errorf("the spare cannot be run: %v, %v", info, err)
		}
	}
}

// TestUpdateKeepsData: programs are replaced, data and what the system wrote are not.
func TestUpdateKeepsData(t *testing.T) {
	root, self := t.TempDir(), thisInit(t)
	if err := update(root, self, archive(t, oldRoot)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"var/lib/docker/volume": "precious", "etc/resolv.conf": "nameserver 10.0.0.1"} {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	fresh := map[string]string{
		"usr/sbin/init": "new init", "usr/bin/tool": "new", "sbin": "→usr/sbin", "bin": "→usr/bin", "etc/os-release": "VERSION_ID=2", "etc/a/b": "x",
		"var/lib/": "", "mnt/": "",
	}
	// An update that was interrupted leaves what the next one must not mind.
	half := filepath.Join(root, nextDir, "usr", "sbin")
	if err := errors.Join(os.MkdirAll(half, 0o700), os.WriteFile(filepath.Join(half, "init"), []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := update(root, self, archive(t, fresh)); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"usr/sbin/init": "new init", "usr/bin/tool": "new", "sbin": "→usr/sbin", "bin": "→usr/bin", "etc/os-release": "VERSION_ID=2", "etc/a/b": "x",
		"var/lib/docker/volume": "precious", "etc/resolv.conf": "nameserver 10.0.0.1", spareInit: "this init",
	}
	got := contents(t, root)
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %q, want %q", name, got[name], text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there is %v", got)
	}
}

// TestBadRootChangesNothing: what is cut short, has no init, or leaves the folder
// is refused while the old root still stands.
func TestBadRootChangesNothing(t *testing.T) {
	root, self := t.TempDir(), thisInit(t)
	if err := update(root, self, archive(t, oldRoot)); err != nil {
		t.Fatal(err)
	}
	before := contents(t, root)
	whole := archive(t, map[string]string{"usr/sbin/init": "new init"}).Bytes()
	for name, bad := range map[string]*bytes.Buffer{
		"cut":     bytes.NewBuffer(whole[:len(whole)/2]),
		"nothing": new(bytes.Buffer),
		"no init": archive(t, map[string]string{"usr/bin/tool": "new"}),
		"outside": archive(t, map[string]string{"../outside": "x", "usr/sbin/init": "new init"}),
	} {
		if err := update(root, self, bad); !errors.Is(err, errRoot) {
			t.Errorf("%s: %v", name, err)
		}
		after := contents(t, root)
		for file, text := range before {
			if after[file] != text {
				t.Errorf("%s: %s is %q", name, file, after[file])
			}
		}
	}
}
