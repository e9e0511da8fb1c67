//go:build linux

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

func TestPlaces(t *testing.T) {
	for path, want := range map[string]string{
		"/home/u/site": "/home", "/Users/u": "/Users", "/Volumes/Disk/x": "/Volumes", "/private/tmp/x": "/private", "/mnt": "/mnt",
		"/run/media/u/stick": "/run/media", "/tmp/x": "/tmp", "/root/x": "/root",
		"/tmp": "", "/run/media": "", "/etc/x": "", "/homes/u": "", "/var/lib/docker": "", "/data": "", "/run/docker": "",
	} {
		if got, err := placeOf(path); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}

// watch tells what inotify says of a folder, until the test ends.
func watch(t *testing.T, dir string) (heard func() []string) {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_MODIFY); err != nil {
		t.Fatal(err)
	}
	return func() (names []string) {
		buffer := make([]byte, 4096)
		n, _ := unix.Read(fd, buffer)
		for at := 0; at+unix.SizeofInotifyEvent <= n; {
			length := int(buffer[at+12]) // of the name, with zeros up to a multiple of 16
			names = append(names, strings.TrimRight(string(buffer[at+16:at+16+length]), "\x00"))
			at += unix.SizeofInotifyEvent + length
		}
		return names
	}
}

func TestTouch(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	for _, path := range []string{filepath.Join(root, "a", "page"), filepath.Join(outside, "page")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(root, "out")); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(root, "a", "page")
	then := time.Date(2001, 2, 3, 4, 5, 6, 789, time.UTC)
	if err := os.Chtimes(page, then, then); err != nil {
		t.Fatal(err)
	}
	inside, beyond := watch(t, filepath.Join(root, "a")), watch(t, outside)
	s := newShares()
	s.mounted["s0"] = root
	s.touch([]string{page, filepath.Join(outside, "page"), filepath.Join(root, "out", "page"), filepath.Join(root, "a", "gone", "file")})
	if got := inside(); !slices.Equal(got, []string{"page", ""}) { // the last one is the folder itself
		t.Errorf("a watcher heard %q", got)
	}
	if got := beyond(); got != nil {
		t.Errorf("outside of the folder a watcher heard %q", got)
	}
	info, err := os.Stat(page)
	if err != nil || !info.ModTime().Equal(then) {
		t.Errorf("the file changed at %v, %v", info.ModTime(), err)
	}
}

func TestSharesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := newShares()
		s.await(t.Context(), 0)
		if time.Since(began) != 0 {
			t.Error("the engine waits for folders that nobody has")
		}
		s.await(t.Context(), 2)
		if got := time.Since(began); got != sharesWait {
			t.Errorf("the engine started after %s", got)
		}
		go func() {
			time.Sleep(time.Second)
			refused := s.mount([]wire.Share{{Tag: "s0", Path: "/etc/x"}})
			if !strings.HasPrefix(refused["s0"], wire.RefusedPlace+": ") {
				t.Errorf("refused: %q", refused)
			}
		}()
		s.await(t.Context(), 2)
		if got := time.Since(began); got != sharesWait+time.Second {
			t.Errorf("the engine started after %s", got)
		}
	})
}

// TestSharesOnce: folders that come after the first ones are not mounted, and
// whoever asks hears it.
func TestSharesOnce(t *testing.T) {
	host, a := connected(t)
	a.shares.mounted["s0"], a.shares.begun = "/home/u", true
	var answer wire.Answer
	all := []wire.Share{{Tag: "s0", Path: "/home/u"}, {Tag: "s1", Path: "/home/v"}}
	if err := host.Ask(t.Context(), wire.Header{Do: wire.Shares, Shares: all}, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Refused) != 1 || !strings.HasPrefix(answer.Refused["s1"], wire.RefusedMount+": ") {
		t.Errorf("refused: %q", answer.Refused)
	}
}
