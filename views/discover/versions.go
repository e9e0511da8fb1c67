package discover

import (
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/discover"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// fit tells whether a version can run on the engine's processor.
type fit int

const (
	fitUnknown fit = iota
	fitGood
	fitBad
)

// fitOf compares a version's builds with the engine's system and processor.
func fitOf(tag discover.Tag, system, arch string) fit {
	if arch == "" || len(tag.Platforms) == 0 {
		return fitUnknown
	}
	for _, p := range tag.Platforms {
		if p.Architecture == arch && (system == "" || p.OS == "" || p.OS == system) {
			return fitGood
		}
	}
	return fitBad
}

// archNames are a version's processors, each once, the engine's first; others
// are counted beyond three.
func archNames(tag discover.Tag, arch string) string {
	var names []string
	for _, p := range tag.Platforms {
		if p.Architecture != "" && p.Architecture != "unknown" && !slices.Contains(names, p.Architecture) {
			names = append(names, p.Architecture)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch arch {
		case a:
			return -1
		case b:
			return 1
		}
		return 0
	})
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " +" + say.Count(int64(len(names)-most))
}

// sizeOf is a version's download for the engine's processor.
func sizeOf(tag discover.Tag, arch string) int64 {
	for _, p := range tag.Platforms {
		if p.Architecture == arch && p.SizeBytes > 0 {
			return p.SizeBytes
		}
	}
	return tag.SizeBytes
}

// hereTags are the references on the engine.
func hereTags(images []engine.Image) map[string]bool {
	here := map[string]bool{}
	for _, image := range images {
		for _, tag := range image.Tags {
			here[tag] = true
		}
	}
	return here
}

// versions lists the tags.
func (v *Details) versions() fyne.CanvasObject {
	var parts []fyne.CanvasObject
	if line := life.QuotaLine(v.quota.value); line != "" && !v.quotaMatters() {
		parts = append(parts, kit.Hint(kit.Note, line, nil))
	}
	if rows := v.tagRows(); len(rows) > 0 {
		parts = append(parts, kit.CardInset(0, kit.Col(0, rows...)))
	}
	switch {
	case v.tagsBusy:
		parts = append(parts, v.loading())
	case errors.Is(v.tagsErr, engine.ErrNotFound), errors.Is(v.about.err, discover.ErrNoHub) && len(v.tags) == 0:
		parts = append(parts, kit.NewParagraph(say.L("discover.versions.unknown"), theme.Body, theme.InkMuted))
	case v.tagsErr != nil:
		retry := v.load
		if v.tagPage > 0 {
			retry = v.moreVersions
		}
		parts = append(parts, kit.Callout(kit.Problem, why(v.tagsErr), say.L("discover.versions.failed"),
			kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), retry)))
	case v.moreTags:
		parts = append(parts, centre(kit.Button(kit.Secondary, "", say.L("discover.versions.more"), v.moreVersions)))
	}
	return kit.Col(theme.Space3, parts...)
}

// tagRows are the versions; those that are here and nowhere else come first.
func (v *Details) tagRows() []fyne.CanvasObject {
	version := v.store.Connection.Get().Version
	here := hereTags(v.store.Images.Get().Rows)
	tags := append(v.onlyHere(here), v.tags...)
	var rows []fyne.CanvasObject
	for i, tag := range tags {
		if i > 0 {
			rows = append(rows, kit.DividerInset(theme.Space4))
		}
		rows = append(rows, v.tagRow(tag, here[v.name+":"+tag.Name], version.OS, version.Arch))
	}
	return rows
}

// onlyHere are tags on this computer that the list does not have (yet).
func (v *Details) onlyHere(here map[string]bool) []discover.Tag {
	var tags []discover.Tag
	for ref := range here {
		name, found := strings.CutPrefix(ref, v.name+":")
		if found && !slices.ContainsFunc(v.tags, func(t discover.Tag) bool { return t.Name == name }) {
			tags = append(tags, discover.Tag{Name: name})
		}
	}
	slices.SortFunc(tags, func(a, b discover.Tag) int { return strings.Compare(b.Name, a.Name) })
	return tags
}

func (v *Details) tagRow(tag discover.Tag, here bool, system, arch string) fyne.CanvasObject {
	ref := v.name + ":" + tag.Name
	name := []fyne.CanvasObject{kit.NewText(tag.Name, theme.Strong, theme.Ink).Ellipsis()}
	fits := fitOf(tag, system, arch)
	switch {
	case here:
		name = append(name, kit.Start(kit.Tag(theme.IconCheck, say.L("discover.here"), theme.Running, theme.RunningSoft)))
	case fits == fitBad:
		name = append(name, kit.Start(kit.Tag(theme.IconWarning, say.L("discover.versions.misfit", "Arch", arch), theme.Busy, theme.BusySoft)))
	default:
		name = append(name, kit.NewText(archNames(tag, arch), theme.Small, theme.InkFaint).Ellipsis())
	}
	run := kit.SmallButton(kit.Secondary, theme.IconPlay, say.L("action.run"), func() { v.host.Open(nav.Route{Place: nav.Run, ID: ref}) })
	if fits == fitBad && !here {
		run.SetDisabled(say.L("discover.versions.misfit", "Arch", arch))
	}
	size, date := "", ""
	if n := sizeOf(tag, arch); n > 0 {
		size = say.Bytes(n)
	}
	if !tag.Updated.IsZero() {
		date = say.Ago(tag.Updated, time.Now())
	}
	row := kit.Row(theme.Space3,
		kit.Grow(kit.Col(3, name...)),
		kit.Fixed(90, 0, kit.NewText(size, theme.Small, theme.InkMuted).AlignTrailing()),
		kit.DropBelow(520, kit.Fixed(120, 0, kit.NewText(date, theme.Small, theme.InkFaint).AlignTrailing())),
		run)
	return kit.Fixed(0, theme.RowHeight, kit.Inset(0, theme.Space4, 0, theme.Space4, row))
}
