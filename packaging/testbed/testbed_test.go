//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func layoutAt(t *testing.T, dir string) layout {
	t.Helper()
	t.Setenv("ESCALE_TESTBED_DIR", dir)
	l, err := newLayout()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLayoutsDoNotMeet(t *testing.T) {
	deep := strings.Repeat("/a-long-folder-name", 12)
	a, b := layoutAt(t, "/one"), layoutAt(t, deep)
	if a.namespace == b.namespace || a.run == b.run || a.dir == b.dir {
		t.Errorf("%+v meets %+v", a, b)
	}
	if a.images != b.images {
		t.Errorf("images are made twice: %s and %s", a.images, b.images)
	}
	if socket := b.socket("containerd"); len(socket) > 107 {
		t.Errorf("%s is too long for a socket", socket)
	}
	for _, entry := range a.environment() {
		if name, value, ok := strings.Cut(entry, "="); !ok || !strings.HasPrefix(name, "ESCALE_TEST_") || value == "" {
			t.Errorf("environment holds %q", entry)
		}
	}
}

func TestRunning(t *testing.T) {
	l := layoutAt(t, t.TempDir())
	if err := os.MkdirAll(l.path("pid"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, started := stat(os.Getpid())
	for name, tc := range map[string]struct {
		id   any
		want int
	}{
		"alive":                 {identity{os.Getpid(), started}, os.Getpid()},
		"number was used again": {identity{os.Getpid(), "1"}, 0},
		"init":                  {identity{1, "0"}, 0},
		"gone":                  {identity{1 << 30, started}, 0},
		"garbage":               {"x", 0},
	} {
		content, err := json.Marshal(tc.id)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(l.pidFile("s"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := l.running("s"); got != tc.want {
			t.Errorf("%s: running is %d, want %d", name, got, tc.want)
		}
	}
}

func TestEnd(t *testing.T) {
	for name, script := range map[string]string{
		"ends when asked": "echo up; exec sleep 100",
		"must be killed":  "trap '' TERM; echo up; while :; do sleep 0.05; done",
		"is stopped":      "echo up; kill -STOP $$; sleep 100",
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := out.Read(make([]byte, 3)); err != nil {
				t.Fatal(err)
			}
			gone := func() bool { state, _ := stat(cmd.Process.Pid); return state == "Z" || state == "" }
			if err := end(t.Context(), cmd.Process.Pid, 300*time.Millisecond, gone); err != nil {
				t.Error(err)
			}
			_ = cmd.Wait() // it was ended by a signal
		})
	}
}

func TestCleanEnvironment(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://example.org")
	t.Setenv("http_proxy", "http://example.org")
	t.Setenv("ESCALE_KEPT", "1")
	all := strings.Join(cleanEnvironment(), "\n")
	if strings.Contains(all, "example.org") || !strings.Contains(all, "ESCALE_KEPT=1") {
		t.Error(all)
	}
}

func TestUnmountBelowNothing(t *testing.T) {
	if err := unmountBelow(t.TempDir()); err != nil {
		t.Error(err)
	}
}
