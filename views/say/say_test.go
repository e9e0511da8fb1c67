package say_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/assets"
	"escale/engine"
	"escale/views/say"
)

// messages reads one language: key to its forms joined.
func messages(t *testing.T, language string) map[string]string {
	t.Helper()
	files, err := fs.Glob(assets.Translations, "translations/"+language+"/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no translations of %s: %v", language, err)
	}
	all := map[string]string{}
	for _, name := range files {
		content, err := assets.Translations.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var part map[string]any
		if err := json.Unmarshal(content, &part); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, value := range part {
			if _, twice := all[key]; twice {
				t.Errorf("%s: %q is defined twice", name, key)
			}
			all[key] = joined(t, key, value)
		}
	}
	return all
}

func joined(t *testing.T, key string, value any) string {
	t.Helper()
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if v["one"] == nil || v["other"] == nil {
			t.Errorf("%q needs the forms one and other", key)
		}
		var forms []string
		for _, form := range v {
			text, _ := form.(string)
			forms = append(forms, text)
		}
		return strings.Join(forms, "\x00")
	}
	t.Errorf("%q is neither a text nor plural forms", key)
	return ""
}

var placeholder = regexp.MustCompile(`\{\{\.\w+\}\}`)

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// TestLanguagesAgree holds every language to the same keys and placeholders.
func TestLanguagesAgree(t *testing.T) {
	english, french := messages(t, "en"), messages(t, "fr")
	for key, text := range english {
		other, ok := french[key]
		switch {
		case !ok:
			t.Errorf("French lacks %q", key)
		case !slices.Equal(placeholders(text), placeholders(other)):
			t.Errorf("%q: placeholders %v in English, %v in French", key, placeholders(text), placeholders(other))
		}
	}
	for key := range french {
		if _, ok := english[key]; !ok {
			t.Errorf("English lacks %q", key)
		}
	}
}

var (
	use      = regexp.MustCompile(`say\.[LN]\(\s*"([^"]+)"`)
	call     = regexp.MustCompile(`say\.[LN]\(`)
	ownUse   = regexp.MustCompile(`\b[LN]\("([^"]+)"`)
	comments = regexp.MustCompile(`(?m)^\s*//.*$`)
	badType  = regexp.MustCompile(`\p{Ll} [;?!»]|\p{Ll} : |« |\p{Ll}'\p{L}`)
)

// TestKeysExist finds keys that the code uses and no file has, calls whose key
// is not a literal, and keys that nothing uses.
func TestKeysExist(t *testing.T) {
	english := messages(t, "en")
	used := map[string]bool{}
	for _, root := range []string{"..", "../../main.go"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			scan(t, path, string(source), english, used)
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	for key := range english {
		if !used[key] {
			t.Errorf("nothing says %q", key)
		}
	}
}

func scan(t *testing.T, path, source string, english map[string]string, used map[string]bool) {
	t.Helper()
	pattern := use
	source = comments.ReplaceAllString(source, "")
	if filepath.Base(filepath.Dir(path)) == "say" || strings.HasPrefix(path, "say/") {
		pattern = ownUse
	}
	found := pattern.FindAllStringSubmatch(source, -1)
	for _, match := range found {
		used[match[1]] = true
		if _, ok := english[match[1]]; !ok {
			t.Errorf("%s says %q, which no file has", path, match[1])
		}
	}
	if pattern == use && len(found) != len(call.FindAllString(source, -1)) {
		t.Errorf("%s: every key of say.L and say.N must be a literal", path)
	}
}

// TestFrenchTypography finds plain spaces before French punctuation and
// straight apostrophes.
func TestFrenchTypography(t *testing.T) {
	for key, text := range messages(t, "fr") {
		if bad := badType.FindString(placeholder.ReplaceAllString(text, "x")); bad != "" {
			t.Errorf("%q: %q wants a no-break space or a curly apostrophe: %q", key, bad, text)
		}
	}
}

func TestFigures(t *testing.T) {
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	t.Cleanup(func() { say.SetLanguage("en") })
	for name, tc := range map[string]struct {
		text   func() string
		en, fr string
	}{
		"bytes":       {func() string { return say.Bytes(84_300_000) }, "84\u00a0MB", "84\u202fMo"},
		"small bytes": {func() string { return say.Bytes(629) }, "629\u00a0B", "629\u202fo"},
		"gigabytes":   {func() string { return say.Bytes(1_340_000_000) }, "1.3\u00a0GB", "1,3\u202fGo"},
		"no size":     {func() string { return say.Bytes(-1) }, "unknown", "inconnu"},
		"percent":     {func() string { return say.Percent(2.14) }, "2.1%", "2,1\u202f%"},
		"count":       {func() string { return say.Count(1204) }, "1,204", "1\u202f204"},
		"pulls":       {func() string { return say.Short(11_391_000_431) }, "11.4B", "11,4\u202fMd"},
		"ago":         {func() string { return say.Ago(now.Add(-4*time.Minute), now) }, "4\u00a0min ago", "il y a 4\u202fmin"},
		"yesterday":   {func() string { return say.Ago(now.Add(-30*time.Hour), now) }, "yesterday", "hier"},
		"plural":      {func() string { return say.N("time.days.ago", 1) }, "1 day ago", "il y a 1 jour"},
		"one CPU":     {func() string { return say.N("container.cores", 1.0) }, "1 CPU", "1 processeur"},
		"half a CPU":  {func() string { return say.N("container.cores", 0.5) }, "0.5 CPUs", "0,5 processeur"},
		"CPUs":        {func() string { return say.N("container.cores", 2.0) }, "2 CPUs", "2 processeurs"}, //nolint:misspell // French
		"duration":    {func() string { return say.Duration(2*time.Hour + 14*time.Minute) }, "2\u00a0h 14\u00a0min", "2\u202fh 14\u202fmin"},
		"error":       {func() string { return say.Error(engine.Unreachable(engine.ErrRefused, nil)).Title }, "Nothing answers at the engine’s address", "Rien ne répond à l’adresse du moteur"},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage("en")
			if got := tc.text(); got != tc.en {
				t.Errorf("English %q, want %q", got, tc.en)
			}
			say.SetLanguage("fr")
			if got := tc.text(); got != tc.fr {
				t.Errorf("French %q, want %q", got, tc.fr)
			}
		})
	}
}

// TestErrorsOfRunning reads what a beginner meets who mistypes something: what
// is wrong and what to do, never that a thing "is gone".
func TestErrorsOfRunning(t *testing.T) {
	for name, tc := range map[string]struct {
		err         error
		title, hint string // parts of them
	}{
		"no such tag":      {engine.ErrNoSuchTag, "no version with this name", "from the list"},
		"no such image":    {engine.ErrNoSuchImage, "no image with this name", "spelling"},
		"hidden by a Hub":  {errors.Join(engine.ErrNoSuchImage, engine.ErrDenied), "no image with this name", "private"},
		"another platform": {engine.ErrNoPlatform, "kind of computer", "another"},
		"low port":         {engine.ErrPortReserved, "reserved", "1024 or above"},
		"no folder":        {engine.ErrNoFolder, "does not exist on the engine’s computer", "another"},
		"this folder":      {fmt.Errorf("create: %w", &engine.MissingFolderError{Path: "/srv/x"}), "does not exist on the engine’s computer", "/srv/x was not found"},
		"an old thing":     {engine.ErrNotFound, "gone", ""},
	} {
		m := say.Error(tc.err)
		if !strings.Contains(m.Title, tc.title) || !strings.Contains(m.Hint, tc.hint) || m.Detail == "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestSystemLanguage(t *testing.T) {
	for want, locales := range map[string][]string{
		"fr": {"fr_FR.UTF-8"}, "en": {"de_DE", "en_GB:fr"},
	} {
		if got := say.SystemLanguage(locales...); got != want {
			t.Errorf("%v: %q, want %q", locales, got, want)
		}
	}
}
