package runsheet

import (
	"context"
	"slices"
	"strings"

	"escale/app/discover"
	"escale/app/recipe"
	"escale/views/kit"
	"escale/views/say"
)

// tagList is what is known of an image's versions.
type tagList struct {
	hub    []discover.Tag
	failed bool // the Hub did not say
}

// loadTags asks the Hub for the image's versions.
func (s *Sheet) loadTags() {
	name := s.form.Image
	if s.app.Discover == nil || s.form.Tag == "" || !discover.OnHub(name) {
		return
	}
	s.spawn(func(ctx context.Context) {
		page, err := s.app.Discover.Tags(ctx, name, 1)
		s.later(func() {
			s.tags = tagList{hub: page.Tags, failed: err != nil}
			if err == nil && !page.More && s.mode == filling && !s.here(s.form.Ref()) {
				s.form.KnowTags(s.tags.names())
			}
			if s.mode == filling {
				s.f.build()
			}
		})
	})
}

func (l tagList) names() []string {
	names := make([]string, len(l.hub))
	for i, t := range l.hub {
		names[i] = t.Name
	}
	return names
}

// size is how much of a version has to be downloaded; 0 is unknown.
func (l tagList) size(tag string) int64 {
	for _, t := range l.hub {
		if t.Name == tag {
			return t.SizeBytes
		}
	}
	return 0
}

// localTags are the versions that are on the engine.
func (s *Sheet) localTags() []string {
	var tags []string
	for _, i := range s.app.Store.Images.Get().Rows {
		for _, ref := range i.Tags {
			if recipe.Repository(ref) == s.form.Image {
				tags = append(tags, ref[strings.LastIndexByte(ref, ':')+1:])
			}
		}
	}
	slices.Sort(tags)
	return tags
}

// chooseTag offers the versions: those on the engine, the recipe's, the Hub's.
func (v *formView) chooseTag() {
	s := v.s
	var items []kit.MenuItem
	seen := map[string]bool{}
	add := func(tag, note string) {
		if tag != "" && !seen[tag] {
			seen[tag] = true
			items = append(items, kit.MenuItem{
				Label: tag, Shortcut: note, Checked: tag == s.form.Tag,
				OnTapped: func() { v.tagTyped(tag); v.build() },
			})
		}
	}
	for _, tag := range s.localTags() {
		add(tag, say.L("run.tag.here"))
	}
	add(s.form.Tag, sizeNote(s.tags.size(s.form.Tag)))
	if s.form.HasRecipe {
		add(s.form.Recipe.Tag, sizeNote(s.tags.size(s.form.Recipe.Tag)))
	}
	for _, t := range s.tags.hub {
		add(t.Name, sizeNote(t.SizeBytes))
	}
	if len(items) > 0 {
		kit.ShowMenu(v.tag, items...)
	}
}

func sizeNote(bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	return say.Bytes(bytes)
}

// tagTyped takes a version.
func (v *formView) tagTyped(tag string) {
	v.s.form.SetTag(tag)
	v.draw()
	v.s.readImage()
}
