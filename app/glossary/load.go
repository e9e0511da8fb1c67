package glossary

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is read.
const (
	mostFile     = 256 << 10 // bytes
	mostTerms    = 500
	mostName     = 60 // characters
	mostSentence = 240
	mostRelated  = 8
)

var idRule = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// term is what a term is in every language.
type term struct {
	See    []string `json:"see"`
	Lesson string   `json:"lesson"`
}

// words are a term in one language.
type words struct {
	Name string   `json:"name"`
	Also []string `json:"also"`
	Text []string `json:"text"`
}

// load reads "terms" and one file for each language; read gives their bytes.
func load(read func(name string) ([]byte, error)) (map[string]*Glossary, error) {
	terms, err := readTerms(read)
	if err != nil {
		return nil, err
	}
	spoken := map[string]map[string]words{}
	for _, language := range Languages() {
		data, err := read(language)
		if err != nil {
			return nil, fmt.Errorf("read glossary: %w", err)
		}
		if spoken[language], err = parseWords(data); err != nil {
			return nil, fmt.Errorf("glossary %s: %w", language, err)
		}
		for id := range terms {
			if _, ok := spoken[language][id]; !ok {
				return nil, fmt.Errorf("glossary %s: no words for %s", language, id)
			}
		}
		if len(spoken[language]) != len(terms) {
			return nil, fmt.Errorf("glossary %s: words for terms that there are not", language)
		}
	}
	found := map[string]*Glossary{}
	for i, language := range Languages() {
		found[language] = build(terms, spoken[language], spoken[Languages()[1-i]])
	}
	return found, nil
}

func readTerms(read func(name string) ([]byte, error)) (map[string]term, error) {
	data, err := read("terms")
	if err != nil {
		return nil, fmt.Errorf("read glossary: %w", err)
	}
	terms, err := parseTerms(data)
	if err != nil {
		return nil, fmt.Errorf("glossary terms: %w", err)
	}
	return terms, nil
}

// parseTerms reads which terms there are, and how they belong together.
func parseTerms(data []byte) (map[string]term, error) {
	terms, err := strict[term](data)
	if err != nil {
		return nil, err
	}
	for id, t := range terms {
		if t.Lesson != "" && !idRule.MatchString(t.Lesson) {
			return nil, fmt.Errorf("%s: no lesson can be called so", id)
		}
		if len(t.See) > mostRelated {
			return nil, fmt.Errorf("%s: too many related terms", id)
		}
		for i, other := range t.See {
			if _, known := terms[other]; !known || other == id || slices.Contains(t.See[:i], other) {
				return nil, fmt.Errorf("%s: related to %q, which is no other term, or is named twice", id, other)
			}
		}
	}
	return terms, nil
}

// parseWords reads the terms' words in one language.
func parseWords(data []byte) (map[string]words, error) {
	all, err := strict[words](data)
	if err != nil {
		return nil, err
	}
	for id, w := range all {
		if err := w.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
	}
	return all, nil
}

func (w words) check() error {
	for _, name := range append([]string{w.Name}, w.Also...) {
		if !plain(name, mostName) {
			return errors.New("a name is empty, too long or not plain")
		}
	}
	if len(w.Also) > mostRelated || len(w.Text) != 2 {
		return errors.New("it takes two sentences, and few other names")
	}
	for _, sentence := range w.Text {
		if !plain(sentence, mostSentence) || !strings.HasSuffix(sentence, ".") {
			return errors.New("a sentence is too long, not plain or has no end")
		}
	}
	return nil
}

// plain reports whether a text is a line that can be shown.
func plain(text string, most int) bool {
	if text == "" || text != strings.TrimSpace(text) || !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// strict reads one JSON object of terms by their IDs, none of them twice, with
// nothing after it.
func strict[T any](data []byte) (map[string]T, error) {
	if len(data) > mostFile {
		return nil, errors.New("too large")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("no object")
	}
	found := map[string]T{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		id, ok := key.(string)
		if _, twice := found[id]; !ok || twice || !idRule.MatchString(id) || len(id) > mostName || len(found) == mostTerms {
			return nil, fmt.Errorf("no term can be called %.80q, or it is there twice, or there are too many", id)
		}
		var one T
		if err := d.Decode(&one); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		found[id] = one
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows")
	}
	return found, nil
}

// build makes the glossary of one language.
func build(terms map[string]term, own, other map[string]words) *Glossary {
	g := &Glossary{at: map[string]int{}}
	for _, id := range slices.Sorted(maps.Keys(terms)) {
		w, o := own[id], other[id]
		t := Term{ID: id, Name: w.Name, Other: o.Name, Also: w.Also, Text: [2]string(w.Text), See: terms[id].See, Lesson: terms[id].Lesson}
		for _, name := range slices.Concat([]string{w.Name, o.Name}, w.Also, o.Also) {
			t.keys = append(t.keys, Fold(name))
		}
		t.keys = append(t.keys, Fold(w.Text[0]+" "+w.Text[1]))
		g.Terms = append(g.Terms, t)
	}
	slices.SortStableFunc(g.Terms, func(a, b Term) int { return strings.Compare(a.keys[0], b.keys[0]) })
	for i, t := range g.Terms {
		g.at[t.ID] = i
	}
	return g
}
