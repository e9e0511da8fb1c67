//go:build !windows

package find_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"escale/engine"
	"escale/engine/find"
	"escale/engine/mend"
)

const (
	strangerVariable = "ESCALE_FIND_STRANGER"
	nobody           = 65534
)

// stranger makes this process another user, for modes mean nothing to root,
// probes a socket and says why that failed. It returns only in other processes.
func stranger() {
	path := os.Getenv(strangerVariable)
	if path == "" {
		return
	}
	if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
		fmt.Println("cannot become another user:", err)
		os.Exit(1)
	}
	err := find.Probe(context.Background(), engine.Endpoint{Host: "unix://" + path}).Err
	switch {
	case errors.Is(err, engine.ErrPermission):
		fmt.Println("permission")
	case err == nil:
		fmt.Println("usable")
	default:
		fmt.Println(err)
	}
	os.Exit(0)
}

func probeAsStranger(t *testing.T, path string) error {
	t.Helper()
	if os.Getuid() != 0 {
		return find.Probe(t.Context(), engine.Endpoint{Host: "unix://" + path}).Err
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), strangerVariable+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	switch words := strings.TrimSpace(string(out)); words {
	case "permission":
		return engine.Unreachable(engine.ErrPermission, nil)
	case "usable":
		return nil
	default:
		return errors.New(words)
	}
}

func TestPermissionDenied(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "s")
	serve(t, listen(t, "unix", path), docker)
	for _, step := range []error{os.Chmod(dir, 0o755), os.Chmod(path, 0o000)} {
		if step != nil {
			t.Fatal(step)
		}
	}
	expect(t, probeAsStranger(t, path), engine.ErrPermission)
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	expect(t, probeAsStranger(t, path), nil)
}

func TestPermissionFix(t *testing.T) {
	path := shortDir(t) + "/s"
	listen(t, "unix", path)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	mine, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]mend.Permission{
		0o660: {Socket: path, Group: mine.Name, User: me.Username, Member: true},
		0o600: {Socket: path, User: me.Username},
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if got, ok := mend.PermissionFix(engine.Endpoint{Host: "unix://" + path}); !ok || got != want {
			t.Errorf("mode %o: got %+v, want %+v", mode, got, want)
		}
	}
	if got, ok := mend.PermissionFix(engine.Endpoint{Host: "unix:///no/such"}); !ok || got.User != me.Username || got.Group != "" {
		t.Errorf("missing: got %+v", got)
	}
	if _, ok := mend.PermissionFix(engine.Endpoint{Host: "tcp://h:1"}); ok {
		t.Error("tcp has no socket")
	}
}
