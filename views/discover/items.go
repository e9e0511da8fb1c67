package discover

import (
	"strings"

	"escale/app/discover"
	"escale/app/recipe"
	"escale/engine"
	"escale/views/life"
	"escale/views/say"
)

// item is one card: a starter, or an answer to a search.
type item struct {
	name     string // of the repository, familiar: "nginx", "team/app"
	title    string
	owner    string // empty for official images
	official bool
	text     string
	initials string
	run      string // the reference that Run runs
	stars    int
	pulls    int64 // -1: unknown
	figures  bool  // stars and pulls are known
	local    bool  // it is on this computer
}

// starters are the recipes of a category; the empty one is for beginners.
func starters(c recipe.Category) []item {
	var items []item
	for _, r := range recipe.All() {
		if r.Category == c || c == "" && r.Beginner {
			items = append(items, item{
				name: r.Image, title: r.Image[strings.LastIndex(r.Image, "/")+1:], owner: owner(r.Image), official: !strings.Contains(r.Image, "/"),
				text: r.Text.In(say.Language()), initials: life.Initials(r.Image), run: r.Ref(), pulls: -1,
			})
		}
	}
	return items
}

// itemsOf are the cards of a search. What a recipe says of an image, in the
// user's language, goes before what its maker wrote.
func itemsOf(r discover.Results) []item {
	items := make([]item, len(r.Hits))
	for i, hit := range r.Hits {
		items[i] = itemOf(hit, r.Source)
	}
	return items
}

func itemOf(hit engine.SearchHit, from discover.Source) item {
	name := discover.RepositoryOf(hit.Name)
	it := item{
		name: name, title: name[strings.LastIndex(name, "/")+1:], owner: owner(name), official: hit.Official,
		text: oneLine(hit.Description), initials: life.Initials(name), run: hit.Name,
		stars: hit.Stars, pulls: hit.Pulls, figures: from != discover.FromHere,
	}
	if from == discover.FromHere {
		it.title, it.local = hit.Name[strings.LastIndex(hit.Name, "/")+1:], true
	}
	if known, ok := recipe.For(name); ok {
		it.text = known.Text.In(say.Language())
		if from != discover.FromHere {
			it.run = known.Ref()
		}
	}
	if it.text == "" {
		it.text = say.L("discover.notext")
	}
	return it
}

// owner is who published a repository; nobody is named for official images.
func owner(name string) string {
	if i := strings.LastIndex(name, "/"); i >= 0 {
		return name[:i]
	}
	return ""
}

// oneLine takes line breaks and runs of spaces out of a text.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
