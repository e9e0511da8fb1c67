package helper

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/Microsoft/go-winio"

	"escale/engine/machine"
	"escale/engine/private"
)

// TestPipeHasTwoDirections: a client may end its own and still hear the answer.
func TestPipeHasTwoDirections(t *testing.T) {
	const path = `\\.\pipe\escale-test-two-directions`
	listener, err := private.Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // a test's
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		asked, _ := io.ReadAll(conn) // ends with the client's half close
		_, _ = conn.Write(append([]byte("heard "), asked...))
		_ = conn.Close()
	}()
	conn, err := winio.DialPipeContext(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a test's
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, "a question"); err != nil {
		t.Fatal(err)
	}
	if err := conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(conn); string(got) != "heard a question" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestLockedOnce: a lock is one's alone, and ends with its file.
func TestLockedOnce(t *testing.T) {
	file, err := os.CreateTemp("", "lock") //nolint:usetesting // Wine 8 cannot remove whole folders
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	defer os.Remove(file.Name()) //nolint:errcheck // a test's
	lock, err := lockFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockFile(file.Name()); !errors.Is(err, errLocked) {
		t.Errorf("locked twice: %v", err)
	}
	_ = lock.Close()
	if lock, err = lockFile(file.Name()); err != nil {
		t.Fatal(err)
	}
	_ = lock.Close()
}

// TestThisComputer: its memory and the room on its disk are known.
func TestThisComputer(t *testing.T) {
	if have := machine.ThisComputer(); have.MemoryBytes < 1<<28 {
		t.Errorf("%d bytes of memory", have.MemoryBytes)
	}
	if free, err := machine.FreeSpace(os.Args[0]); err != nil || free <= 0 {
		t.Errorf("%d bytes free, %v", free, err)
	}
}
