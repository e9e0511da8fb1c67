package shell

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"escale/app/settings"
	"escale/engine"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

// TestAsked opens what another start handed over, and runs nothing.
func TestAsked(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	before := len(r.app.Store.Containers.Get().Rows)
	r.Asked([]string{"escale://open/images"})
	r.settle()
	if r.route != (nav.Route{Place: nav.Images}) {
		t.Errorf("the link opened %v", r.route)
	}
	r.Asked([]string{"escale://stop/all"})
	r.settle()
	shows := func(words string) bool {
		return slices.ContainsFunc(viewtest.Texts(r.w), func(text string) bool { return strings.Contains(text, words) })
	}
	if !shows("Escale cannot open this") {
		t.Errorf("the window shows %q", viewtest.Texts(r.w))
	}
	r.Asked([]string{"escale://run/redis:7"})
	r.settle()
	if r.sheet == nil {
		t.Error("the link opened no form")
	}
	rows := r.app.Store.Containers.Get().Rows
	if len(rows) != before || slices.ContainsFunc(rows, func(c engine.Container) bool { return strings.HasPrefix(c.Image, "redis") }) {
		t.Error("a link ran something")
	}
}

// TestAskedForRecipes opens files as a double-click does: the form comes filled
// in, says what is risky, and nothing runs.
func TestAskedForRecipes(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	before := len(r.app.Store.Containers.Get().Rows)
	path := filepath.Join(t.TempDir(), "blog.escale-recipe")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open := func() { r.Asked([]string{path}); r.settle() }
	write(`{"format":"escale-recipe","version":1,"image":"quay.io/ada/blog:2","name":"blog","ports":[{"container":80}],"openToNetwork":true,
		"volumes":[{"inside":"/pictures","folder":"Your pictures"}],"environment":[{"name":"MAIL_TOKEN","secret":"ask"}]}`)
	open()
	r.until(t, "the sheet", func() bool { return viewtest.Shows(r.w, say.L("run.given.file", "Name", "blog.escale-recipe")) })
	for _, words := range []string{
		say.L("run.risk.public"), say.L("run.risk.folder.asked", "Path", "/pictures"), say.L("run.risk.registry", "Name", "quay.io"),
		say.L("run.given.folder.for", "Words", "Your pictures"), say.L("run.given.secret"),
	} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("the window does not show %q but %q", words, viewtest.Texts(r.w))
		}
	}
	r.sheet.Close()
	r.settle()
	for text, words := range map[string]string{
		`{"format":"escale-recipe","version":1,"image":"nginx","privileged":true}`: say.L("recipe.bad.forbidden"),
		`{"format":"escale-recipe","version":9}`:                                   say.L("recipe.bad.newer"),
		`{"format":"escale-recipe",`:                                               say.L("recipe.bad.damaged"),
		"hello":                                                                    say.L("recipe.bad.other"),
	} {
		write(text)
		open()
		r.until(t, words, func() bool { return viewtest.Shows(r.w, words) })
		if r.sheet != nil {
			t.Errorf("a form was opened for %s", text)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	open()
	r.until(t, "no file", func() bool { return viewtest.Shows(r.w, say.L("recipe.bad.missing")) })
	if rows := r.app.Store.Containers.Get().Rows; len(rows) != before {
		t.Error("a file ran something")
	}
}

// TestPastedLine opens the form for a docker run line, and says of another line
// what is wrong with it.
func TestPastedLine(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	r.Open(nav.Route{Place: nav.Run, Line: "docker run --privileged redis:7"})
	r.settle()
	if !viewtest.Shows(r.w, say.L("run.left.wall", "Words", "--privileged")) {
		t.Errorf("the window shows %q", viewtest.Texts(r.w))
	}
	r.sheet.Close()
	r.Open(nav.Route{Place: nav.Run, Line: "docker ps"})
	r.settle()
	if r.sheet != nil || !viewtest.Shows(r.w, say.L("paste.norun")) {
		t.Errorf("the window shows %q", viewtest.Texts(r.w))
	}
}
