package early_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"escale/app/early"
	"escale/app/instance"
	"escale/engine/machine"
)

// first is an Escale that runs, in a home of its own, and what it is asked for.
func first(t *testing.T, variable string) (dir string, asked chan []string) {
	t.Helper()
	t.Setenv(machine.HomeVariable, "")
	t.Setenv(variable, t.TempDir())
	home, err := machine.LocateHome()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(home.Run, "window")
	one, err := instance.Join(t.Context(), dir, nil)
	if err != nil || one == nil {
		t.Fatalf("it is not the first: %v", err)
	}
	t.Cleanup(func() {
		if err := one.Close(); err != nil {
			t.Error(err)
		}
	})
	asked = make(chan []string, 1)
	one.Handle(func(arguments []string) { asked <- arguments })
	return dir, asked
}

func TestForwardFindsTheOneThatRuns(t *testing.T) {
	for _, variable := range []string{"XDG_RUNTIME_DIR", machine.HomeVariable} {
		t.Run(variable, func(t *testing.T) {
			_, asked := first(t, variable)
			if !early.Forward() {
				t.Fatal("it was not reached")
			}
			if arguments := <-asked; len(arguments) != 0 {
				t.Errorf("it was asked for %q", arguments)
			}
		})
	}
}

func TestForwardLeavesTheRestToInstance(t *testing.T) {
	t.Setenv(machine.HomeVariable, t.TempDir())
	if early.Forward() {
		t.Error("there is none")
	}
	t.Setenv(machine.HomeVariable, "")
	t.Setenv("XDG_RUNTIME_DIR", "relative")
	if early.Forward() {
		t.Error("a folder that follows where it is started from")
	}
}

// What app/instance refuses is not spoken to.
func TestForwardTrustsNoStranger(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"a folder that others enter": func(t *testing.T, dir string) { t.Helper(); do(t, os.Chmod(dir, 0o755)) },
		"a linked folder": func(t *testing.T, dir string) {
			t.Helper()
			do(t, os.Rename(dir, dir+".there"))
			do(t, os.Symlink(dir+".there", dir))
		},
		"a linked socket": func(t *testing.T, dir string) {
			t.Helper()
			socket := filepath.Join(dir, "escale.sock")
			do(t, os.Rename(socket, socket+".there"))
			do(t, os.Symlink(socket+".there", socket))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, asked := first(t, machine.HomeVariable)
			spoil(t, dir)
			if early.Forward() || len(asked) > 0 {
				t.Error("it was spoken to")
			}
		})
	}
}

// One that says something else, or nothing, is for app/instance to complain of.
func TestForwardWaitsForTheAnswer(t *testing.T) {
	t.Setenv(machine.HomeVariable, t.TempDir())
	dir := filepath.Join(os.Getenv(machine.HomeVariable), "window")
	do(t, os.Mkdir(dir, 0o700))
	for _, says := range []string{"", "what?\n", "take"} {
		socket := filepath.Join(dir, "escale.sock")
		_ = os.Remove(socket)
		listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
		do(t, err)
		do(t, os.Chmod(socket, 0o600))
		go func() {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte(says))
			_ = conn.Close()
		}()
		began := time.Now()
		if early.Forward() {
			t.Errorf("%q is no answer", says)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it waited %v", took)
		}
		do(t, listener.Close())
	}
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
