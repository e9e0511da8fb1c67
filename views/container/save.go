package container

import (
	"cmp"
	"slices"

	"escale/app/run"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// menu is everything that can be done with the container. Deleting stays last.
func (s *Screen) menu() []kit.MenuItem {
	items := s.controls.Menu(s.current().Container, true)
	save := kit.MenuItem{Icon: theme.IconDownload, Label: say.L("recipe.save"), OnTapped: s.saveRecipe}
	if !s.loaded {
		save.Disabled, save.Reason = true, say.L("container.blocked.engine")
	}
	return slices.Insert(items, len(items)-2, save)
}

// saveRecipe writes what the container was made from as a recipe. What its image
// sets itself is no part of it, so the image is asked first.
func (s *Screen) saveRecipe() {
	d := s.current()
	go func() {
		image, err := s.image(cmp.Or(d.ImageID, d.Image))
		s.host.Post(func() {
			if !s.shown || s.id != d.ID {
				return
			}
			var known *engine.ImageDetail
			if err == nil { // without it, the recipe says more than it need
				known = &image
			}
			spec, left := run.SpecOf(d, known)
			form, more := run.FromSpec(spec, run.Facts{})
			life.SaveRecipe(s.host, form, append(left, more...))
		})
	}()
}
