package run

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"escale/engine"
)

// Field names a part of the form.
type Field string

// The fields.
const (
	FieldName      Field = "name"
	FieldTag       Field = "tag"
	FieldHostPort  Field = "hostport"
	FieldPort      Field = "port" // in the container
	FieldVolume    Field = "volume"
	FieldTarget    Field = "target"
	FieldEnvName   Field = "envname"
	FieldEnvValue  Field = "envvalue"
	FieldMemory    Field = "memory"
	FieldCPUs      Field = "cpus"
	FieldNetwork   Field = "network" // the name of a new one
	FieldCommand   Field = "command"
	FieldRemoveEnd Field = "autoremove"
)

// Code says what is wrong.
type Code string

// The codes.
const (
	Empty      Code = "empty"
	Letters    Code = "letters"  // characters that it may not have
	Taken      Code = "taken"    // another object has it
	Repeated   Code = "repeated" // another row has it
	NotPort    Code = "notport"
	NotPath    Code = "notpath" // not absolute
	Root       Code = "root"    // the whole file system
	NotSize    Code = "notsize"
	TooSmall   Code = "toosmall"
	TooLarge   Code = "toolarge"
	NotNumber  Code = "notnumber"
	OpenQuote  Code = "openquote"
	Conflict   Code = "conflict" // with another setting
	Missing    Code = "missing"  // the row no longer sets the variable that it is for
	Alone      Code = "alone"    // the variable that goes with it has no value
	Earlier    Code = "earlier"  // only the user knows the password of before
	LeastBytes      = 6 << 20    // the engine refuses less memory
	LeastNano       = 10_000_000
)

// Problem is one thing to mend. Row counts from 0, and is -1 outside rows.
type Problem struct {
	Field Field
	Row   int
	Code  Code
}

var (
	nameRule  = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`)
	envRule   = regexp.MustCompile(`^[^=\s\x00-\x1f\x7f]+$`)
	tagRule   = regexp.MustCompile(`^[\w][\w.-]{0,127}$`)
	driveRule = regexp.MustCompile(`^[a-zA-Z]:[\\/]`)
)

func validName(name string) bool { return nameRule.MatchString(name) }

// IsHostPath tells whether a source is a path of the engine's computer, and not
// a volume.
func IsHostPath(source string) bool {
	return strings.HasPrefix(source, "/") || driveRule.MatchString(source)
}

// Validate returns what has to be mended before the form can run, from top to
// bottom.
func (f Form) Validate() []Problem {
	c := &checker{}
	c.name(f)
	c.image(f)
	c.ports(f)
	c.volumes(f)
	c.env(f)
	c.limits(f)
	c.network(f)
	return c.problems
}

type checker struct{ problems []Problem }

func (c *checker) add(wrong bool, field Field, row int, code Code) bool {
	if wrong {
		c.problems = append(c.problems, Problem{field, row, code})
	}
	return wrong
}

func (c *checker) name(f Form) {
	name := strings.TrimSpace(f.Name)
	_ = c.add(name == "", FieldName, -1, Empty) ||
		c.add(!validName(name) || len(name) > 128, FieldName, -1, Letters) ||
		c.add(f.facts.Names[name], FieldName, -1, Taken)
}

func (c *checker) image(f Form) {
	if isID(f.Image) && f.Tag == "" || strings.HasPrefix(f.Tag, "sha256:") {
		return
	}
	_, err := reference.ParseNormalizedNamed(f.Image)
	_ = c.add(f.Tag == "", FieldTag, -1, Empty) ||
		c.add(err != nil || !tagRule.MatchString(f.Tag), FieldTag, -1, Letters)
}

func (c *checker) ports(f Form) {
	if f.PortsIgnored() {
		return
	}
	seen := map[string]bool{}
	for i, r := range f.Ports {
		if r.Blank() {
			continue
		}
		host, inside := r.Numbers()
		key := strings.TrimSpace(r.Host) + "/" + protocol(r.Protocol)
		_ = c.add(host == 0, FieldHostPort, i, NotPort) || c.add(seen[key], FieldHostPort, i, Repeated)
		c.add(inside == 0, FieldPort, i, NotPort)
		seen[key] = true
	}
}

func (c *checker) volumes(f Form) {
	seen := map[string]bool{}
	for i, r := range f.Volumes {
		if r.Blank() {
			continue
		}
		source, target := strings.TrimSpace(r.Source), strings.TrimSpace(r.Target)
		if !IsHostPath(source) {
			_ = c.add(source == "", FieldVolume, i, Empty) ||
				c.add(strings.ContainsAny(source, `/\`), FieldVolume, i, NotPath) ||
				c.add(!validName(source), FieldVolume, i, Letters) ||
				c.add(r.From != "" && f.hasVolume(source), FieldVolume, i, Taken) ||
				c.add(r.From != "" && slices.ContainsFunc(f.Volumes[:i], func(o VolumeRow) bool { return strings.TrimSpace(o.Source) == source }), FieldVolume, i, Repeated)
		}
		_ = c.add(target == "", FieldTarget, i, Empty) ||
			c.add(!path.IsAbs(target) || strings.ContainsAny(target, "\x00\n"), FieldTarget, i, NotPath) ||
			c.add(path.Clean(target) == "/", FieldTarget, i, Root) ||
			c.add(seen[path.Clean(target)], FieldTarget, i, Repeated)
		seen[path.Clean(target)] = true
	}
}

// hasVolume tells whether there is a volume of a name already.
func (f Form) hasVolume(name string) bool {
	_, there := f.facts.Volumes[name]
	return there
}

func (c *checker) env(f Form) {
	seen := map[string]bool{}
	for i, r := range f.Env {
		name := strings.TrimSpace(r.Name)
		if r.Blank() && !r.Required && r.Earlier == "" {
			continue
		}
		_ = c.add(r.Required && !r.sets(name), FieldEnvName, i, Missing) ||
			c.add(name == "", FieldEnvName, i, Empty) ||
			c.add(!envRule.MatchString(name), FieldEnvName, i, Letters) ||
			c.add(seen[name], FieldEnvName, i, Repeated)
		_ = c.add(r.Earlier != "" && r.Value == "", FieldEnvValue, i, Earlier) ||
			c.add((r.Required || r.Wanted) && r.Value == "", FieldEnvValue, i, Empty) ||
			c.add(strings.ContainsRune(r.Value, 0), FieldEnvValue, i, Letters)
		seen[name] = true
	}
	c.pairs(f)
}

// sets reports whether a variable of this name does what the recipe has the row
// for: official images read NAME from the file that NAME_FILE names, too.
func (r EnvRow) sets(name string) bool {
	return r.Asked == "" || name == r.Asked || name == r.Asked+"_FILE"
}

// pairs finds variables without the one that the image wants beside them.
func (c *checker) pairs(f Form) {
	for i, r := range f.Env {
		with := f.PartnerOf(r.Name)
		if with == "" || r.Value == "" || f.Value(with) != "" || f.Value(with+"_FILE") != "" {
			continue
		}
		at := slices.IndexFunc(f.Env, func(o EnvRow) bool { return strings.TrimSpace(o.Name) == with })
		if at < 0 {
			at = i
		}
		c.add(true, FieldEnvValue, at, Alone)
	}
}

// PartnerOf is the variable that is given together with one; empty for most.
func (f Form) PartnerOf(name string) string {
	e, _ := f.Recipe.EnvNamed(strings.TrimSpace(name))
	return e.With
}

func (c *checker) network(f Form) {
	if !f.NewNetwork {
		return
	}
	name := strings.TrimSpace(f.Network)
	_ = c.add(name == "", FieldNetwork, -1, Empty) ||
		c.add(!validName(name), FieldNetwork, -1, Letters) ||
		c.add(f.hasNetwork(name) || BuiltinNetwork(name), FieldNetwork, -1, Taken)
}

func (c *checker) limits(f Form) {
	if strings.TrimSpace(f.Memory) != "" {
		bytes, err := ParseSize(f.Memory)
		_ = c.add(err != nil, FieldMemory, -1, NotSize) || c.add(bytes < LeastBytes, FieldMemory, -1, TooSmall)
	}
	if strings.TrimSpace(f.CPUs) != "" {
		nano, err := ParseCPUs(f.CPUs)
		_ = c.add(err != nil, FieldCPUs, -1, NotNumber) ||
			c.add(nano < LeastNano, FieldCPUs, -1, TooSmall) ||
			c.add(f.facts.CPUs > 0 && nano > int64(f.facts.CPUs)*1e9, FieldCPUs, -1, TooLarge)
	}
	_, err := ParseWords(f.Command)
	_ = c.add(err != nil, FieldCommand, -1, OpenQuote) || c.add(strings.ContainsRune(f.Command, 0), FieldCommand, -1, Letters)
	c.add(f.AutoRemove && f.Restart != "" && f.Restart != engine.RestartNo, FieldRemoveEnd, -1, Conflict)
}
