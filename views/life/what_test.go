package life

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/glossary"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// learner is a host with a lesson on images.
type learner struct{ *lifetest.Host }

func (learner) Lesson(id string) (nav.Route, bool) {
	return nav.Route{Place: "learn", ID: id}, id == "images"
}

// TestWhat opens two sentences with the keyboard, and leads on.
func TestWhat(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		t.Cleanup(func() { say.SetLanguage("en") })
		viewtest.App(t)
		host := lifetest.NewHost()
		title := Titled(host, kit.NewText("Volumes", theme.Strong, theme.Ink).Ellipsis(), "volume")
		host.View = viewtest.Window(t, kit.Inset(40, 40, 40, 40, kit.Col(0, title)), 500, 400)
		term, _ := glossary.In(language).Get("volume")
		host.View.Canvas().Focus(title.Mark)
		viewtest.Key(host.View, fyne.KeySpace)
		viewtest.Settle(host.View)
		viewtest.ShotWindow(t, "what-"+language, host.View)
		shown := strings.Join(strings.Fields(strings.Join(viewtest.Texts(host.View), " ")), " ")
		for _, sentence := range term.Text {
			if !strings.Contains(shown, strings.Fields(sentence)[0]) {
				t.Errorf("no %q in %q", sentence, shown)
			}
		}
		if viewtest.Find(host.View, say.L("glossary.lesson")) != nil {
			t.Error("there is a link to a lesson that there is not")
		}
		viewtest.Key(host.View, fyne.KeyEscape)
		if host.View.Canvas().Overlays().Top() != nil {
			t.Error("Esc does not close it")
		}
		viewtest.Tap(t, host.View, WhatLabel("volume"))
		viewtest.Tap(t, host.View, say.L("glossary.read"))
		if want := (nav.Route{Place: nav.Glossary, ID: "volume"}); len(host.Routes) != 1 || host.Routes[0] != want {
			t.Errorf("it leads to %v", host.Routes)
		}
		if host.View.Canvas().Overlays().Top() != nil {
			t.Error("it stays open over the glossary")
		}
	}
}

// TestWhatStaysWhole keeps the mark in sight where a title is too long.
func TestWhatStaysWhole(t *testing.T) {
	viewtest.App(t)
	host := lifetest.NewHost()
	title := Titled(host, kit.NewText(strings.Repeat("long ", 40), theme.Strong, theme.Ink).Ellipsis(), "volume")
	host.View = viewtest.Window(t, kit.Col(0, title), 200, 100)
	if right := title.Mark.Position().X + title.Mark.Size().Width; right > 200 {
		t.Errorf("the mark ends at %v", right)
	}
}

// TestLessonLink is there when the term has a lesson that the host has.
func TestLessonLink(t *testing.T) {
	viewtest.App(t)
	host := lifetest.NewHost()
	mark := kit.Mark("?", nil)
	host.View = viewtest.Window(t, kit.Inset(40, 40, 40, 40, mark), 500, 400)
	term, _ := glossary.In("en").Get("image")
	for lesson, want := range map[string]bool{"images": true, "none": false} {
		term.Lesson = lesson
		explain(learner{host}, mark, term)
		if got := viewtest.Find(host.View, say.L("glossary.lesson")) != nil; got != want {
			t.Errorf("lesson %s: a link is %v", lesson, got)
		}
		if want {
			viewtest.Tap(t, host.View, say.L("glossary.lesson"))
			if host.Routes[0].ID != "images" {
				t.Errorf("it leads to %v", host.Routes)
			}
		}
		kit.Escape(host.View.Canvas())
	}
}

// TestReadMoreLeavesTheSheet closes what would lie over the glossary, if it may.
func TestReadMoreLeavesTheSheet(t *testing.T) {
	for _, may := range []bool{true, false} {
		viewtest.App(t)
		host := lifetest.NewHost()
		host.View = viewtest.Window(t, kit.Gap(0, 0), 900, 600)
		title := Titled(host, kit.NewText("Volumes", theme.Strong, theme.Ink), "volume")
		sheet := kit.ShowSheet(host.View.Canvas(), kit.Sheet(title, kit.Gap(0, 0), kit.Gap(0, 0)), func() bool { return may })
		viewtest.Settle(host.View)
		viewtest.Tap(t, host.View, WhatLabel("volume"))
		viewtest.Tap(t, host.View, say.L("glossary.read"))
		if sheet.Open() == may || (len(host.Routes) == 1) != may {
			t.Errorf("a sheet that may close (%v) is open: %v, routes %v", may, sheet.Open(), host.Routes)
		}
		sheet.Close()
	}
}
