//go:build !windows

package autostart

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func login(t *testing.T, program string) (*Login, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "autostart", "x.desktop")
	return &Login{program: program, at: file{path, desktopEntry, parseDesktopEntry}}, path
}

func on(t *testing.T, l *Login) bool {
	t.Helper()
	is, err := l.On()
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func TestLogin(t *testing.T) {
	l, path := login(t, "/usr/bin/escale")
	if on(t, l) {
		t.Error("on at first")
	}
	for range 2 {
		if err := l.Set(true); err != nil || !on(t, l) {
			t.Fatalf("not on: %v", err)
		}
	}
	if err := os.Remove(path); err != nil { // as a user may
		t.Fatal(err)
	}
	if on(t, l) {
		t.Error("on without its file")
	}
	if err := l.Set(false); err != nil {
		t.Errorf("off twice: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestMovedProgram(t *testing.T) {
	l, path := login(t, "/opt/escale-2.AppImage")
	there := filepath.Join(t.TempDir(), "escale")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ was, want string }{
		{"/opt/no-such-place/escale-1.AppImage", "/opt/escale-2.AppImage"}, {there, there},
	} {
		if err := l.at.write(tc.was); err != nil {
			t.Fatal(err)
		}
		if err := l.Mend(); err != nil {
			t.Fatal(err)
		}
		if is, _, err := l.at.read(); is != tc.want {
			t.Errorf("%s became %s, %v; want %s", tc.was, is, err, tc.want)
		}
	}
	if err := os.WriteFile(path, []byte("[Desktop Entry]\nHidden=true\nTryExec=/opt/no-such-place/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.Mend(); err != nil || on(t, l) {
		t.Errorf("what was switched off is on again: %v", err)
	}
}

func TestWhatCannotBe(t *testing.T) {
	l, path := login(t, "")
	l.fault = ErrSandboxed
	if _, err := l.On(); !errors.Is(err, ErrSandboxed) || !errors.Is(l.Set(true), ErrSandboxed) || !errors.Is(l.Set(false), ErrSandboxed) || l.Mend() != nil {
		t.Errorf("in a sandbox: %v", err)
	}
	l.fault = ErrFleeting
	if err := l.at.write("/opt/earlier/escale"); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(l.Set(true), ErrFleeting) || l.Set(false) != nil || on(t, l) {
		t.Error("a program that is not installed can be taken out, and not put in")
	}
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l.fault = nil
	if err := l.Set(true); err == nil {
		t.Error("no error where no folder can be")
	}
	for _, program := range []string{"escale", "/opt/a\nExec=evil", "/opt/a\x00", "/opt/\xff"} {
		if fit(program) == nil {
			t.Errorf("%q is fit", program)
		}
	}
}
