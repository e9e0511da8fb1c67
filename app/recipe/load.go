package recipe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/distribution/reference"

	"escale/assets"
)

// Languages are those in which every recipe has its words.
func Languages() []string { return []string{"en", "fr"} }

var shipped = sync.OnceValues(func() ([]Recipe, error) { return Load(assets.Recipes, "recipes") })

// All returns the recipes that come with the app, in their order. Nobody
// changes the slice.
func All() []Recipe {
	all, err := shipped()
	if err != nil {
		panic(err) // files inside the program, checked by a test
	}
	return all
}

// Images returns the familiar names of the images that have a recipe.
func Images() []string {
	names := make([]string, 0, len(All()))
	for _, r := range All() {
		names = append(names, r.Image)
	}
	return names
}

// For returns the recipe of the image that ref names, whatever its tag.
func For(ref string) (Recipe, bool) {
	name := Repository(ref)
	for _, r := range All() {
		if r.Image == name {
			return r, true
		}
	}
	return Recipe{}, false
}

// ByID returns one recipe.
func ByID(id string) (Recipe, bool) {
	for _, r := range All() {
		if r.ID == id {
			return r, true
		}
	}
	return Recipe{}, false
}

// Load reads every recipe of a folder and checks them; unknown keys are errors.
func Load(files fs.FS, folder string) ([]Recipe, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list recipes: %w", err)
	}
	var all []Recipe
	for _, name := range names {
		r, err := read(files, name)
		if err != nil {
			return nil, fmt.Errorf("read recipe %s: %w", path.Base(name), err)
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Recipe) int { return a.Order - b.Order })
	return all, checkAll(all)
}

func read(files fs.FS, name string) (Recipe, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return Recipe{}, err
	}
	var r Recipe
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return Recipe{}, err
	}
	if want := r.ID + ".json"; path.Base(name) != want {
		return Recipe{}, fmt.Errorf("its id asks for the file name %s", want)
	}
	return r, r.Check()
}

// checkAll checks what recipes say of each other.
func checkAll(all []Recipe) error {
	ids, images := map[string]bool{}, map[string]bool{}
	for i, r := range all {
		if r.Order != i+1 {
			return fmt.Errorf("recipe %s: order %d, want %d", r.ID, r.Order, i+1)
		}
		if images[r.Image] {
			return fmt.Errorf("recipe %s: second one for %s", r.ID, r.Image)
		}
		ids[r.ID], images[r.Image] = true, true
	}
	for _, r := range all {
		for _, n := range r.Needs {
			for _, id := range n.Any {
				if !ids[id] {
					return fmt.Errorf("recipe %s: needs unknown %s", r.ID, id)
				}
			}
			if err := n.check(r, all); err != nil {
				return err
			}
		}
	}
	return nil
}

// check holds what a need gives and takes to variables that there are: its own
// recipe's, and those of the companions.
func (n Need) check(own Recipe, all []Recipe) error {
	known := func(name string) bool {
		return slices.ContainsFunc(all, func(r Recipe) bool {
			_, has := r.EnvNamed(name)
			return has && slices.Contains(n.Any, r.ID)
		})
	}
	for name := range n.Give {
		if !known(name) {
			return fmt.Errorf("recipe %s: gives unknown %s", own.ID, name)
		}
	}
	for name, value := range n.Take {
		if _, has := own.EnvNamed(name); !has {
			return fmt.Errorf("recipe %s: takes for unknown %s", own.ID, name)
		}
		if i := slices.IndexFunc(variables(value), func(v string) bool { return !known(v) }); i >= 0 {
			return fmt.Errorf("recipe %s: takes unknown %s", own.ID, variables(value)[i])
		}
	}
	return nil
}

// Check says what is wrong with a recipe.
func (r Recipe) Check() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	_, err := reference.ParseNormalizedNamed(r.Image + ":" + r.Tag)
	bad(err != nil, "reference %s:%s: %w", r.Image, r.Tag, err)
	bad(Repository(r.Image) != r.Image, "image %q is not the familiar name", r.Image)
	bad(r.Tag == "", "no tag")
	bad(!slices.Contains(Categories(), r.Category), "unknown category %q", r.Category)
	bad(r.Title == "", "no title")
	bad(r.Glyph == "" || utf8.RuneCountInString(r.Glyph) > 2, "glyph %q is not one or two letters", r.Glyph)
	errs = append(errs, r.Text.check("text"), r.After.check("after"), r.checkParts())
	said := []string{r.After.In("en")}
	for _, words := range r.Connect {
		bad(len(words) == 0, "a command without words")
		said = append(said, words...)
	}
	hint := strings.Join(said, " ")
	for _, name := range variables(hint) {
		_, has := r.EnvNamed(name)
		bad(!has, "hint speaks of unknown %s", name)
	}
	bad(len(r.Ports) == 0 && (strings.Contains(hint, "{url}") || strings.Contains(hint, "{address}")), "hint names a port, and there is none")
	bad(len(r.Ports) > 0 && r.Ports[0].Open != OpenHTTP && strings.Contains(hint, "{url}"), "hint names a web page that is not the first port")
	return errors.Join(errs...)
}

func (r Recipe) checkParts() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for _, p := range r.Ports {
		bad(p.Container == 0, "port 0")
		bad(p.Open != OpenHTTP && p.Open != OpenTCP, "port %d: open %q", p.Container, p.Open)
		bad(!slices.Contains([]string{"", "udp"}, p.Protocol), "port %d: protocol %q", p.Container, p.Protocol)
		errs = append(errs, p.Label.check("port label"))
	}
	for _, e := range r.Env {
		bad(e.Name == "" || strings.ContainsAny(e.Name, "= \t\n"), "variable %q", e.Name)
		bad(e.Generate && (!e.Secret || e.Default != ""), "variable %s: a generated value is secret and has no default", e.Name)
		bad(e.Required && !e.Generate && e.Default == "", "variable %s: required, and nothing fills it in", e.Name)
		_, has := r.EnvNamed(e.With)
		bad(e.With != "" && !has, "variable %s: goes with unknown %s", e.Name, e.With)
		errs = append(errs, e.Help.check("variable "+e.Name))
	}
	for _, v := range r.Volumes {
		bad(!path.IsAbs(v.Target) || path.Clean(v.Target) != v.Target, "path %q", v.Target)
		errs = append(errs, v.Help.check("path "+v.Target))
	}
	for _, n := range r.Needs {
		bad(len(n.Any) == 0, "a need that nothing meets")
		errs = append(errs, n.Text.check("need"))
	}
	return errors.Join(errs...)
}

// check asks for words in every language, and the same placeholders in each.
func (w Words) check(what string) error {
	for _, language := range Languages() {
		text := w[language]
		if strings.TrimSpace(text) == "" {
			return fmt.Errorf("%s: no words in %q", what, language)
		}
		for _, p := range []string{"{name}", "{address}", "{url}"} {
			if strings.Count(text, p) != strings.Count(w["en"], p) {
				return fmt.Errorf("%s: %s is not the same in %q", what, p, language)
			}
		}
		if !slices.Equal(variables(text), variables(w["en"])) {
			return fmt.Errorf("%s: not the same variables in %q", what, language)
		}
	}
	if len(w) != len(Languages()) {
		return fmt.Errorf("%s: words in a language nobody can choose", what)
	}
	return nil
}
