package shell

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/glossary"
	"escale/app/settings"
	"escale/engine"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

// TestMarksOpen goes through the screens: each of their notions has a mark that
// opens its two sentences and leads to the glossary.
func TestMarksOpen(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	if _, err := r.fake.CreateVolume(t.Context(), "data", map[string]string{"team": "a"}); err != nil {
		t.Fatal(err)
	}
	r.fake.AddContainerDetail(engine.ContainerDetail{
		Container: engine.Container{
			ID: "c3", Name: "full", Image: "nginx:1.29", State: engine.StateRunning, Ports: []engine.Port{{Container: 80, Protocol: "tcp"}},
			Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "data", Target: "/data"}},
		},
		Env: []engine.EnvVar{{Name: "A", Value: "b"}}, Args: []string{"serve"}, User: "1000", WorkDir: "/srv", Attachments: []engine.Attachment{{Network: "bridge"}},
	})
	r.app.Session.Refresh()
	r.until(t, "the volume is listed", func() bool {
		return len(r.app.Store.Volumes.Get().Rows) == 1 && len(r.app.Store.Containers.Get().Rows) == 3
	})
	for _, screen := range []struct {
		route nav.Route
		terms string
	}{
		{nav.Route{Place: nav.Discover}, "hub"},
		{nav.Route{Place: nav.Containers}, "container"},
		{nav.Route{Place: nav.Container, ID: "c3", Tab: "overview"}, "publish mount network environment-variable container image command restart-policy memory-limit cpu-limit user working-directory"},
		{nav.Route{Place: nav.Container, ID: "c3", Tab: "logs"}, "log"},
		{nav.Route{Place: nav.Images}, "image"},
		{nav.Route{Place: nav.Volumes, ID: "data"}, "volume label shell"},
		{nav.Route{Place: nav.Engine}, "engine daemon endpoint"},
		{nav.Route{Place: nav.Settings}, "hub"},
		{nav.Route{Place: nav.Commands}, "command-log"},
		{nav.Route{Place: nav.Run, ID: "redis:8"}, "tag port volume environment-variable"},
	} {
		terms := strings.Fields(screen.terms)
		visit := func(id string) {
			r.Open(screen.route)
			r.until(t, string(screen.route.Place)+" shows "+id, func() bool { return slices.Contains(viewtest.Labels(r.w), life.WhatLabel(id)) })
		}
		for _, id := range terms {
			visit(id)
			term, known := glossary.In("en").Get(id)
			if !known {
				t.Fatalf("no term %s", id)
			}
			viewtest.Tap(t, r.w, life.WhatLabel(id))
			r.settle()
			shown := strings.Join(viewtest.Texts(r.w), " ")
			for _, sentence := range term.Text {
				if !strings.Contains(shown, strings.Join(strings.Fields(sentence)[:2], " ")) {
					t.Errorf("%s, %s: no %q in %q", screen.route.Place, id, sentence, shown)
				}
			}
			viewtest.Tap(t, r.w, say.L("glossary.read"))
			r.settle()
			if r.route != (nav.Route{Place: nav.Glossary, ID: id}) {
				t.Errorf("%s, %s: Read more leads to %v", screen.route.Place, id, r.route)
			}
			closeAll(r.w)
		}
	}
}

func closeAll(w fyne.Window) {
	for _, o := range w.Canvas().Overlays().List() {
		w.Canvas().Overlays().Remove(o)
	}
}

// TestCommandsFromActivity is how the list of commands is reached.
func TestCommandsFromActivity(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	r.ShowActivity()
	r.settle()
	viewtest.Tap(t, r.w, say.L("tasks.commands"))
	r.settle()
	if r.route.Place != nav.Commands {
		t.Errorf("it opens %v", r.route)
	}
	r.app.CreateVolume("data")
	r.until(t, "the command is listed", func() bool { return viewtest.Shows(r.w, "docker volume create data") })
}
