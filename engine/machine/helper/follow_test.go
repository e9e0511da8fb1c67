//go:build !windows

package helper

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"escale/engine/machine"
)

// following follows a root until the test ends; told are the paths that the
// guest would hear of, one batch after the other.
func following(t *testing.T, root string) (told <-chan []string) {
	t.Helper()
	batches := make(chan []string, 100)
	f := newFollower(slog.New(slog.DiscardHandler), func(_ context.Context, paths []string) error {
		batches <- paths
		return nil
	})
	f.begin([]string{root}) // before anything can change
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return batches
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// hears waits until the guest was told of a path, and returns all that it was
// told before.
func hears(t *testing.T, told <-chan []string, path string) (all []string) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case paths := <-told:
			if all = append(all, paths...); slices.Contains(paths, path) {
				return all
			}
		case <-late:
			t.Fatalf("the guest did not hear of %s, but of %q", path, all)
		}
	}
}

func TestFollow(t *testing.T) {
	root := t.TempDir()
	page, deep, mark := filepath.Join(root, "page"), filepath.Join(root, "new", "deep", "file"), filepath.Join(root, "mark")
	write(t, page, "old")
	write(t, filepath.Join(root, "node_modules", "x", "index.js"), "")
	told := following(t, root)
	write(t, page, "new")
	hears(t, told, page)

	write(t, deep, "made with its folders")
	hears(t, told, deep)
	write(t, deep, "changed in a folder that is new")
	hears(t, told, deep)

	// What the guest does to make its watchers hear is no news, nor are rights, nor
	// what nobody watches.
	info, err := os.Stat(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(page, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(page, 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "node_modules", "x", "index.js"), "changed")
	write(t, mark, "")
	if all := hears(t, told, mark); slices.Contains(all, page) || len(all) != 1 {
		t.Errorf("the guest heard of %q", all)
	}

	if err := os.Remove(page); err != nil {
		t.Fatal(err)
	}
	hears(t, told, page)
}

// TestFollowFile: an editor that puts a new file in the place of the old one is
// heard, and what is beside it is not.
func TestFollowFile(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page")
	write(t, page, "old")
	told := following(t, page)
	write(t, filepath.Join(dir, "other"), "")
	write(t, page+"~", "new")
	if err := os.Rename(page+"~", page); err != nil {
		t.Fatal(err)
	}
	if all := hears(t, told, page); len(all) != 1 {
		t.Errorf("the guest heard of %q", all)
	}
}

func TestMounts(t *testing.T) {
	one := []mounted{
		{Type: "bind", Source: "/home/u/site/a"},
		{Type: "bind", Source: "/home/u/sitemap"},
		{Type: "bind", Source: "/home/u/site/../.ssh"},
		{Type: "volume", Source: "/home/u/site/v"},
		{Type: "bind", Source: "/home/u/fixed"},
		{Type: "bind", Source: "/etc"},
	}
	shares := []sharedFolder{{Share: machine.Share{Path: "/home/u/site"}}, {Share: machine.Share{Path: "/home/u/fixed", ReadOnly: true}}}
	if got := mounts([]listed{{Mounts: one}}, shares); !slices.Equal(got, []string{"/home/u/site/a"}) {
		t.Errorf("followed: %q", got)
	}
}
