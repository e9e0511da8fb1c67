package kit

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"escale/views/theme"
)

// lines are the words of runs, line by line.
func lines(f *inlineFlow) []string {
	out := make([]string, f.line+1)
	for _, r := range f.runs {
		out[r.line] += r.text
	}
	for i := range out {
		out[i] = strings.TrimRight(out[i], " ")
	}
	return out
}

// TestInlineKeepsPunctuation: a sign that stands right after a word in another
// style goes to the next line with it.
func TestInlineKeepsPunctuation(t *testing.T) {
	test.NewTempApp(t)
	plain, bold := theme.Body, theme.Strong
	spans := func() []*inlineSpan {
		return []*inlineSpan{{text: "There is the ", style: plain}, {text: "great daemon", style: bold}, {text: "\u00a0: it waits", style: plain}}
	}
	room := advance("There is the ", plain) + advance("great daemon", bold)
	for name, tc := range map[string]struct {
		width float32
		want  []string
	}{
		"the last word of a run": {room + 1, []string{"There is the great", "daemon\u00a0: it waits"}},
		"room for all":           {room * 3, []string{"There is the great daemon\u00a0: it waits"}},
	} {
		f := &inlineFlow{width: tc.width}
		for _, s := range spans() {
			f.add(s)
		}
		if got := lines(f); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	f := &inlineFlow{width: advance("There is the ", plain) + advance("daemon", bold) + 1}
	for _, s := range []*inlineSpan{{text: "There is the ", style: plain}, {text: "daemon", style: bold}, {text: ", too", style: plain}} {
		f.add(s)
	}
	if got, want := lines(f), []string{"There is the", "daemon, too"}; !slices.Equal(got, want) {
		t.Errorf("a whole run: %q", got)
	}
	f = &inlineFlow{width: advance("There is the ", plain) + advance("daemon", plain) + codeInset + 1}
	for _, s := range []*inlineSpan{{text: "There is the ", style: plain}, {text: "daemon", style: plain, code: true}, {text: ", too", style: plain}} {
		f.add(s)
	}
	if got, want := lines(f), []string{"There is the", "daemon, too"}; !slices.Equal(got, want) || f.runs[1].x != codeInset {
		t.Errorf("code: %q, %+v", got, f.runs)
	}
	f = &inlineFlow{width: advance("daemon", bold) + 1}
	for _, s := range []*inlineSpan{{text: "daemon", style: bold}, {text: ", too", style: plain}} {
		f.add(s)
	}
	if got, want := lines(f), []string{"daemon", ", too"}; !slices.Equal(got, want) {
		t.Errorf("no room for both: %q", got)
	}
}
