package kit_test

import (
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/viewtest"
)

func TestMarkdown(t *testing.T) {
	viewtest.App(t)
	var opened []string
	w := viewtest.Window(t, kit.Col(0, kit.Markdown(sampleMarkdown+"\n\nEnd &amp; &#x202e;over \\*not\\*", func(url string) { opened = append(opened, url) })), 700, 900)
	for _, words := range []string{"Quick reference", "the nginx maintainers", "docker run --name some-nginx", "A quote", "alpine", "End & over *not*", "logo"} {
		if !viewtest.Shows(w, words) {
			t.Errorf("%q is not shown", words)
		}
	}
	for _, words := range []string{"<b>", "javascript", "\u202e", "x.png"} {
		if viewtest.Shows(w, words) {
			t.Errorf("%q is shown", words)
		}
	}
	viewtest.Tap(t, w, "the docs")
	if len(opened) != 1 || opened[0] != "https://example.org/docs" {
		t.Errorf("opened %v", opened)
	}
	if viewtest.Find(w, "bad one") != nil {
		t.Error("an address that is not of the web can be opened")
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add(sampleMarkdown)
	f.Add(strings.Repeat("> ", 500) + "deep")
	f.Add(strings.Repeat("- a\n  ", 300))
	f.Add("[x](https://u:p@h/) <http://a.b> | a |\n|---|\n| b |")
	f.Add("a\u202eb\x00\x1b[31m `` ` `` \xff")
	viewtest.App(f)
	f.Fuzz(func(t *testing.T, source string) {
		content := kit.Markdown(source, func(string) {})
		content.Resize(fyne.NewSize(300, 300))
		content.MinSize()
		kit.Walk(content, func(o fyne.CanvasObject) bool {
			if text, ok := o.(interface{ Text() string }); ok {
				for _, r := range text.Text() {
					if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' && r != '\t' {
						t.Errorf("%q is shown", r)
					}
				}
			}
			return true
		})
	})
}
