package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSharesHeader(t *testing.T) {
	long := "/home/" + strings.Repeat("a", MostPath)
	many := make([]Share, MostShares+1)
	for i := range many {
		many[i] = Share{Tag: fmt.Sprint("s", i), Path: fmt.Sprint("/home/u/", i)}
	}
	for name, tc := range map[string]struct {
		header Header
		good   bool
	}{
		"none":            {Header{Do: Shares}, true},
		"one":             {Header{Do: Shares, Shares: []Share{{Tag: "s0", Path: "/home/é, b", ReadOnly: true}}}, true},
		"the most":        {Header{Do: Shares, Shares: many[:MostShares]}, true},
		"more":            {Header{Do: Shares, Shares: many}, false},
		"no tag":          {Header{Do: Shares, Shares: []Share{{Path: "/home/u"}}}, false},
		"a tag's options": {Header{Do: Shares, Shares: []Share{{Tag: "s0,x", Path: "/home/u"}}}, false},
		"relative":        {Header{Do: Shares, Shares: []Share{{Tag: "s0", Path: "home/u"}}}, false},
		"climbing":        {Header{Do: Shares, Shares: []Share{{Tag: "s0", Path: "/home/u/../../etc"}}}, false},
		"the root":        {Header{Do: Shares, Shares: []Share{{Tag: "s0", Path: "/"}}}, false},
		"a line break":    {Header{Do: Shares, Shares: []Share{{Tag: "s0", Path: "/home/a\nb"}}}, false},
		"too long":        {Header{Do: Shares, Shares: []Share{{Tag: "s0", Path: long}}}, false},
		"touched":         {Header{Do: Touched, Paths: []string{"/home/u/a"}}, true},
		"touched outside": {Header{Do: Touched, Paths: []string{"/home/u/../.."}}, false},
		"much touched":    {Header{Do: Touched, Paths: slices.Repeat([]string{"/a"}, MostTouched+1)}, false},
	} {
		line, err := json.Marshal(tc.header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseHeader(line); (err == nil) != tc.good || err != nil && !errors.Is(err, ErrHeader) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFitTouched: what it gives at once is always one header, however JSON
// writes it, and nothing that can be said is lost.
func TestFitTouched(t *testing.T) {
	var paths []string
	for i := range 300 {
		paths = append(paths, fmt.Sprintf("/%03d", i)+strings.Repeat("\u2028", i%160))
	}
	said := 0
	for rest := slices.Insert(slices.Clone(paths), 7, "not/absolute", "/a\x00b"); len(rest) > 0; {
		var now []string
		now, rest = FitTouched(rest)
		line, err := json.Marshal(Header{Do: Touched, Paths: now})
		if err != nil {
			t.Fatal(err)
		}
		h, err := ParseHeader(line)
		if err != nil || len(now) == 0 {
			t.Fatalf("%d paths in %d bytes: %v", len(now), len(line), err)
		}
		for _, p := range h.Paths {
			if p != paths[said] {
				t.Fatalf("path %d is %q", said, p)
			}
			said++
		}
	}
	if said != len(paths) {
		t.Errorf("%d of %d paths were said", said, len(paths))
	}
}

func TestSharesParam(t *testing.T) {
	for line, want := range map[string]int{
		"quiet": 0, "escale.shares=3": 3, "escale.shares=17": 0, "escale.shares=-1": 0, "escale.shares=x": 0,
		(Params{Shares: MostShares}).String(): MostShares,
	} {
		if p, _ := ParseParams(line); p.Shares != want {
			t.Errorf("%q: %d", line, p.Shares)
		}
	}
}
