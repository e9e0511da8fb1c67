package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"escale/app/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestKeepsWhatIsToldAndNoSecrets(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state", "log")
	var shown bytes.Buffer
	j, err := journal.Open(folder, &shown)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse("https://me:word-in-address@hub.example.org/v2")
	if err != nil {
		t.Fatal(err)
	}
	j.Log.Warn("pull failed", "error", fmt.Errorf("reach: %w", errors.New(`Get "https://me:pass-in-error@r.example/": refused; Authorization: Bearer abcdef0123456789`)))
	j.Log.Info("asked", "address", address, "count", 3)
	j.Log.Info(`it said POSTGRES_PASSWORD=hunter2 and "api_key": "k-123"`)
	log.New(j, "", 0).Print("Fyne error: token=t0ps3cret in the clip")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "escale.log")
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"file": string(kept), "terminal": shown.String()} {
		for _, word := range []string{"pull failed", "refused", "hub.example.org", "count=3", "POSTGRES_PASSWORD", "Fyne error", "in the clip"} {
			if !strings.Contains(text, word) {
				t.Errorf("%s: %q is missing in %q", where, word, text)
			}
		}
		for _, secret := range []string{"word-in-address", "pass-in-error", "abcdef0123456789", "hunter2", "k-123", "t0ps3cret"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %q is told in %q", where, secret, text)
			}
		}
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestWithoutAFolder: what cannot be kept is shown all the same.
func TestWithoutAFolder(t *testing.T) {
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	j, err := journal.Open(filepath.Join(inTheWay, "log"), &shown)
	if err == nil {
		t.Error("no error where no folder can be")
	}
	j.Log.Info("one")
	if _, err := j.Write([]byte("two\n")); err != nil {
		t.Error(err)
	}
	if err := j.Close(); err != nil || !strings.Contains(shown.String(), "one") || !strings.Contains(shown.String(), "two") {
		t.Errorf("shown %q, %v", shown.String(), err)
	}
}
