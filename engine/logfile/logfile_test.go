package logfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"escale/engine/logfile"
)

func TestBounded(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log")
	log, err := logfile.Open(path, 100)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		if _, err := fmt.Fprintf(log, "line %02d of the log\n", i); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := log.Write(bytes.Repeat([]byte("x"), 5000)); n != 5000 || err != nil {
		t.Errorf("a long line: %d, %v", n, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Write([]byte("late")); err == nil {
		t.Error("a closed log takes more")
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != logfile.Count+1 {
		t.Fatalf("%d files, %v; want %d", len(files), err, logfile.Count+1)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil || info.Size() > 100 || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %d bytes, %v, %v", file.Name(), info.Size(), info.Mode(), err)
		}
	}
	if newest, err := os.ReadFile(path + ".1"); err != nil || !strings.HasSuffix(string(newest), "line 59 of the log\n") {
		t.Errorf("before the long line there was %q, %v", newest, err)
	}
}

func TestGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	for _, words := range []string{"first\n", "second\n"} {
		log, err := logfile.Open(path, logfile.Size)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.Write([]byte(words)); err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "first\nsecond\n" {
		t.Errorf("%q, %v", got, err)
	}
	log, err := logfile.Open(path, logfile.Size)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // only read
	if err := log.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := log.Rotate(); err != nil { // an empty one stays
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path + ".1"); err != nil || string(got) != "first\nsecond\n" {
		t.Errorf("the older one has %q, %v", got, err)
	}
}
