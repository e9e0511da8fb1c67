package discover

import (
	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/discover"
	"escale/app/recipe"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

const searchWidth = 340

func (v *Screen) searchField() *kit.SearchBox {
	before := 0
	box := kit.SearchField(say.L("discover.search"), say.L("action.clear"), searchWidth, func(query string) {
		pasted := len(query) > before+1 // at once, and not key by key
		if before = len(query); pasted && v.isLine(query) {
			before = 0
			return
		}
		if query == "" {
			v.searchNow() // back to the starters without a pause
			return
		}
		v.typed()
	})
	box.Input.OnSubmitted = func(query string) {
		if v.isLine(query) {
			return
		}
		v.searchNow()
		v.focusCard(0)
	}
	return box
}

// isLine offers the run form for a docker run line in the search: many have one,
// and this is the field they see first.
func (v *Screen) isLine(query string) bool {
	if !command.IsRun(query) {
		return false
	}
	v.search.SetQuery("")
	v.searchNow()
	life.PasteLine(v.host, query)
	return true
}

func (v *Screen) toolbar() fyne.CanvasObject {
	var other *kit.Press
	other = kit.Button(kit.Secondary, theme.IconFile, say.L("recipe.other"), func() { kit.ShowMenu(other, life.OtherSources(v.host)...) })
	return kit.Toolbar(say.L("discover.title"), say.L("discover.subtitle"), v.search, other).Whole().WithMark(life.What(v.host, "hub"))
}

// drawChips shows the categories, and the filter while there is a search.
func (v *Screen) drawChips(r discover.Results) {
	searching := r.Phase != discover.Idle
	var chips []fyne.CanvasObject
	if searching {
		chips = append(chips, kit.Chip(say.L("discover.official"), -1, r.Official, func() {
			v.catalogue.SetOfficial(!v.catalogue.Results.Get().Official)
		}))
	}
	chips = append(chips, v.categoryChip("", searching))
	for _, c := range recipe.Categories() {
		chips = append(chips, v.categoryChip(c, searching))
	}
	kit.SetChildren(v.chips, chips...)
}

func (v *Screen) categoryChip(c recipe.Category, searching bool) fyne.CanvasObject {
	return kit.Chip(categoryName(c), -1, !searching && v.category == c, func() { v.browse(c) })
}

// categoryName is what a category is called; the empty one is for beginners.
func categoryName(c recipe.Category) string {
	switch c {
	case recipe.Web:
		return say.L("discover.category.web")
	case recipe.Database:
		return say.L("discover.category.database")
	case recipe.Language:
		return say.L("discover.category.language")
	case recipe.System:
		return say.L("discover.category.system")
	case recipe.Tool:
		return say.L("discover.category.tool")
	}
	return say.L("discover.category.beginner")
}

// categoryTitle heads the starters of a category.
func categoryTitle(c recipe.Category) string {
	if c == "" {
		return say.L("discover.beginner.title")
	}
	return categoryName(c)
}
