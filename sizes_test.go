package main_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFileSizes holds every Go file under 500 lines: a longer one is two rooms
// in one. The linter holds functions under 80.
func TestFileSizes(t *testing.T) {
	const most = 500
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if lines := bytes.Count(source, []byte("\n")); lines > most {
			t.Errorf("%s has %d lines, at most %d are allowed", path, lines, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
