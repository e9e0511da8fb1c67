// Package run is the form from which a container is made: how it is filled in
// from a recipe and an image, what is wrong with it, and what it asks of the
// engine. It is pure; only the port doctor looks at the computer.
package run

import (
	"slices"
	"strconv"
	"strings"

	"escale/app/parcel"
	"escale/app/recipe"
	"escale/engine"
)

// Form is what the user sees and changes. Rows of the form say whether the
// user touched them: what was typed is never replaced by a guess.
type Form struct {
	Recipe    recipe.Recipe // zero without one
	HasRecipe bool

	Image string // repository in familiar form, or an image's ID
	Tag   string // tag, or "sha256:…"; empty for an ID
	Name  string

	Ports   []PortRow
	Public  bool // the ports are open to the network, not to this computer only
	Volumes []VolumeRow
	Env     []EnvRow

	Restart    engine.Restart
	Memory     string
	CPUs       string
	Network    string // empty is the engine's default
	NewNetwork bool   // Network is yet to be made
	Command    string
	Hostname   string
	TTY        bool
	TTYWhy     TTYReason
	AutoRemove bool
	Whole      bool // it came whole, from a file, a command or a container: the image adds nothing to it

	NameTouched, TagTouched, TTYTouched, NetworkTouched bool

	facts   Facts
	tagSet  bool            // the user chose the version in this form
	removed map[string]bool // what the user took away: "80/tcp", "/data"
}

// TTYReason says why a terminal is kept open.
type TTYReason int

// The reasons for a terminal.
const (
	TTYNone  TTYReason = iota
	TTYShell           // a shell or a prompt, which ends at once without one
)

// PortRow publishes a port.
type PortRow struct {
	Host      string // on this computer
	Container string
	Protocol  string // "tcp" or "udp"
	Open      recipe.Open
	Label     recipe.Words // nil when the recipe does not say
	Skipped   uint16       // the first choice for Host, which was taken; 0 when it was not
	Touched   bool
}

// Numbers returns the row's ports; 0 for what is not a port.
func (r PortRow) Numbers() (host, container uint16) {
	return portNumber(r.Host), portNumber(r.Container)
}

// Blank reports whether nothing was filled in: such a row is not there.
func (r PortRow) Blank() bool {
	return strings.TrimSpace(r.Host) == "" && strings.TrimSpace(r.Container) == ""
}

// VolumeRow keeps the files of a path.
type VolumeRow struct {
	Source   string // a volume's name, or an absolute path of the engine's computer
	Target   string
	ReadOnly bool
	From     string // the folder of this computer that is copied into the volume, which is yet to be made; empty for none
	Earlier  string // an unused volume that an earlier container of this name left
	Wanted   bool   // a folder that a file or a command asks for: the user chooses it
	Words    string // what that folder is for, as whoever asks says it; may be empty
	Help     recipe.Words
	Touched  bool
}

// Blank reports whether nothing was filled in: such a row is not there.
func (r VolumeRow) Blank() bool {
	return strings.TrimSpace(r.Source) == "" && strings.TrimSpace(r.Target) == ""
}

// EnvRow is an environment variable.
type EnvRow struct {
	Name, Value string
	Required    bool
	Secret      bool
	Generated   bool   // Value was made here and the user did not change it
	Optional    bool   // the recipe suggests it: it is left out while it is empty
	Asked       string // the recipe's name for it; the user may have given it another
	Earlier     string // a volume with files from before, where the password of then still holds
	From        string // the container that Value was taken from
	Wanted      bool   // a secret that a file leaves out: the user enters it, or takes the row away
	Help        recipe.Words
	Touched     bool
}

// Blank reports whether the row sets nothing: it is empty, or a suggestion that
// nobody took up.
func (r EnvRow) Blank() bool {
	return strings.TrimSpace(r.Name) == "" && r.Value == "" || r.Optional && r.Value == ""
}

// Ref is the reference of the image to run.
func (f Form) Ref() string {
	switch {
	case f.Tag == "":
		return f.Image
	case strings.HasPrefix(f.Tag, "sha256:"):
		return f.Image + "@" + f.Tag
	}
	return f.Image + ":" + f.Tag
}

// Title is what to call the image: the recipe's title, or the image's last name.
func (f Form) Title() string {
	switch {
	case f.HasRecipe:
		return f.Recipe.Title
	case isID(f.Image):
		return f.Image[7:19]
	}
	return lastName(f.Image)
}

// Clone returns a form that shares nothing with f.
func (f Form) Clone() Form {
	f.Ports, f.Volumes, f.Env = slices.Clone(f.Ports), slices.Clone(f.Volumes), slices.Clone(f.Env)
	removed := make(map[string]bool, len(f.removed))
	for k := range f.removed {
		removed[k] = true
	}
	f.removed = removed
	return f
}

// PortsIgnored reports whether the chosen network publishes no ports.
func (f Form) PortsIgnored() bool { return f.Network == "host" || f.Network == "none" }

// Secrets are the variables whose values were generated.
func (f Form) Secrets() []EnvRow {
	var rows []EnvRow
	for _, e := range f.Env {
		if e.Generated && e.Value != "" {
			rows = append(rows, e)
		}
	}
	return rows
}

// Value is the value of a variable; empty when the form does not give it.
func (f Form) Value(name string) string {
	for _, e := range f.Env {
		if strings.TrimSpace(e.Name) == name {
			return e.Value
		}
	}
	return ""
}

// Edited reports whether the user has changed anything.
func (f Form) Edited() bool {
	options := f.Public || f.AutoRemove || f.Restart != engine.RestartNo || f.Memory != "" || f.CPUs != "" || f.Command != JoinWords(f.Recipe.Command)
	return options || f.NameTouched || f.tagSet || f.TTYTouched || f.NetworkTouched || len(f.removed) > 0 ||
		slices.ContainsFunc(f.Ports, func(r PortRow) bool { return r.Touched }) ||
		slices.ContainsFunc(f.Volumes, func(r VolumeRow) bool { return r.Touched }) ||
		slices.ContainsFunc(f.Env, func(r EnvRow) bool { return r.Touched })
}

// HostIP is the address on which ports are published; empty is every address.
func (f Form) HostIP() string {
	if f.Public {
		return ""
	}
	return "127.0.0.1"
}

// Spec is what the form asks of the engine. Call it when Validate finds
// nothing; what cannot be read is left out.
func (f Form) Spec() engine.ContainerSpec {
	spec := engine.ContainerSpec{
		Name: strings.TrimSpace(f.Name), Image: f.Ref(), Network: strings.TrimSpace(f.Network), Restart: f.Restart, Hostname: f.Hostname,
		TTY: f.TTY, OpenStdin: f.TTY, AutoRemove: f.AutoRemove, Ports: f.bindings(), Mounts: f.mounts(),
	}
	for _, e := range f.Env {
		if !e.Blank() {
			spec.Env = append(spec.Env, engine.EnvVar{Name: strings.TrimSpace(e.Name), Value: e.Value})
		}
	}
	if words, err := ParseWords(f.Command); err == nil && len(words) > 0 {
		spec.Command = words
	}
	if strings.TrimSpace(f.Memory) != "" {
		spec.MemoryBytes, _ = ParseSize(f.Memory)
	}
	if strings.TrimSpace(f.CPUs) != "" {
		spec.NanoCPUs, _ = ParseCPUs(f.CPUs)
	}
	return spec
}

func (f Form) bindings() (bindings []engine.PortBinding) {
	if f.PortsIgnored() {
		return nil
	}
	for _, r := range f.Ports {
		host, inside := r.Numbers()
		if host != 0 && inside != 0 {
			bindings = append(bindings, engine.PortBinding{HostIP: f.HostIP(), Host: host, Container: inside, Protocol: protocol(r.Protocol)})
		}
	}
	return bindings
}

func (f Form) mounts() (mounts []engine.Mount) {
	for _, r := range f.Volumes {
		if r.Blank() {
			continue
		}
		m := engine.Mount{Kind: engine.MountVolume, Source: strings.TrimSpace(r.Source), Target: strings.TrimSpace(r.Target), ReadOnly: r.ReadOnly}
		if IsHostPath(m.Source) {
			m.Kind = engine.MountBind
		}
		mounts = append(mounts, m)
	}
	return mounts
}

// Copies are the volumes to make and fill before the container is made.
func (f Form) Copies() (copies []parcel.Copy) {
	for _, r := range f.Volumes {
		if r.From != "" && !r.Blank() {
			copies = append(copies, parcel.Copy{Folder: r.From, Volume: strings.TrimSpace(r.Source)})
		}
	}
	return copies
}

func portNumber(text string) uint16 {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

func protocol(p string) string {
	if p == "" {
		return "tcp"
	}
	return p
}
