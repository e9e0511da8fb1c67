package discover

import (
	"testing"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

const line = "docker run -d -p 8080:80 \\  --name web nginx:1.29"

// TestPastedLine: a docker run line in the search is no search. It is read, and
// fills the form in when the user says so.
func TestPastedLine(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent(line)
	r.search.Input.Focusable().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if !viewtest.Shows(r.w, say.L("paste.good", "Image", "nginx:1.29")) {
		t.Fatalf("the window shows %q", viewtest.Texts(r.w))
	}
	if r.search.Query() != "" {
		t.Errorf("the search still holds %q", r.search.Query())
	}
	viewtest.Tap(t, r.w, say.L("action.cancel"))
	if len(r.host.Routes) > 0 {
		t.Errorf("opened %v although the user thought better of it", r.host.Routes)
	}
	viewtest.Tap(t, r.w, say.L("recipe.other"))
	viewtest.Tap(t, r.w, say.L("paste.open"))
	for text, words := range map[string]string{
		"docker pull nginx": say.L("paste.norun"), "docker run -d": say.L("paste.noimage"), "docker run 'nginx": say.L("paste.quote"),
	} {
		viewtest.Type(t, r.w, say.L("paste.line"), text)
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%s: the window shows %q", text, viewtest.Texts(r.w))
		}
	}
	if fill, ok := viewtest.Find(r.w, say.L("paste.fill")).(*kit.Press); !ok || fill.Enabled() {
		t.Error("the form can be filled in with half a line")
	}
	viewtest.Type(t, r.w, say.L("paste.line"), line)
	viewtest.Tap(t, r.w, say.L("paste.fill"))
	if want := (nav.Route{Place: nav.Run, Line: line}); len(r.host.Routes) != 1 || r.host.Routes[0] != want {
		t.Errorf("opened %v", r.host.Routes)
	}
}

// TestTypedSearch: what is typed key by key is searched for, whatever it is,
// until Enter.
func TestTypedSearch(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	for i := range "docker run x" {
		viewtest.Type(t, r.w, say.L("discover.search"), "docker run x"[:i+1])
	}
	if viewtest.Shows(r.w, say.L("paste.title")) {
		t.Error("typing opens a dialog")
	}
	r.search.Input.OnSubmitted(r.search.Query())
	if !viewtest.Shows(r.w, say.L("paste.title")) {
		t.Error("Enter does not")
	}
}
