package life

import (
	"fyne.io/fyne/v2"

	"escale/app/glossary"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

const whatWidth = 340

// What is the mark beside a notion that says what it is, in two sentences, and
// leads to the glossary and to the lesson, if there is one.
func What(h nav.Host, id string) *kit.Press {
	term, _ := glossary.In(say.Language()).Get(id) // a test holds that it is there
	mark := kit.Mark(WhatLabel(id), nil)
	mark.OnTapped = func() { explain(h, mark, term) }
	return mark
}

// WhatLabel is what the mark beside a term is called.
func WhatLabel(id string) string {
	term, _ := glossary.In(say.Language()).Get(id)
	return say.L("glossary.what", "Name", term.Name)
}

// Titled is a title with the mark of the term that it is about.
func Titled(h nav.Host, title *kit.Text, id string) *kit.TitledBox {
	return kit.Titled(title, What(h, id))
}

func explain(h nav.Host, mark fyne.CanvasObject, term glossary.Term) {
	var layer *kit.Layer
	leave := func(r nav.Route) func() {
		return func() {
			layer.Close()
			c := h.Window().Canvas()
			for above := len(c.Overlays().List()); above > 0; above-- { // it would be under a sheet
				if kit.Escape(c); len(c.Overlays().List()) >= above {
					return // a form that wants to stay keeps the user where they are
				}
			}
			h.Open(r)
		}
	}
	more := kit.Link(say.L("glossary.read"), leave(nav.Route{Place: nav.Glossary, ID: term.ID}))
	links := []fyne.CanvasObject{more}
	if route, there := nav.LessonAt(h, term.Lesson); there {
		links = append(links, kit.Link(say.L("glossary.lesson"), leave(route)))
	}
	layer = kit.ShowPopover(mark, kit.Col(theme.Space2,
		kit.NewText(term.Name, theme.Strong, theme.Ink).Ellipsis(),
		kit.NewParagraph(term.Text[0], theme.Body, theme.Ink),
		kit.NewParagraph(term.Text[1], theme.Body, theme.InkMuted),
		kit.Hang(4, kit.Row(theme.Space3, links...))), whatWidth)
	if layer != nil {
		layer.Focus(more)
	}
}
