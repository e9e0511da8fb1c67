package settings

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestKeepsPreferences(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "settings.json")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Prefs{Language: "fr", Theme: "dark", TextScale: 1.2, EngineID: "env", Window: Window{Width: 900, Height: 600, Placed: true}}
	if err := s.Update(func(p *Prefs) { *p = want }); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil || again.Get() != want {
		t.Errorf("read %+v (%v), want %+v", again.Get(), err, want)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files left behind, want 1", len(files))
	}
}

func TestDamagedFile(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "cut off": `{"theme": "da`, "not JSON": "\x00\xff", "wrong type": `{"textScale": "big"}`, "a list": `[1]`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "settings.json")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(path)
			if !errors.Is(err, ErrDamaged) || s.Get() != (Prefs{}) {
				t.Errorf("got %+v and %v, want defaults and ErrDamaged", s.Get(), err)
			}
			if kept, err := os.ReadFile(path + ".bad"); err != nil || string(kept) != text {
				t.Errorf("kept %q (%v), want the damaged text", kept, err)
			}
			if err := s.Update(func(p *Prefs) { p.Theme = "light" }); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUnreadableFileIsNotOverwrittenSilently(t *testing.T) {
	path := t.TempDir() // a folder cannot be read as a file
	s, err := Open(path)
	if err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("open: %v, want why it cannot be read", err)
	}
	if err := s.Update(func(p *Prefs) { p.Theme = "dark" }); err == nil {
		t.Error("no error from a file that cannot be written")
	}
	if s.Get().Theme != "dark" {
		t.Error("the change does not hold for this run")
	}
}

func TestValuesAreBroughtIntoRange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	text := `{"language":"xx","theme":"pink","textScale":9,"window":{"width":-3,"height":5},"future":1}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path)
	if want := (Prefs{TextScale: 1.6}); err != nil || s.Get() != want {
		t.Errorf("got %+v (%v), want %+v", s.Get(), err, want)
	}
}

func TestFrequentChangesAreWrittenOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 40 {
			s.UpdateSoon(func(p *Prefs) { p.Window.Width = float32(1000 + i) })
			time.Sleep(10 * time.Millisecond)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("written before the pause")
		}
		time.Sleep(soon)
		again, err := Open(path)
		if err != nil || again.Get().Window.Width != 1039 {
			t.Errorf("read %+v (%v), want the last width", again.Get().Window, err)
		}
		s.UpdateSoon(func(p *Prefs) { p.Window.Width = 5 })
		if err := s.Flush(); err != nil {
			t.Error(err)
		}
		if again, _ := Open(path); again.Get().Window.Width != 5 {
			t.Error("Flush did not write")
		}
	})
}

func TestConcurrentUpdates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	var mu sync.Mutex
	cancel := s.Subscribe(func() { mu.Lock(); told++; mu.Unlock() })
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := s.Update(func(p *Prefs) { p.Window.X++ }); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() { s.UpdateSoon(func(p *Prefs) { p.Window.Y++ }) })
	}
	wg.Wait()
	cancel()
	if err := s.Update(func(*Prefs) {}); err != nil {
		t.Error(err)
	}
	if told != 100 {
		t.Errorf("told %d times, want 100", told)
	}
	if again, _ := Open(path); again.Get().Window.X != 50 || again.Get().Window.Y != 50 {
		t.Errorf("read %+v, want 50 of both", again.Get().Window)
	}
}
