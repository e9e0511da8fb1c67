//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestTreeIsTheSameTwice(t *testing.T) {
	twice := func() (string, string) {
		tr := tree{}
		tr.link("bin", "usr/bin")
		tr.file("usr/bin/b", []byte("bb"), 0o755)
		tr.file("usr/bin/a", []byte("a"), 0o644)
		tr.dir("tmp")
		var c, a bytes.Buffer
		if err := errors.Join(tr.writeCpio(&c), tr.writeTar(&a)); err != nil {
			t.Fatal(err)
		}
		return c.String(), a.String()
	}
	cpio, archive := twice()
	cpioAgain, archiveAgain := twice()
	if cpio != cpioAgain || archive != archiveAgain {
		t.Error("two trees of the same files differ")
	}
	var names []string
	for r := tar.NewReader(strings.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || !h.ModTime.Equal(epoch) {
			t.Errorf("%s belongs to %d:%d, of %s", h.Name, h.Uid, h.Gid, h.ModTime)
		}
		names = append(names, strings.TrimSuffix(h.Name, "/"))
	}
	if want := []string{"bin", "tmp", "usr", "usr/bin", "usr/bin/a", "usr/bin/b"}; !slices.Equal(names, want) {
		t.Errorf("got %q", names)
	}
}

// TestCpioIsRead has the archive read by a program that is not ours.
func TestCpioIsRead(t *testing.T) {
	if _, err := exec.LookPath("bsdtar"); err != nil {
		if _, err := exec.LookPath("cpio"); err != nil {
			t.Fatal("neither cpio nor bsdtar is here: install cpio")
		}
	}
	tr := tree{}
	tr.file("lib/modules/a.ko", []byte("module"), 0o644)
	tr.file("init", []byte("#!"), 0o755)
	tr.link("x", "init")
	var archive bytes.Buffer
	if err := tr.writeCpio(&archive); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "cpio", "-it", "--quiet")
	if _, err := exec.LookPath("cpio"); err != nil {
		cmd = exec.CommandContext(t.Context(), "bsdtar", "-tf", "-")
	}
	cmd.Stdin = &archive
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != "init\nlib\nlib/modules\nlib/modules/a.ko\nx\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestParcelFollowsLinks(t *testing.T) {
	p := parcel{
		"usr/lib/x/libb.so.1":   {kind: tar.TypeSymlink, target: "libb.so.1.2"},
		"usr/lib/x/libb.so.1.2": {kind: tar.TypeReg, content: []byte("b")},
		"usr/bin/abs":           {kind: tar.TypeSymlink, target: "/usr/lib/x/libb.so.1"},
		"usr/bin/loop":          {kind: tar.TypeSymlink, target: "loop"},
		"usr/bin/out":           {kind: tar.TypeSymlink, target: "../../../../etc/passwd"},
	}
	for _, name := range []string{"usr/lib/x/libb.so.1", "usr/bin/abs"} {
		if n, err := p.open(name); err != nil || string(n.content) != "b" {
			t.Errorf("%s: %q, %v", name, n.content, err)
		}
	}
	for _, name := range []string{"usr/bin/loop", "usr/bin/out", "none"} {
		if _, err := p.open(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLinked(t *testing.T) {
	if needed, _, err := linked([]byte("a text")); err != nil || needed != nil {
		t.Errorf("a text needs %q, %v", needed, err)
	}
	if _, _, err := linked([]byte("\x7fELF and no more")); err == nil {
		t.Error("half a program is read")
	}
}

func TestModuleNames(t *testing.T) {
	for file, want := range map[string]string{
		"kernel/drivers/block/virtio-blk.ko.xz": "virtio_blk", "nft_ct": "nft_ct", "a/nf-tables.ko": "nf_tables",
	} {
		if got := moduleName(file); got != want {
			t.Errorf("%s is %s", file, got)
		}
	}
}

func TestModuleTable(t *testing.T) {
	all := map[string]*module{
		"nf_tables": {name: "nf_tables", file: "usr/lib/modules/6/nf_tables.ko"},
		"nft_ct":    {name: "nft_ct", file: "usr/lib/modules/6/nft_ct.ko", needs: []string{"nf_tables"}, aliases: []string{"nft-expr-ct", "with space"}},
	}
	want := `module nf_tables /usr/lib/modules/6/nf_tables.ko 
module nft_ct /usr/lib/modules/6/nft_ct.ko nf_tables
alias nft-expr-ct nft_ct
`
	if got := string(moduleTable(all)); got != want {
		t.Errorf("got %q", got)
	}
	var order []string
	for _, m := range loadOrder(all, []string{"nft_ct", "builtin", "nf_tables"}) {
		order = append(order, m.name)
	}
	if !slices.Equal(order, []string{"nf_tables", "nft_ct"}) {
		t.Errorf("loaded in the order %q", order)
	}
}

func TestBundle(t *testing.T) {
	const dir = "usr/share/ca-certificates/mozilla/"
	got := bundle(parcel{dir + "b.crt": {content: []byte("B\n\n")}, dir + "a.crt": {content: []byte("A")}, dir + "readme": {content: []byte("x")}})
	if string(got) != "A\nB\n" {
		t.Errorf("got %q", got)
	}
}

// TestGuestVersion: it tells guests of one engine apart, is the same for the same
// files, and begins with what people know.
func TestGuestVersion(t *testing.T) {
	files := func(root string) map[string]fileInfo {
		return map[string]fileInfo{"vmlinuz": {hash([]byte("k")), 1}, "initrd.zst": {hash([]byte("i")), 1}, "root.sqfs": {hash([]byte(root)), 1}}
	}
	one, other := guestVersion(files("r")), guestVersion(files("R"))
	if want := engineVersion + "-029179"; one != want || guestVersion(files("r")) != one {
		t.Errorf("version %s, want %s", one, want)
	}
	if one == other {
		t.Errorf("two guests are both %s", one)
	}
}

func TestEveryPackageHasALicence(t *testing.T) {
	for _, source := range []string{"glibc", "nftables", "e2fsprogs", "tini", "busybox", "qemu", "ca-certificates", "docker.io", "bash", "bash-completion", "ncurses"} {
		if licences[source] == "" {
			t.Errorf("%s has none", source)
		}
	}
}
