package run

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/distribution/reference"

	"escale/app/recipe"
	"escale/engine"
)

// Facts are what is taken on the engine.
type Facts struct {
	Names    map[string]bool // of containers
	Volumes  map[string]bool // true for one that a container uses
	Networks []string
	Ports    map[uint16]bool // published ones
	CPUs     int             // 0 is unknown
}

// FactsOf reads the facts from what the app knows.
func FactsOf(containers []engine.Container, volumes []engine.Volume, networks []engine.Network, cpus int) Facts {
	f := Facts{Names: map[string]bool{}, Volumes: map[string]bool{}, Ports: map[uint16]bool{}, CPUs: cpus}
	for _, v := range volumes {
		f.Volumes[v.Name] = len(v.UsedBy) > 0
	}
	for _, c := range containers {
		f.Names[c.Name] = true
		for _, p := range c.Ports {
			f.Ports[p.Host] = true
		}
		for _, m := range c.Mounts {
			if m.Kind == engine.MountVolume {
				f.Volumes[m.Source] = true
			}
		}
	}
	for _, n := range networks {
		f.Networks = append(f.Networks, n.Name)
	}
	return f
}

// Fill makes a form for the image that ref names: from its recipe, from the
// image itself where it is known, and around what is taken already.
func Fill(ref string, detail *engine.ImageDetail, facts Facts) Form {
	f := Form{facts: facts, removed: map[string]bool{}, Restart: engine.RestartNo}
	f.Image, f.Tag = splitRef(ref)
	f.TagTouched = f.Tag != "" // whoever asked for a version gets it
	f.Recipe, f.HasRecipe = recipe.For(f.Ref())
	if f.Tag == "" && !isID(f.Image) {
		f.Tag = "latest"
		if f.HasRecipe {
			f.Tag = f.Recipe.Tag
		}
	}
	f.Name = freeName(f.Image, facts.Names)
	if f.HasRecipe {
		f.fillRecipe()
	}
	if detail != nil {
		f.Complete(*detail)
	}
	return f
}

func (f *Form) fillRecipe() {
	r := f.Recipe
	for _, p := range r.Ports {
		f.addPort(p.Container, p.Protocol, p.Open, p.Label)
	}
	for _, v := range r.VolumesOf(f.Tag) {
		f.Volumes = append(f.Volumes, VolumeRow{Target: v.Target, Help: v.Help})
	}
	f.nameVolumes()
	for _, e := range r.Env {
		row := EnvRow{Name: e.Name, Asked: e.Name, Value: e.Default, Required: e.Required, Secret: e.Secret, Help: e.Help}
		row.Optional = !e.Required
		if e.Generate {
			row.Value, row.Generated = NewPassword(), true
		}
		f.Env = append(f.Env, row)
	}
	f.Command, f.Hostname = JoinWords(r.Command), r.Hostname
	if r.TTY {
		f.TTY, f.TTYWhy = true, TTYShell
	}
}

// Complete adds what the image declares and the form does not have: ports,
// unless a recipe chose them, paths to keep, a terminal for a shell. What the
// user typed or took away stays so.
func (f *Form) Complete(detail engine.ImageDetail) {
	if f.Whole {
		return
	}
	if !f.HasRecipe {
		for _, p := range detail.Ports {
			f.addPort(p.Container, p.Protocol, openOf(p), nil)
		}
	}
	for _, target := range detail.Volumes {
		f.addVolume(target)
	}
	f.nameVolumes()
	if !f.TTYTouched && !f.TTY && f.Command == "" && startsShell(detail) {
		f.TTY, f.TTYWhy = true, TTYShell
	}
}

// openOf guesses what speaks behind a port.
func openOf(p engine.Port) recipe.Open {
	web := []uint16{80, 443, 3000, 4200, 5000, 5601, 8000, 8080, 8081, 8443, 8888, 9000, 9090}
	if protocol(p.Protocol) == "tcp" && slices.Contains(web, p.Container) {
		return recipe.OpenHTTP
	}
	return recipe.OpenTCP
}

func (f *Form) addPort(inside uint16, proto string, open recipe.Open, label recipe.Words) {
	proto = protocol(proto)
	text := strconv.Itoa(int(inside))
	if f.removed[text+"/"+proto] {
		return
	}
	for _, r := range f.Ports {
		if r.Container == text && protocol(r.Protocol) == proto {
			return
		}
	}
	first := friendly(inside)
	host := f.FreePort(first)
	row := PortRow{Host: strconv.Itoa(int(host)), Container: text, Protocol: proto, Open: open, Label: label}
	if host != first && f.facts.Ports[first] {
		row.Skipped = first
	}
	f.Ports = append(f.Ports, row)
}

// friendly is the port of this computer that one thinks of first: no rights
// are needed from 1024 on.
func friendly(inside uint16) uint16 {
	switch {
	case inside >= 1024:
		return inside
	case inside == 22:
		return 2222
	}
	return 8000 + inside
}

// FreePort returns the first port from base on that neither a container nor
// this form has.
func (f *Form) FreePort(base uint16) uint16 {
	own := map[uint16]bool{}
	for _, r := range f.Ports {
		host, _ := r.Numbers()
		own[host] = true
	}
	for port := base; port != 0; port++ {
		if !f.facts.Ports[port] && !own[port] {
			return port
		}
	}
	return base
}

// addVolume keeps a path that the image declares. A row that the recipe
// filled in for the same files, above or below it, moves there.
func (f *Form) addVolume(target string) {
	target = path.Clean(target)
	if f.removed[target] {
		return
	}
	for i, r := range f.Volumes {
		switch {
		case r.Target == target:
			return
		case !r.Touched && (within(r.Target, target) || within(target, r.Target)):
			f.Volumes[i].Target = target
			return
		}
	}
	f.Volumes = append(f.Volumes, VolumeRow{Target: target})
}

func within(child, parent string) bool {
	return strings.HasPrefix(child, strings.TrimSuffix(parent, "/")+"/")
}

// nameVolumes gives each row that the user did not touch a volume of its own.
func (f *Form) nameVolumes() {
	own := map[string]bool{}
	for _, r := range f.Volumes {
		if r.Touched {
			own[r.Source] = true
		}
	}
	for i := range f.Volumes {
		r := &f.Volumes[i]
		if r.Touched {
			continue
		}
		part := "data"
		if len(f.Volumes) > 1 {
			part = cleanName(path.Base(r.Target))
		}
		base := strings.TrimSpace(f.Name) + "-" + part
		used, exists := f.facts.Volumes[base]
		r.Earlier = ""
		if exists && !used {
			r.Earlier = base
		}
		r.Source = firstFree(base, func(name string) bool { _, taken := f.facts.Volumes[name]; return taken || own[name] })
		own[r.Source] = true
	}
}

// freeName is a name for a container of an image: "hello-nginx", "hello-nginx-2".
func freeName(image string, taken map[string]bool) string {
	base := cleanName(lastName(image))
	switch {
	case isID(image) || base == "":
		base = "hello-container"
	case !strings.HasPrefix(base, "hello"):
		base = "hello-" + base
	}
	return firstFree(base, func(name string) bool { return taken[name] })
}

func firstFree(base string, taken func(string) bool) string {
	name := base
	for n := 2; taken(name); n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	return name
}

// cleanName keeps what names may be made of.
func cleanName(text string) string {
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, text)
	return strings.Trim(name, "-_.")
}

func lastName(image string) string { return image[strings.LastIndexByte(image, '/')+1:] }

// isID reports whether an image is named by its ID.
func isID(image string) bool {
	return len(image) == 71 && strings.HasPrefix(image, "sha256:") && strings.Trim(image[7:], "0123456789abcdef") == ""
}

// splitRef parts a reference into its familiar repository and its tag or
// digest. What is no reference is kept whole: Validate says so.
func splitRef(ref string) (repository, tag string) {
	ref = strings.TrimSpace(ref)
	named, err := reference.ParseNormalizedNamed(ref)
	if isID(ref) || err != nil {
		return ref, ""
	}
	switch r := named.(type) {
	case reference.Digested:
		return reference.FamiliarName(named), r.Digest().String()
	case reference.Tagged:
		return reference.FamiliarName(named), r.Tag()
	}
	return reference.FamiliarName(named), ""
}

// startsShell reports whether an image starts a shell or a prompt, which ends
// at once when nobody can type.
func startsShell(detail engine.ImageDetail) bool {
	words := slices.Concat(detail.Entrypoint, detail.Command)
	for i, w := range words {
		if b := path.Base(w); i == 0 && len(words) > 1 && (b == "docker-entrypoint.sh" || b == "entrypoint.sh" || b == "tini") {
			return startsShell(engine.ImageDetail{Command: words[1:]})
		}
	}
	if len(words) != 1 {
		return false
	}
	shells := []string{"sh", "bash", "ash", "dash", "zsh", "fish", "ksh", "python", "python2", "python3", "node", "irb", "jshell", "ghci", "php", "R", "julia", "iex", "lua", "scala", "groovysh", "perl"}
	return slices.Contains(shells, path.Base(words[0]))
}
