//go:build machine

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
)

// TestShares boots the real guest with two of this computer's folders, one of
// them read-only, and does to them what containers may do, and may not.
func TestShares(t *testing.T) {
	r := newRig(t)
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	site, fixed, secret := filepath.Join(top, "my site"), filepath.Join(top, "fixed"), filepath.Join(top, "secret")
	for _, dir := range []string{site, fixed, secret} {
		put(t, filepath.Join(dir, "page"), "of "+filepath.Base(dir))
	}
	for _, link := range []string{"out", "up"} {
		if err := os.Symlink(map[string]string{"out": secret, "up": "../secret"}[link], filepath.Join(site, link)); err != nil {
			t.Fatal(err)
		}
	}
	r.do("share", "add", site)
	r.do("share", "--read-only", "add", fixed)
	r.do("start", "--memory", "384")
	if s := r.status(); s.Sharing != machine.SharingWorks || len(s.Shares) != 2 ||
		s.Shares[0].State != machine.ShareStateShared || s.Shares[1].State != machine.ShareStateShared {
		t.Fatalf("%s, %+v", s.Sharing, s.Shares)
	}
	d := dockerAt(t, r.home.Docker(machine.DefaultName))
	d.importImage()
	t.Run("read and write", func(t *testing.T) { r.readsAndWrites(t, d, site) })
	t.Run("read-only", func(t *testing.T) { r.cannotWrite(t, d, fixed) })
	t.Run("outside", func(t *testing.T) { r.staysInside(t, d, site, secret) })
	t.Run("watched", func(t *testing.T) { r.hearsChanges(t, d, site) })
	t.Run("QEMU killed", func(t *testing.T) {
		if n := r.servers(top); n != 2 {
			t.Errorf("%d folders are served", n)
		}
		r.kill("qemu-system")
		took := r.until("nothing is served any more", 30*time.Second, func() bool { return r.servers(top) == 0 })
		t.Logf("the last virtiofsd was gone after %s", took)
		r.until("the helper notices", 30*time.Second, func() bool { return r.status().State == machine.StateFailed })
	})
	t.Run("helper killed", func(t *testing.T) {
		r.do("start")
		r.kill(serving)
		took := r.until("nothing is served any more", time.Minute, func() bool { return r.servers(top) == 0 })
		t.Logf("the last virtiofsd was gone after %s", took)
	})
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// servers counts the folders in top that are served: each by a process that leads a
// session, and its children.
func (r *rig) servers(top string) (n int) {
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range all {
		line, _ := os.ReadFile(path)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		group, _ := syscall.Getpgid(pid)
		if bytes.Contains(line, []byte("virtiofsd")) && bytes.Contains(line, []byte(top)) && group == pid {
			n++
		}
	}
	return n
}

func bind(sources ...string) map[string]any {
	var binds []string
	for _, s := range sources {
		binds = append(binds, s+":/mounted")
	}
	return map[string]any{"Binds": binds}
}

func (r *rig) readsAndWrites(t *testing.T, d *docker, site string) {
	if code, said := d.wait(d.run("shared", bind(site), "cat", "/mounted/page")); code != 0 || said != "of my site" {
		t.Errorf("read: %d, %s", code, said)
	}
	if code, said := d.wait(d.run("shared", bind(site), "put", "/mounted/made", "in a container")); code != 0 {
		t.Errorf("write: %d, %s", code, said)
	}
	// Another user of the container, in a folder where everybody may write.
	if err := os.Mkdir(filepath.Join(site, "open"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(site, "open"), 0o777); err != nil { //nolint:gosec // what is tested
		t.Fatal(err)
	}
	d.user = "4321:4321"
	if code, said := d.wait(d.run("shared", bind(site), "put", "/mounted/open/made", "by another user")); code != 0 {
		t.Errorf("write by another user: %d, %s", code, said)
	}
	d.user = ""
	for path, want := range map[string]string{"made": "in a container", "open/made": "by another user"} {
		content, err := os.ReadFile(filepath.Join(site, path))
		if err != nil || string(content) != want {
			t.Errorf("%s: %q, %v", path, content, err)
			continue
		}
		info, err := os.Stat(filepath.Join(site, path))
		if err != nil || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Geteuid()) {
			t.Errorf("%s: %+v, %v", path, info.Sys(), err)
		}
	}
}

// cannotWrite tries as a privileged container, and as the guest itself.
func (r *rig) cannotWrite(t *testing.T, d *docker, fixed string) {
	more := bind(fixed)
	more["Privileged"] = true
	if _, said := d.wait(d.run("shared", more, "change", "/mounted")); strings.Count(said, "no ") < 9 || strings.Contains(strings.ReplaceAll(said, "did remount", ""), "did ") {
		t.Errorf("in a container: %s", said)
	}
	said := r.inGuest(fmt.Sprintf("mount -o remount,rw %s; echo changed > %s/page; echo new > %s/new; echo done", fixed, fixed, fixed))
	if !strings.Contains(said, "Read-only file system") {
		t.Errorf("in the guest: %s", said)
	}
	content, err := os.ReadFile(filepath.Join(fixed, "page"))
	left, _ := os.ReadDir(fixed)
	if err != nil || string(content) != "of fixed" || len(left) != 1 {
		t.Errorf("the folder has %v, the page %q, %v", left, content, err)
	}
}

func (r *rig) inGuest(line string) string {
	r.t.Helper()
	return r.feed(line+"; exit\n", "shell")
}

// staysInside tries to reach this computer's other files, by links and upwards,
// and to mount what is not shared.
func (r *rig) staysInside(t *testing.T, d *docker, site, secret string) {
	for _, path := range []string{"/mounted/out/page", "/mounted/up/page", "/mounted/../secret/page", "/mounted/../../secret/page"} {
		if code, said := d.wait(d.run("shared", bind(site), "cat", path)); code == 0 || strings.Contains(said, "of secret") {
			t.Errorf("%s: %d, %s", path, code, said)
		}
	}
	if said := r.inGuest(fmt.Sprintf("cat '%s/out/page' '%s/up/page' '%s/../secret/page' %s/page", site, site, site, secret)); strings.Contains(said, "of secret") {
		t.Errorf("in the guest: %s", said)
	}
}

// hearsChanges changes files on this computer while a container watches them.
func (r *rig) hearsChanges(t *testing.T, d *docker, site string) {
	id := d.run("watcher", bind(site), "watch", "/mounted")
	r.until("it watches", time.Minute, func() bool { return strings.Contains(d.logs(id), "watching") })
	n := 0
	took := r.until("it hears", time.Minute, func() bool {
		if n++; n%20 == 1 { // the helper needs a moment to see the container
			put(t, filepath.Join(site, "page"), fmt.Sprint("edited ", n))
		}
		return strings.Contains(d.logs(id), fmt.Sprint("changed page edited ", n-(n-1)%20))
	})
	t.Logf("the first change was heard after %s", took)
	put(t, filepath.Join(site, "made later"), "just now")
	took = r.until("it hears of a new file", 30*time.Second, func() bool { return strings.Contains(d.logs(id), "changed made later just now") })
	t.Logf("a new file was heard of after %s", took)
	before := strings.Count(d.logs(id), "changed ")
	put(t, filepath.Join(site, "mark"), "")
	r.until("it hears of the mark", 30*time.Second, func() bool { return strings.Contains(d.logs(id), "changed mark") })
	if after := strings.Count(d.logs(id), "changed "); after > before+3 {
		t.Errorf("%d changes were heard of one", after-before)
	}
	d.must(http.MethodDelete, "/containers/watcher?force=1", nil, nil)
}
