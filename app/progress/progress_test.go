package progress

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/lesson"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestKeepsProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "lessons.json")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s.Update("first", func(r *Record) {
		r.Begun, r.Step, r.Reached, r.Answered = at, 1, 2, []int{1, 0}
		r.Tasks["run"] = Tick{At: at, Deed: lesson.Deed{Kind: lesson.OnContainer, ID: "a1"}}
		r.Lesson = lesson.Mark{Engine: "e", Known: map[string]bool{"x": true}}
	})
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil || !reflect.DeepEqual(again.Get("first"), s.Get("first")) {
		t.Errorf("read %+v (%v), want %+v", again.Get("first"), err, s.Get("first"))
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode().Perm(), err)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files left behind, want 1", len(files))
	}
}

func TestForgottenProgressIsGoneAndComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lessons.json")
	s, _ := Open(path)
	told := 0
	defer s.Subscribe(func() { told++ })()
	s.Update("a", func(r *Record) { r.Step = 3 })
	s.Update("b", func(r *Record) { r.Step = 4 })
	gone := s.Forget("a")
	if s.Get("a").Step != 0 || s.Get("b").Step != 4 {
		t.Error("forgot another one")
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if kept, _ := Open(path); kept.Get("a").Step != 0 || kept.Get("b").Step != 4 {
		t.Error("the file still knows it")
	}
	s.Restore(gone)
	if s.Get("a").Step != 3 {
		t.Error("it did not come back")
	}
	s.Forget()
	if s.Any() || told != 5 {
		t.Errorf("something is left, or told %d times, not 5", told)
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedFile(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "cut off": `{"a": {`, "not JSON": "\x00", "wrong type": `{"a": {"step": "x"}}`, "a list": `[1]`} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lessons.json")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(path)
			if !errors.Is(err, ErrDamaged) || s.Any() {
				t.Errorf("got %v, want nothing and ErrDamaged", err)
			}
			if kept, err := os.ReadFile(path + ".bad"); err != nil || string(kept) != text {
				t.Errorf("kept %q (%v), want the damaged text", kept, err)
			}
		})
	}
}

func TestRecordsAreValues(t *testing.T) {
	s, _ := Open("")
	s.Update("a", func(r *Record) { r.Tasks["x"] = Tick{} })
	before := s.Get("a")
	s.Update("a", func(r *Record) { r.Tasks["y"] = Tick{}; r.Steps[0] = lesson.Mark{} })
	if len(before.Tasks) != 1 || len(before.Steps) != 0 {
		t.Errorf("what was read has changed: %+v", before)
	}
}

func TestChangesAreWrittenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lessons.json")
	synctest.Test(t, func(t *testing.T) {
		s, _ := Open(path)
		for range 20 {
			s.Update("a", func(r *Record) { r.Step++ })
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("written before the pause")
		}
		time.Sleep(soon)
		synctest.Wait()
		if again, err := Open(path); err != nil || again.Get("a").Step != 20 {
			t.Errorf("read %+v (%v), want the last step", again.Get("a"), err)
		}
	})
}

func TestFailedWriteIsTriedAgain(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "closed")
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	s, _ := Open(filepath.Join(folder, "lessons.json"))
	s.Update("a", func(r *Record) { r.Step = 1 })
	if err := s.Flush(); err == nil {
		t.Fatal("no error from a file that cannot be written")
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if again, _ := Open(filepath.Join(folder, "lessons.json")); again.Get("a").Step != 1 {
		t.Error("it was not written the second time")
	}
}
