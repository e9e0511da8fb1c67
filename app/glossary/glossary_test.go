package glossary

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"escale/assets"
)

func files(name string) ([]byte, error) {
	return assets.Glossary.ReadFile("glossary/" + name + ".json")
}

// TestOurs holds the glossary that travels with the program to its rules: load
// checks that all languages have the same terms, each two sentences, and that
// what they refer to exists.
func TestOurs(t *testing.T) {
	found, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	for language, g := range found {
		if len(g.Terms) < 60 {
			t.Errorf("%s has %d terms, want at least 60", language, len(g.Terms))
		}
		for _, one := range g.Terms {
			if len(one.See) == 0 {
				t.Errorf("%s leads nowhere", one.ID)
			}
			for _, sentence := range one.Text {
				if strings.Contains(sentence, "!") || strings.ContainsAny(sentence, "'\"") {
					t.Errorf("%s %s: %q shouts, or has typewriter quotes", language, one.ID, sentence)
				}
				if n := strings.Count(sentence, ". "); n > 0 {
					t.Errorf("%s %s: more than a sentence: %q", language, one.ID, sentence)
				}
			}
		}
	}
	for _, one := range found["fr"].Terms {
		text := one.Text[0] + one.Text[1]
		for _, mark := range []string{" :", " ;", " ?", " »", "« ", " %"} {
			if strings.Contains(text, mark) {
				t.Errorf("%s: a plain space in %q", one.ID, mark)
			}
		}
	}
	names := map[string]string{}
	for language, g := range found {
		for _, one := range g.Terms {
			key := language + one.keys[0]
			if other, twice := names[key]; twice {
				t.Errorf("%s and %s are both called %q", one.ID, other, one.Name)
			}
			names[key] = one.ID
		}
	}
}

// TestWanted names terms that a learner meets.
func TestWanted(t *testing.T) {
	g := In("en")
	for id := range strings.FieldsSeq(`image layer tag digest container registry hub official-image daemon client engine volume bind-mount port publish
		environment-variable network bridge dns-name compose dockerfile build exit-code signal restart-policy health-check memory-limit cgroup namespace kernel
		hypervisor virtual-machine kvm hyper-v hyperkit virtualization-framework virtualbox vmware emulation architecture manifest oci containerd runc shim
		root privileged capability seccomp socket context ssh tls proxy localhost loopback log stdout stdin terminal shell exec entrypoint command
		working-directory user label tmpfs prune dangling-image disk-image snapshot sandbox playground guest host`) {
		if _, ok := g.Get(id); !ok {
			t.Errorf("no %s", id)
		}
	}
	if _, ok := g.Get("nonsense"); ok {
		t.Error("there is nonsense")
	}
	if In("de") != In("en") {
		t.Error("an unknown language is not English")
	}
}

// TestLessons holds the terms to lessons that there are, in every language.
func TestLessons(t *testing.T) {
	named := 0
	for _, language := range Languages() {
		for _, one := range In(language).Terms {
			if one.Lesson == "" {
				continue
			}
			named++
			if _, err := assets.Lessons.ReadFile("lessons/" + language + "/" + one.Lesson + ".md"); err != nil {
				t.Errorf("%s: %v", one.ID, err)
			}
		}
	}
	if named < 60 {
		t.Errorf("only %d terms lead to a lesson", named)
	}
}

func TestSearch(t *testing.T) {
	for query, want := range map[string]struct{ language, first string }{
		"ETIQUETTE": {"fr", "tag"}, "réseau": {"fr", "network"}, "reseau": {"en", "network"}, "Volume": {"fr", "volume"}, "bind": {"fr", "bind-mount"},
		"docker.sock": {"en", "socket"}, "  exit   CODE ": {"fr", "exit-code"}, "nettoyer": {"en", "prune"}, "variable d'env": {"fr", "environment-variable"},
		"137": {"en", "exit-code"},
	} {
		found := In(want.language).Search(query)
		if len(found) == 0 || found[0].ID != want.first {
			t.Errorf("%s: %q finds %v, want %s first", want.language, query, ids(found), want.first)
		}
	}
	if found := In("en").Search("no such word"); len(found) != 0 {
		t.Errorf("nonsense finds %v", ids(found))
	}
	if found := In("fr").Search("  "); len(found) != len(In("fr").Terms) {
		t.Errorf("nothing finds %d", len(found))
	}
}

func ids(all []Term) (found []string) {
	for _, t := range all {
		found = append(found, t.ID)
	}
	return found
}

const (
	fineTerms = `{"a":{"see":["b"]},"b":{"see":["a"],"lesson":"one"}}`
	fineWords = `{"a":{"name":"A","text":["One.","Two."]},"b":{"name":"B","also":["C"],"text":["One.","Two."]}}`
)

// TestStrict refuses what is not as it should be.
func TestStrict(t *testing.T) {
	long := strings.Repeat("x", mostSentence)
	for name, tc := range map[string]struct{ terms, words string }{
		"an unknown field":     {`{"a":{"see":["b"],"x":1},"b":{"see":["a"]}}`, fineWords},
		"a term twice":         {`{"a":{},"a":{},"b":{}}`, fineWords},
		"a strange ID":         {`{"A b":{}}`, fineWords},
		"no such term":         {`{"a":{"see":["c"]},"b":{}}`, fineWords},
		"itself":               {`{"a":{"see":["a"]},"b":{}}`, fineWords},
		"the same twice":       {`{"a":{"see":["b","b"]},"b":{}}`, fineWords},
		"a strange lesson":     {`{"a":{"lesson":"../x"},"b":{}}`, fineWords},
		"no words":             {fineTerms, `{"a":{"name":"A","text":["One.","Two."]}}`},
		"too many words":       {`{"a":{}}`, fineWords},
		"three sentences":      {fineTerms, strings.Replace(fineWords, `"Two."]`, `"Two.","Three."]`, 1)},
		"one sentence":         {fineTerms, strings.Replace(fineWords, `,"Two."]`, `]`, 1)},
		"no end":               {fineTerms, strings.Replace(fineWords, "One.", "One", 1)},
		"a long sentence":      {fineTerms, strings.Replace(fineWords, "One.", long+".", 1)},
		"a control character":  {fineTerms, strings.Replace(fineWords, "One.", "O\\u0007ne.", 1)},
		"a hidden direction":   {fineTerms, strings.Replace(fineWords, "One.", "O\\u202ene.", 1)},
		"no name":              {fineTerms, strings.Replace(fineWords, `"A"`, `""`, 1)},
		"something after":      {fineTerms + "{}", fineWords},
		"a list":               {`[]`, fineWords},
		"cut short":            {fineTerms[:len(fineTerms)-1], fineWords},
		"larger than allowed":  {fineTerms + strings.Repeat(" ", mostFile), fineWords},
		"an empty file":        {"", fineWords},
		"null in place of one": {`{"a":null,"b":7}`, fineWords},
	} {
		if _, err := load(reader(tc.terms, tc.words)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := load(reader(fineTerms, fineWords)); err != nil {
		t.Errorf("a fine one: %v", err)
	}
	if _, err := load(func(string) ([]byte, error) { return nil, errors.New("no disk") }); err == nil {
		t.Error("a file that cannot be read is taken")
	}
}

func reader(terms, words string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name == "terms" {
			return []byte(terms), nil
		}
		return []byte(words), nil
	}
}

// FuzzLoad reads anything: what is taken keeps the rules.
func FuzzLoad(f *testing.F) {
	f.Add(fineTerms, fineWords)
	for _, language := range Languages() {
		terms, _ := files("terms")
		words, _ := files(language)
		f.Add(string(terms[:400]), string(words[:900]))
	}
	f.Fuzz(func(t *testing.T, terms, words string) {
		found, err := load(reader(terms, words))
		if err != nil {
			return
		}
		known := slices.Collect(maps.Keys(found["en"].at))
		for _, g := range found {
			if len(g.Terms) != len(known) || len(known) > mostTerms {
				t.Fatalf("%d terms, %d known", len(g.Terms), len(known))
			}
			for _, one := range g.Terms {
				if got, ok := g.Get(one.ID); !ok || got.Name != one.Name || one.Text[0] == "" || one.Text[1] == "" {
					t.Fatalf("%q is not whole", one.ID)
				}
				for _, other := range one.See {
					if _, ok := g.Get(other); !ok {
						t.Fatalf("%q leads to %q, which is not there", one.ID, other)
					}
				}
				if Fold(one.Name) != "" && !slices.ContainsFunc(g.Search(one.Name), func(o Term) bool { return o.ID == one.ID }) {
					t.Fatalf("%q is not found by its name %q", one.ID, one.Name)
				}
			}
		}
	})
}
