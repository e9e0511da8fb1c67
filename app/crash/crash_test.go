package crash_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"escale/app/crash"
)

// These make the test program one run of Escale, which ends in some way.
const (
	dirVariable = "ESCALE_TEST_CRASH"
	wayVariable = "ESCALE_TEST_WAY"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		play(dir, os.Getenv(wayVariable))
		return
	}
	os.Exit(m.Run())
}

func play(dir, way string) {
	watch, last, err := crash.Begin(dir, "1.2.3")
	fmt.Println(last, err)
	switch way {
	case "panics":
		go func() { panic("a screen went wrong") }()
		select {}
	case "overflows":
		debug.SetMaxStack(1 << 16)
		fmt.Println(deeper(1))
	case "is killed":
		os.Exit(3)
	default:
		if err := watch.Close(); err != nil {
			fmt.Println(err)
		}
	}
}

func deeper(n int) int {
	if n < 0 { // never
		return n
	}
	return deeper(n+1) + n
}

// runs plays one run and returns what its start said of the one before.
func runs(t *testing.T, dir, way string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), dirVariable+"="+dir, wayVariable+"="+way, "GOTRACEBACK=single")
	out, _ := command.Output() // a bad end is meant
	last, said, _ := strings.Cut(strings.SplitN(string(out), "\n", 2)[0], " ")
	if said != "<nil>" {
		t.Fatalf("the run that %s says %q", way, out)
	}
	return last
}

func TestReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "crash")
	for _, tc := range []struct{ way, words string }{
		{"panics", "a screen went wrong"}, {"overflows", "runtime.newstack"}, {"is killed", ""}, {"ends well", ""},
	} {
		if last := runs(t, dir, tc.way); last != "" {
			t.Errorf("before the run that %s: %q", tc.way, last)
		}
		last := runs(t, dir, "ends well")
		if tc.words == "" {
			if last != "" {
				t.Errorf("a run that %s has a report", tc.way)
			}
			continue
		}
		report, err := crash.Read(last)
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"Escale 1.2.3", runtime.GOOS + "/" + runtime.GOARCH, "started 20", tc.words, "goroutine "} {
			if !strings.Contains(string(report), words) {
				t.Errorf("the report of a run that %s has no %q: %.2000s", tc.way, words, report)
			}
		}
		if info, err := os.Stat(last); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
	}
}

// TestBounded leaves what five runs would have, the last of them without end.
func TestBounded(t *testing.T) {
	dir := t.TempDir()
	for i := range 5 {
		path := filepath.Join(dir, "running.txt")
		text := "Escale 1.2.3\n---\npanic: " + strings.Repeat("x", i*crash.Longest)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		if last := runs(t, dir, "ends well"); filepath.Base(last) != at.Format("crash-20060102-150405.txt") {
			t.Errorf("run %d left %q", i, last)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != crash.Most || left[0].Name() != "crash-20260103-000000.txt" {
		t.Fatalf("left: %v, %v", left, err)
	}
	for _, file := range left {
		if info, err := file.Info(); err != nil || info.Size() > crash.Longest {
			t.Errorf("%s has %d bytes, %v", file.Name(), info.Size(), err)
		}
	}
}
