package shell

import (
	"slices"
	"strings"
	"testing"

	"escale/app/settings"
	"escale/engine"
	"escale/views/nav"
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
	r.Asked([]string{"/tmp/blog.escale-recipe"})
	r.settle()
	if !shows("blog.escale-recipe") {
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
