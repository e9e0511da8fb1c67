package ansi

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var (
	red  = Style{Fore: namedColor(1)}
	bold = Style{Bold: true}
)

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		line string
		want []Span
	}{
		"nothing":                 {"", nil},
		"plain":                   {"hello", []Span{{Text: "hello"}}},
		"colour":                  {"a\x1b[31mb\x1b[0mc", []Span{{Text: "a"}, {"b", red}, {Text: "c"}}},
		"empty reset":             {"\x1b[31mb\x1b[mc", []Span{{"b", red}, {Text: "c"}}},
		"several codes":           {"\x1b[1;31;4mx", []Span{{"x", Style{Fore: namedColor(1), Bold: true, Underline: true}}}},
		"bright":                  {"\x1b[92;103mx", []Span{{"x", Style{Fore: namedColor(10), Back: namedColor(11)}}}},
		"256, named":              {"\x1b[38;5;9mx", []Span{{"x", Style{Fore: namedColor(9)}}}},
		"256, cube":               {"\x1b[38;5;208mx", []Span{{"x", Style{Fore: Color{exact, 255, 135, 0}}}}},
		"256, grey":               {"\x1b[48;5;232mx", []Span{{"x", Style{Back: Color{exact, 8, 8, 8}}}}},
		"256, out of range":       {"\x1b[38;5;999mx", []Span{{Text: "x"}}},
		"true colour":             {"\x1b[38;2;1;2;3;1mx", []Span{{"x", Style{Fore: Color{exact, 1, 2, 3}, Bold: true}}}},
		"true colour, colons":     {"\x1b[38:2::1:2:3;1mx", []Span{{"x", Style{Fore: Color{exact, 1, 2, 3}, Bold: true}}}},
		"true colour, few colons": {"\x1b[38:2:1:2:3mx", []Span{{"x", Style{Fore: Color{exact, 1, 2, 3}}}}},
		"256, colons":             {"\x1b[38:5:9;1mx", []Span{{"x", Style{Fore: namedColor(9), Bold: true}}}},
		"cut colour":              {"\x1b[38;2;1mx", []Span{{Text: "x"}}},
		"underline colour":        {"\x1b[58;5;9;1mx", []Span{{"x", bold}}},
		"wavy underline":          {"\x1b[4:3mx\x1b[4:0my", []Span{{"x", Style{Underline: true}}, {Text: "y"}}},
		"on and off":              {"\x1b[1;2;3;7mx\x1b[22;23;27my", []Span{{"x", Style{Bold: true, Dim: true, Italic: true, Inverse: true}}, {Text: "y"}}},
		"same style joined":       {"a\x1b[31m\x1b[39mb", []Span{{Text: "ab"}}},
		"private SGR":             {"\x1b[>4;2mx\x1b[?1my", []Span{{Text: "xy"}}},
		"cursor and erase":        {"a\x1b[2J\x1b[10;10Hb\x1b[?25l", []Span{{Text: "ab"}}},
		"title":                   {"a\x1b]0;owned\x07b\x1b]2;x\x1b\\c", []Span{{Text: "abc"}}},
		"link":                    {"\x1b]8;;http://evil\x07text\x1b]8;;\x07", []Span{{Text: "text"}}},
		"device control":          {"a\x1bPq#0;2;0~\x1b\\b", []Span{{Text: "ab"}}},
		"title without an end":    {"a\x1b]0;rest of it", []Span{{Text: "a"}}},
		"C0":                      {"a\x00\x07\x08b\x7f", []Span{{Text: "ab"}}},
		"C1 as text":              {"a\u0085\u009bb", []Span{{Text: "ab"}}},
		"bidi":                    {"a\u202eb\u2066c\u200fd", []Span{{Text: "abcd"}}},
		"emoji joined":            {"👩\u200d🚀", []Span{{Text: "👩\u200d🚀"}}},
		"bad UTF-8":               {"a\xff\xc3b", []Span{{Text: "a\ufffd\ufffdb"}}},
		"tabs":                    {"a\tb\t\tc", []Span{{Text: "a       b               c"}}},
		"progress":                {"10%\r20%\r", []Span{{Text: "20%"}}},
		"progress in colours":     {"\x1b[31m10%\r\x1b[0m20%", []Span{{Text: "20%"}}},
		"accents":                 {"déjà vu", []Span{{Text: "déjà vu"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Parse(tc.line), cmp.AllowUnexported(Color{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongLineIsCut(t *testing.T) {
	for name, line := range map[string]string{
		"plain":  strings.Repeat("x", 64<<10),
		"wide":   strings.Repeat("é", 30<<10),
		"tabs":   strings.Repeat("\t", 64<<10),
		"styled": strings.Repeat("\x1b[1mx\x1b[0my", 6<<10),
	} {
		t.Run(name, func(t *testing.T) {
			text := Plain(line)
			if n := utf8.RuneCountInString(text); n != MaxColumns+1 || !strings.HasSuffix(text, "…") {
				t.Errorf("%d columns, ends in %q", n, text[len(text)-4:])
			}
		})
	}
}

func TestColor(t *testing.T) {
	if n, ok := namedColor(12).Named(); n != 12 || !ok {
		t.Errorf("Named = %d, %v", n, ok)
	}
	if r, g, b, ok := indexed(208).RGB(); r != 255 || g != 135 || b != 0 || !ok {
		t.Errorf("RGB = %d %d %d %v", r, g, b, ok)
	}
	if (Color{}).Set() {
		t.Error("no colour is set")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "plain", "\x1b", "\x1b[", "\x1b[31", "\x1b[38;5", "\x1b[38;2;;;m", "\x1b[38:2m", "\x1b]0;x", "\x1bP", "\x9b31m",
		"\x1b[4:m", "\x1b[;;;m", "\x1b[99999999999999999999m", "a\r\x1b[1m\rb", "\u202e\u009b", "\xff\xfe\xfd", "\x1b\x1b[1m\x1b",
		"\x1b[58:2::1:2:3mx", "\x1b[38;5;-1m", "\x1b[1\x00m", "\x1b[\u00e9m", "\t\t\r\t",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		columns := 0
		for i, s := range Parse(line) {
			if s.Text == "" || !utf8.ValidString(s.Text) {
				t.Fatalf("span %d is %q", i, s.Text)
			}
			for _, r := range s.Text {
				if Hidden(r) {
					t.Fatalf("%q holds %U", s.Text, r)
				}
				columns++
			}
		}
		if columns > MaxColumns+1 {
			t.Fatalf("%d columns", columns)
		}
		if again := Plain(Plain(line)); again != Plain(line) {
			t.Fatalf("not stable: %q, %q", Plain(line), again)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	line := "\x1b[32mINFO\x1b[0m  request \x1b[1mGET\x1b[0m /index.html 200 in 3 ms"
	b.ReportAllocs()
	for b.Loop() {
		Parse(line)
	}
}
