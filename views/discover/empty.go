package discover

import (
	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/discover"
	"escale/app/recipe"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// waiting is shown while the first answers are under way.
func (v *Screen) waiting(r discover.Results) fyne.CanvasObject {
	line := kit.Row(theme.Space2, kit.NewIcon(theme.IconSpinner, 16, theme.InkFaint),
		kit.NewText(say.L("discover.searching", "Query", r.Query), theme.Body, theme.InkMuted))
	return kit.Col(0, kit.Gap(0, theme.Space7), centre(line))
}

// empty says that nothing was found, or that nobody could be asked, and what
// to do now.
func (v *Screen) empty(r discover.Results) fyne.CanvasObject {
	switch v.shown.mode { //nolint:exhaustive // the other modes are not empty
	case modeFailed:
		return v.emptyState(theme.IconWarning, why(r.Err), say.L("discover.failed.text"),
			kit.LargeButton(kit.Primary, theme.IconRefresh, say.L("action.retry"), v.catalogue.Retry), r.Query)
	case modeFiltered:
		return v.emptyState(theme.IconOfficial, say.L("discover.filtered.title"), say.L("discover.filtered.text", "Query", r.Query),
			kit.LargeButton(kit.Primary, "", say.L("discover.filtered.all"), func() { v.catalogue.SetOfficial(false) }), r.Query)
	}
	title := say.L("discover.nothing.title", "Query", r.Query)
	if len(r.Suggestions) == 0 {
		return v.emptyState(theme.IconSearch, title, say.L("discover.nothing.text"),
			kit.LargeButton(kit.Primary, "", say.L("discover.nothing.browse"), func() { v.browse(recipe.Category("")) }), r.Query)
	}
	near := r.Suggestions[0]
	return v.emptyState(theme.IconSearch, title, say.L("discover.nothing.near"),
		kit.LargeButton(kit.Primary, theme.IconSearch, say.L("discover.nothing.search", "Query", near), func() { v.searchFor(near) }), near)
}

// emptyState is one button and one command.
func (v *Screen) emptyState(icon theme.IconName, title, text string, button fyne.CanvasObject, query string) fyne.CanvasObject {
	return kit.EmptyState(icon, title, text, centre(button),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.For(v.store.Connection.Get().Endpoint).Search(query)))
}
