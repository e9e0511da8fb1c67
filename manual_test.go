package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	boldWords    = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	linkTargets  = regexp.MustCompile(`\]\(([^)]+)\)`)
	manualImages = regexp.MustCompile(`!\[[^\]]+\]\(([^)]+)\)`)
	manualHeads  = regexp.MustCompile(`(?m)^#+ `)
	manualCodes  = regexp.MustCompile("`[^`]+`")
)

// TestManual keeps the manual true: what it calls a control is written on one in
// that language, its pictures are there, and both languages say the same things.
func TestManual(t *testing.T) {
	pages := map[string]string{}
	for _, language := range []string{"en", "fr"} {
		path := filepath.Join("docs", "manual", language+".md")
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pages[language] = string(content)
		words := wordsOf(t, language)
		for _, m := range boldWords.FindAllStringSubmatch(pages[language], -1) {
			if !words[strings.Join(strings.Fields(m[1]), " ")] {
				t.Errorf("%s: nothing in Escale says %q", path, m[1])
			}
		}
		for _, m := range linkTargets.FindAllStringSubmatch(pages[language], -1) {
			if _, err := os.Stat(filepath.Join("docs", "manual", m[1])); err != nil && !strings.Contains(m[1], "://") {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	neutral := func(all []string) []string {
		for i := range all {
			all[i] = strings.ReplaceAll(all[i], "-fr.png", "-en.png")
		}
		return all
	}
	for name, pattern := range map[string]*regexp.Regexp{"headings": manualHeads, "pictures": manualImages, "commands": manualCodes} {
		en, fr := pattern.FindAllString(pages["en"], -1), pattern.FindAllString(pages["fr"], -1)
		if name == "pictures" { // but for what they show, in words
			en, fr = sources(en), neutral(sources(fr))
		}
		if !slices.Equal(en, fr) {
			t.Errorf("the %s differ:\n%q\n%q", name, en, fr)
		}
	}
}

func sources(pictures []string) (paths []string) {
	for _, p := range pictures {
		paths = append(paths, linkTargets.FindStringSubmatch(p)[1])
	}
	return paths
}

// wordsOf is every text of the app in a language.
func wordsOf(t *testing.T, language string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("assets", "translations", language, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	words := map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]any{}
		if err := json.Unmarshal(content, &texts); err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if one, ok := text.(string); ok {
				words[strings.Join(strings.Fields(one), " ")] = true
			}
		}
	}
	return words
}
