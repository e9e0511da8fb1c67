package driver

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

const variable = "ESCALE_TEST_IS_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(variable) != "" { // it lives until its input ends
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// only opens a file that nobody else may open.
func only(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}

// TestLockIsInherited: the disk stays locked while the child lives, though nobody
// here holds it any more, and no longer.
func TestLockIsInherited(t *testing.T) {
	file, err := os.CreateTemp("", "lock") //nolint:usetesting // Wine 8 cannot remove whole folders
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // a test's
	_ = file.Close()
	lock, err := only(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), variable+"=1")
	input, err := child.StdinPipe()
	if err == nil {
		err = Child(child, lock)
	}
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = lock.Close()
	if again, err := only(file.Name()); !errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		t.Errorf("while it lives: %v, %v", again, err)
	}
	_ = input.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(10 * time.Millisecond) // Wine lets go of handles a little later
	defer again.Stop()
	for end := time.Now().Add(10 * time.Second); ; <-again.C {
		file, err := only(file.Name())
		if err == nil {
			_ = file.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after it: %v", err)
		}
	}
}
