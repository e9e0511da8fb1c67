package lesson

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"escale/assets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestShippedLessons reads every lesson that comes with Escale, and holds the
// languages to the same tasks.
func TestShippedLessons(t *testing.T) {
	all, err := Load(assets.Lessons, "lessons")
	if err != nil {
		t.Fatal(err)
	}
	english, french := all["en"], all["fr"]
	if len(english) == 0 || len(english) != len(french) {
		t.Fatalf("%d lessons in English, %d in French", len(english), len(french))
	}
	seen := map[string]bool{}
	for i, en := range english {
		if seen[en.ID] {
			t.Errorf("%s is there twice", en.ID)
		}
		seen[en.ID] = true
		fr := french[i]
		if a, b := bones(en), bones(fr); a != b {
			t.Errorf("%s differs in French:\n%s\n%s", en.ID, a, b)
		}
		if en.Quiz() == nil || len(en.Tasks()) == 0 {
			t.Errorf("%s has no task, or no questions", en.ID)
		}
		if i > 0 && english[i-1].Order == en.Order {
			t.Errorf("%s has the place of another", en.ID)
		}
		for _, need := range en.Needs {
			if !seen[need] {
				t.Errorf("%s needs %s, which does not come before", en.ID, need)
			}
		}
	}
}

// TestFrenchLessonsHaveTheirSpaces finds the signs that French sets a no-break
// space before.
func TestFrenchLessonsHaveTheirSpaces(t *testing.T) {
	for _, l := range All("fr") {
		for _, text := range texts(l) {
			for _, sign := range []string{" :", " ;", " ?", " !", " »", "« ", "'"} {
				if strings.Contains(text, sign) {
					t.Errorf("%s: %q in %q", l.ID, sign, text)
				}
			}
		}
	}
}
