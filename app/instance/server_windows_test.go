package instance

import (
	"os"
	"path/filepath"
	"testing"
)

// The one that may come to the front is the one that has the pipe.
func TestServerIsKnown(t *testing.T) {
	dir, err := os.MkdirTemp("", "escale") //nolint:usetesting // Wine cannot remove t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "run")
	first, err := Join(t.Context(), dir, nil)
	if err != nil || first == nil {
		t.Fatalf("the first start is not the first one: %v", err)
	}
	conn, err := dial(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if process := serverOf(conn); int(process) != os.Getpid() {
		t.Errorf("the process is %d, want %d", process, os.Getpid())
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}
