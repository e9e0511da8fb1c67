// Package recipe knows the starters: images with what it takes to run them well.
package recipe

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/distribution/reference"
)

// Words is a text in each language, by its code: "en", "fr".
type Words map[string]string

// In returns the text in a language, in English when it has none.
func (w Words) In(language string) string {
	if text, ok := w[language]; ok {
		return text
	}
	return w["en"]
}

// Category groups recipes.
type Category string

// The categories, in the order in which they are shown.
const (
	Web      Category = "web"
	Database Category = "database"
	Language Category = "language"
	System   Category = "system"
	Tool     Category = "tool"
)

// Categories returns all categories in the order in which they are shown.
func Categories() []Category { return []Category{Web, Database, Language, System, Tool} }

// Open says what a user does with a port.
type Open string

// The ways to use a port.
const (
	OpenHTTP Open = "http" // in a browser
	OpenTCP  Open = "tcp"  // with a program of its own
)

// Recipe says how to run one image.
type Recipe struct {
	ID       string   `json:"id"`
	Order    int      `json:"order"` // among all recipes, from 1
	Image    string   `json:"image"` // familiar name, without a tag
	Tag      string   `json:"tag"`
	Category Category `json:"category"`
	Beginner bool     `json:"beginner"` // a good first container
	Title    string   `json:"title"`
	Glyph    string   `json:"glyph"` // one or two letters
	Text     Words    `json:"text"`  // what it is

	Ports    []Port   `json:"ports"`
	Env      []Env    `json:"env"`
	Volumes  []Volume `json:"volumes"`
	Command  []string `json:"command"`
	TTY      bool     `json:"tty"`      // a shell or a prompt: without a terminal it ends at once
	Once     bool     `json:"once"`     // it does its work and ends, as it should
	Hostname string   `json:"hostname"` // fixed where the data depends on it
	Needs    []Need   `json:"needs"`
	MemoryMB int      `json:"memoryMB"` // about what it takes, in MB; 0 is unknown

	After   Words      `json:"after"`   // what to do once it runs; see Place and Speak
	Connect [][]string `json:"connect"` // words of the commands to try it with; see Place and Spell
}

// Port is a port worth publishing.
type Port struct {
	Container uint16 `json:"container"`
	Protocol  string `json:"protocol"` // empty is tcp
	Open      Open   `json:"open"`
	Label     Words  `json:"label"`
}

// Env is an environment variable that the image reads.
type Env struct {
	Name     string `json:"name"`
	Required bool   `json:"required"` // it does not start without
	Secret   bool   `json:"secret"`
	Generate bool   `json:"generate"` // fill in a new password
	Default  string `json:"default"`
	With     string `json:"with"` // a variable that is given with this one, or neither is
	Help     Words  `json:"help"`
}

// Volume is a path whose files should outlive the container.
type Volume struct {
	Target string `json:"target"`
	// From and Until bound the major versions that use this path; 0 is no bound.
	From  int   `json:"from"`
	Until int   `json:"until"`
	Help  Words `json:"help"`
}

// Need is something that has to run beside it.
type Need struct {
	Any  []string `json:"any"` // IDs of recipes, one of which serves
	Text Words    `json:"text"`
	// Give are variables that such a companion should be made with, and Take
	// those that it tells: "{name}" is its name, "{MYSQL_DATABASE}" the value of
	// its variable, nothing when it has none.
	Give map[string]string `json:"give"`
	Take map[string]string `json:"take"`
}

// Ref is the reference that is run when the user chooses no tag.
func (r Recipe) Ref() string { return r.Image + ":" + r.Tag }

// VolumesOf returns the volumes of the version that tag names. A tag without a
// number is taken for the newest version.
func (r Recipe) VolumesOf(tag string) []Volume {
	major := majorOf(tag)
	var volumes []Volume
	for _, v := range r.Volumes {
		if major >= v.From && (v.Until == 0 || major <= v.Until) {
			volumes = append(volumes, v)
		}
	}
	return volumes
}

func majorOf(tag string) int {
	end := 0
	for end < len(tag) && '0' <= tag[end] && tag[end] <= '9' {
		end++
	}
	major, err := strconv.Atoi(tag[:end])
	if err != nil {
		return 1<<31 - 1
	}
	return major
}

// EnvNamed returns the recipe's variable of a name.
func (r Recipe) EnvNamed(name string) (Env, bool) {
	for _, e := range r.Env {
		if e.Name == name {
			return e, true
		}
	}
	return Env{}, false
}

// Place fills in what is known once the container runs: "{name}" is its name,
// "{address}" host:port of its first port, "{url}" that as a web address.
func Place(text, name, host string, port uint16) string {
	address := host
	if port != 0 {
		address += ":" + strconv.Itoa(int(port))
	}
	url := "http://" + address
	if port == 80 {
		url = "http://" + host
	}
	return strings.NewReplacer("{name}", name, "{address}", address, "{url}", url).Replace(text)
}

// variable is a placeholder for the value of an environment variable.
var variable = regexp.MustCompile(`\{([A-Z][A-Z0-9_]*)\}`)

// variables are the names of the variables that a text speaks of.
func variables(text string) (names []string) {
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// Values puts the values of variables in for their names: nothing for those
// without one.
func Values(text string, value func(name string) string) string {
	return variable.ReplaceAllStringFunc(text, func(m string) string { return value(m[1 : len(m)-1]) })
}

// Speak is Values for prose: a sentence about a variable without a value is
// left out.
func Speak(text string, value func(name string) string) string {
	var said []string
	for _, sentence := range strings.SplitAfter(text, ". ") {
		if !slices.ContainsFunc(variables(sentence), func(name string) bool { return value(name) == "" }) {
			said = append(said, Values(sentence, value))
		}
	}
	return strings.TrimSpace(strings.Join(said, ""))
}

// Spell is Values for the words of a command: a word that is nothing but a
// variable without a value is left out, together with the option before it.
func Spell(words []string, value func(name string) string) (spelt []string) {
	for _, w := range words {
		text := Values(w, value)
		if text != "" || w == "" {
			spelt = append(spelt, text)
			continue
		}
		if n := len(spelt); n > 0 && strings.HasPrefix(spelt[n-1], "-") {
			spelt = spelt[:n-1]
		}
	}
	return spelt
}

// Repository returns the familiar name of the repository that ref names,
// without tag and digest: "nginx" for "docker.io/library/nginx:1.29". Empty
// when ref is not a reference.
func Repository(ref string) string {
	named, err := reference.ParseNormalizedNamed(strings.TrimSpace(ref))
	if err != nil {
		return ""
	}
	return reference.FamiliarName(named)
}
