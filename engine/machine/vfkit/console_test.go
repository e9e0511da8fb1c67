//go:build !windows

package vfkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine/machine/machinetest"
)

// TestConsoleIsFollowed: what comes is passed on while it comes, and what is last
// as well; the file does not grow for ever.
func TestConsoleIsFollowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "console")
	writer, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close() //nolint:errcheck // a test's
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // a test's
	synctest.Test(t, func(t *testing.T) {
		got := new(machinetest.Buffer)
		over := make(chan struct{})
		go follow(over, file, got)
		line := strings.Repeat("x", 1023) + "\n"
		const lines = 3000
		for i := range lines {
			_, _ = writer.WriteString(line)
			if i%100 == 99 {
				time.Sleep(lookLast)
				synctest.Wait()
			}
		}
		if n := len(got.String()); n != lines*len(line) {
			t.Errorf("while it ran: %d bytes of %d", n, lines*len(line))
		}
		if info, err := file.Stat(); err != nil || blocks(info)*512 > 2*consoleSize {
			t.Errorf("the file takes %d bytes, %v", blocks(info)*512, err)
		}
		_, _ = writer.WriteString("the end\n")
		close(over)
		synctest.Wait()
		if text := got.String(); !strings.HasSuffix(text, "\nthe end\n") || strings.Contains(text, "\x00") {
			t.Errorf("at the end: %q", text[len(text)-20:])
		}
	})
}
