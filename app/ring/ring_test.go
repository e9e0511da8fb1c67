package ring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func filled(o Options, texts ...string) *Ring {
	r := New(o)
	for i, text := range texts {
		r.Append(noon.Add(time.Duration(i)*time.Second), strings.HasPrefix(text, "!"), text)
	}
	return r
}

func TestLine(t *testing.T) {
	r := filled(Options{}, "one", "", "!three")
	if l, ok := r.Line(2); !ok || l.Text != "!three" || !l.Stderr || !l.At.Equal(noon.Add(2*time.Second)) || l.Number != 2 {
		t.Errorf("Line(2) = %+v, %v", l, ok)
	}
	if l, ok := r.Line(1); !ok || l.Text != "" || l.Stderr {
		t.Errorf("Line(1) = %+v, %v", l, ok)
	}
	for _, n := range []int{-1, 3} {
		if _, ok := r.Line(n); ok {
			t.Errorf("Line(%d) exists", n)
		}
	}
	if r.Len() != 3 || r.Stderr() != 1 || r.Dropped() != 0 {
		t.Errorf("Len %d, Stderr %d, Dropped %d", r.Len(), r.Stderr(), r.Dropped())
	}
}

func TestBound(t *testing.T) {
	const bound = 3 << 20
	r := New(Options{MaxBytes: bound})
	text := strings.Repeat("x", 91)
	const lines = 100_000
	for i := range lines {
		r.Append(noon, i%10 == 0, text)
		if r.Bytes() > bound {
			t.Fatalf("%d bytes after line %d", r.Bytes(), i)
		}
	}
	first, end := r.Bounds()
	if end != lines || first == 0 || r.Dropped() != first || r.Len() != lines-first {
		t.Errorf("bounds %d to %d, dropped %d, len %d", first, end, r.Dropped(), r.Len())
	}
	if r.Bytes() < bound/2 {
		t.Errorf("only %d bytes kept", r.Bytes())
	}
	if want := r.Len() / 10; r.Stderr() < want-1 || r.Stderr() > want+1 {
		t.Errorf("Stderr = %d, want about %d", r.Stderr(), want)
	}
	if _, ok := r.Line(first - 1); ok {
		t.Error("a dropped line came back")
	}
	if l, ok := r.Line(first); !ok || l.Number != first || l.Text != text {
		t.Errorf("Line(first) = %v, %v", l.Number, ok)
	}
}

func TestHugeLineIsCut(t *testing.T) {
	r := filled(Options{}, strings.Repeat("y", 3<<20), "after")
	if l, _ := r.Line(0); len(l.Text) != chunkBytes-1 {
		t.Errorf("%d bytes kept", len(l.Text))
	}
	if l, _ := r.Line(1); l.Text != "after" {
		t.Errorf("next line is %q", l.Text)
	}
}

func TestFind(t *testing.T) {
	texts := []string{
		"GET /index.html 200", "!PHP Warning: Élan", "get /wp-admin/ 302", "straße ÉLAN K", "",
		"\x1b[32mGE\x1b[0mT /green", "10%\r20%", "end of one g", "et start of next",
	}
	plain := func(s string) string {
		return strings.NewReplacer("\x1b[32m", "", "\x1b[0m", "", "10%\r", "").Replace(s)
	}
	for name, tc := range map[string]struct {
		query Query
		want  []int
	}{
		"any case":                    {Query{Text: "get"}, []int{0, 2, 5}},
		"upper case asked":            {Query{Text: "GET /W"}, []int{2}},
		"accents, any case":           {Query{Text: "élan"}, []int{1, 3}},
		"several scripts":             {Query{Text: "STRAßE é"}, []int{3}},
		"one letter":                  {Query{Text: "k"}, []int{3}},
		"nothing":                     {Query{Text: "absent"}, []int{}},
		"across colours":              {Query{Text: "get /green"}, []int{5}},
		"not in an escape":            {Query{Text: "32m"}, []int{}},
		"not what was overwritten":    {Query{Text: "10%"}, []int{}},
		"what overwrote":              {Query{Text: "20%"}, []int{6}},
		"errors only":                 {Query{Stream: Errors}, []int{1}},
		"output only":                 {Query{Text: "élan", Stream: Output}, []int{3}},
		"everything":                  {Query{}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		"what follows a line end":     {Query{Text: "next\nGET"}, []int{8}},
		"not across two lines":        {Query{Text: "get start"}, []int{}},
		"the last byte of the chunk":  {Query{Text: "next"}, []int{8}},
		"the first byte of the chunk": {Query{Text: "GET /i"}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			f := filled(Options{Plain: plain}, texts...).Find(tc.query)
			if err := f.Advance(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := f.Lines(); !slices.Equal(got, tc.want) {
				t.Errorf("found %v, want %v", got, tc.want)
			}
		})
	}
}

func TestFindGoesOn(t *testing.T) {
	r := New(Options{MaxBytes: 4 << 20})
	f := r.Find(Query{Text: "needle"})
	total := 0
	for round := range 60 {
		for i := range 1000 {
			text := strings.Repeat("hay ", 25)
			if i == 500 {
				text += "NEEDLE"
				total++
			}
			r.Append(noon, false, text)
		}
		if err := f.Advance(t.Context()); err != nil {
			t.Fatal(err)
		}
		first, _ := r.Bounds()
		lines := f.Lines()
		if len(lines) == 0 || lines[0] < first || lines[len(lines)-1] != round*1000+500 {
			t.Fatalf("round %d: %v, first kept %d", round, lines, first)
		}
	}
	if r.Dropped() == 0 || len(f.Lines()) == total {
		t.Error("nothing was dropped: the test proves nothing")
	}
}

func TestFindStops(t *testing.T) {
	r := filled(Options{}, "one")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := r.Find(Query{Text: "one"})
	if err := f.Advance(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if err := f.Advance(t.Context()); err != nil || len(f.Lines()) != 1 {
		t.Errorf("the next try found %v, %v", f.Lines(), err)
	}
}

func TestReadersWhileAppending(t *testing.T) {
	r := New(Options{MaxBytes: 2 << 20})
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			f := r.Find(Query{Text: "line"})
			for {
				select {
				case <-done:
					return
				default:
				}
				first, end := r.Bounds()
				if l, ok := r.Line((first + end) / 2); ok && l.Text != fmt.Sprintf("line %d", l.Number) {
					t.Errorf("line %d is %q", l.Number, l.Text)
				}
				if err := f.Advance(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 100_000 {
		r.Append(noon, false, fmt.Sprintf("line %d", i))
	}
	close(done)
	wg.Wait()
}

func TestAgainstSimpleModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.StringOf(rapid.RuneFrom([]rune("aAbBéÉ K\x1b0")))).Draw(t, "texts")
		query := rapid.StringOfN(rapid.RuneFrom([]rune("aAbéÉK 0")), 1, 4, -1).Draw(t, "query")
		r := filled(Options{}, texts...)
		f := r.Find(Query{Text: query})
		if err := f.Advance(context.Background()); err != nil {
			t.Fatal(err)
		}
		var want []int
		for i, text := range texts {
			if strings.Contains(fold(text), fold(query)) {
				want = append(want, i)
			}
		}
		if got := f.Lines(); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", query, texts, got, want)
		}
	})
}
