//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWSLRoot: the distribution is the guest without what WSL brings, packed the
// same way twice; its configuration is that of testdata, which UPDATE=1 writes.
func TestWSLRoot(t *testing.T) {
	root := tree{}
	for name, target := range links {
		root.link(name, target)
	}
	for name, content := range written {
		root.file(name, []byte(content), 0o644)
	}
	root.file("usr/sbin/init", []byte("init"), 0o755)
	root.file("usr/lib/modules/6.12/kernel/loop.ko", []byte("module"), 0o644)
	root.file("etc/modules.map", []byte("module loop"), 0o644)
	dir := t.TempDir()
	var packed [2][]byte
	for i := range packed {
		file := filepath.Join(dir, wslFile)
		err := writeWSL(root, file)
		if err == nil {
			packed[i], err = os.ReadFile(file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packed[0], packed[1]) {
		t.Error("packed differently the second time")
	}
	got := readTar(t, packed[0])
	for _, gone := range []string{"etc/resolv.conf", "etc/hosts", "usr/lib/modules", "usr/lib/modules/6.12/kernel/loop.ko", "etc/modules.map"} {
		if _, there := got[gone]; there {
			t.Errorf("%s is in the distribution", gone)
		}
	}
	if got["usr/sbin/init"] != "init" || got["etc/passwd"] == "" {
		t.Errorf("there is %v", got)
	}
	golden := filepath.Join("testdata", "wsl.conf")
	if os.Getenv("UPDATE") != "" {
		if err := errors.Join(os.MkdirAll("testdata", 0o700), os.WriteFile(golden, []byte(got["etc/wsl.conf"]), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got["etc/wsl.conf"]); diff != "" {
		t.Error(diff)
	}
	if _, there := root["etc/wsl.conf"]; there {
		t.Error("the guest itself was changed")
	}
}

// TestWSLOnlyWhenAsked: the image stays small for who does not need it.
func TestWSLOnlyWhenAsked(t *testing.T) {
	plain, with := &builder{}, &builder{wsl: true}
	if len(plain.files()) != 4 || len(with.files()) != 5 || len(imageFiles) != 3 {
		t.Errorf("%v, %v", plain.files(), with.files())
	}
}

func readTar(t *testing.T, packed []byte) map[string]string {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(files)
		all[header.Name] = string(text)
	}
}
