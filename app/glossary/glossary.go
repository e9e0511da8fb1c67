// Package glossary holds the words of containers, each explained in two plain
// sentences and in every language of the app.
package glossary

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"escale/assets"
)

// Term is one word, in one language.
type Term struct {
	ID    string
	Name  string
	Other string    // its name in the other language
	Also  []string  // other names
	Text  [2]string // two sentences
	See   []string  // IDs of related terms
	// Lesson is the ID of the lesson that shows it; may be empty.
	Lesson string

	keys []string // what a search looks at, folded
}

// Glossary is all terms in one language, sorted by name.
type Glossary struct {
	Terms []Term

	at map[string]int
}

// Get returns a term by its ID.
func (g *Glossary) Get(id string) (Term, bool) {
	i, ok := g.at[id]
	if !ok {
		return Term{}, false
	}
	return g.Terms[i], true
}

// Search returns the terms that a query is part of a name of, in either
// language: those that begin with it first, and last those whose sentences hold
// it. Case and accents do not matter; an empty query is in all.
func (g *Glossary) Search(query string) []Term {
	query = Fold(query)
	if query == "" {
		return g.Terms
	}
	type hit struct {
		Term
		rank int
	}
	var hits []hit
	for _, t := range g.Terms {
		if rank := t.rank(query); rank < noMatch {
			hits = append(hits, hit{t, rank})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	found := make([]Term, len(hits))
	for i, h := range hits {
		found[i] = h.Term
	}
	return found
}

// How well a query matches.
const (
	whole = iota
	begins
	within
	explained
	noMatch
)

func (t Term) rank(query string) int {
	best := noMatch
	for i, key := range t.keys {
		rank := noMatch
		switch {
		case i == len(t.keys)-1: // the sentences
			if strings.Contains(key, query) {
				rank = explained
			}
		case key == query:
			rank = whole
		case strings.HasPrefix(key, query):
			rank = begins
		case strings.Contains(key, query):
			rank = within
		}
		best = min(best, rank)
	}
	return best
}

// Fold makes texts comparable: without case, accents and repeated spaces.
func Fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’':
			b.WriteByte('\'')
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Languages are those that the glossary is in.
func Languages() []string { return []string{"en", "fr"} }

var all = sync.OnceValue(func() map[string]*Glossary {
	found, err := load(func(name string) ([]byte, error) { return assets.Glossary.ReadFile("glossary/" + name + ".json") })
	if err != nil {
		panic(err.Error()) // the files are part of the program, and a test reads them
	}
	return found
})

// In is the glossary in a language; English where there is none.
func In(language string) *Glossary {
	if g, ok := all()[language]; ok {
		return g
	}
	return all()["en"]
}
