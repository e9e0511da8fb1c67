package discover

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

func (v *Details) head() fyne.CanvasObject {
	about := v.about.value
	title := v.name[strings.LastIndex(v.name, "/")+1:]
	v.portrait = newPortrait(v.name, life.Initials(v.name), 56)
	marks := []fyne.CanvasObject{}
	switch who := owner(v.name); {
	case about.Official || who == "" && !v.about.done:
		marks = append(marks, kit.Tag(theme.IconOfficial, say.L("discover.official"), theme.Accent, theme.AccentSoft), life.What(v.host, "official-image"))
	case who != "":
		marks = append(marks, kit.NewText(say.L("discover.by", "Owner", who), theme.Small, theme.InkMuted))
	}
	if v.about.done && v.about.err == nil {
		stars, pulls := newFigure(theme.IconStar), newFigure(theme.IconDownload)
		stars.set(int64(about.Stars))
		pulls.set(about.Pulls)
		marks = append(marks, stars.box, pulls.box)
	}
	actions := []fyne.CanvasObject{}
	if about.URL != "" {
		actions = append(actions, kit.LinkOut(say.L("discover.page.hub"), func() { v.host.Browse(about.URL) }))
	}
	ref := v.runRef()
	actions = append(actions, kit.Button(kit.Primary, theme.IconPlay, say.L("action.run"), func() { v.host.Open(nav.Route{Place: nav.Run, ID: ref}) }))
	top := kit.Row(theme.Space4, v.portrait.box,
		kit.Grow(kit.Col(4, life.Titled(v.host, kit.NewText(title, theme.Title, theme.Ink).Ellipsis(), "repository"), kit.Flow(theme.Space3, marks...))),
		kit.Row(theme.Space2, actions...))
	parts := []fyne.CanvasObject{kit.BackLink(say.L("discover.title"), v.host.Back), top}
	if line := life.QuotaLine(v.quota.value); line != "" && v.quotaMatters() {
		parts = append(parts, kit.Hint(kit.Caution, line, nil))
	}
	return kit.Col(theme.Space3, append(parts, v.tabs())...)
}

// quotaMatters tells whether what is left of the downloads belongs below the
// Run button: there is little, or Docker Hub asks for a pause.
func (v *Details) quotaMatters() bool {
	return v.quota.value.Low() || errors.Is(v.about.err, engine.ErrRateLimited) || errors.Is(v.tagsErr, engine.ErrRateLimited)
}
