//go:build !windows

package vfkit

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/engine/machine/driver"
)

var spec = driver.Spec{
	Name: "default", Arch: "arm64", CPUs: 4, MemoryBytes: 2 << 30,
	Kernel: "/i/vmlinuz", Initrd: "/i/initrd.zst", Root: "/i/root.sqfs",
	Data:       "/Users/a/Library/Application Support/escale/machines/default/data.img",
	KernelArgs: "quiet escale.name=default",
}

// TestCommandLines compares every kind of command line with testdata; UPDATE=1
// writes what is there now.
func TestCommandLines(t *testing.T) {
	comma := spec
	comma.Data, comma.Kernel = "/Users/a, b/data.img", "/Users/a, b/vmlinuz"
	shared := spec
	shared.Shares = []driver.Share{
		{Tag: "share0", Dir: "/Users/a/site"},
		{Tag: "share1", Dir: "/Volumes/A, B/c=d", ReadOnly: true},
		{Tag: "share2", Dir: `/Users/a/"`},
	}
	tools := spec
	tools.Tools = "/i/a, b/tools.sqfs"
	for name, s := range map[string]driver.Spec{"plain": spec, "tools": tools, "comma": comma, "shares": shared} {
		t.Run(name, func(t *testing.T) {
			args, err := arguments(s, in("/var/folders/t/escale-1"))
			if err != nil {
				t.Fatal(err)
			}
			got := listing("vfkit", args)
			path := filepath.Join("testdata", name+".txt")
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestQuotationMark: nothing would keep a path that has one from adding options.
func TestQuotationMark(t *testing.T) {
	s := spec
	s.Data = `/tmp/",path=/etc/passwd`
	if _, err := arguments(s, in("/t")); !errors.Is(err, errQuote) {
		t.Errorf("got %v", err)
	}
	s = spec
	s.Shares = []driver.Share{{Tag: "share0", Dir: "/Users/a"}, {Tag: "share1", Dir: `/Users/b",sharedDir=/`}}
	if _, err := arguments(s, in("/t")); err != nil {
		t.Errorf("a folder that cannot be named keeps the machine from starting: %v", err)
	}
	if left := refused(s.Shares); len(left) != 1 || !errors.Is(left["share1"], errQuote) {
		t.Errorf("left out: %v", left)
	}
}

// TestFolderIsPlain: vfkit would listen at "Application%20Support".
func TestFolderIsPlain(t *testing.T) {
	awkward := filepath.Join(t.TempDir(), "Application Support")
	if err := os.Mkdir(awkward, 0o700); err != nil {
		t.Fatal(err)
	}
	dir, err := makeDir(awkward)
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a test's
	if filepath.Dir(dir) != "/tmp" {
		t.Errorf("in %s", dir)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
}
