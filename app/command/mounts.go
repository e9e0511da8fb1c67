package command

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"

	"escale/engine"
)

var (
	drivePath = regexp.MustCompile(`^[A-Za-z]:[\\/]`)
	quietOpts = []string{"rw", "z", "Z", "cached", "delegated", "consistent"} // what changes nothing for the form
)

// volume reads -v: [source:]target[:options].
func (r *reader) volume(value token, words []string) (told, ok bool) {
	text, source := value.text, ""
	switch {
	case drivePath.MatchString(text):
		i := strings.IndexByte(text[2:], ':')
		if i < 0 {
			return false, false
		}
		source, text = text[:i+2], text[i+3:]
	case !strings.Contains(text, ":"):
	default:
		source, text, _ = strings.Cut(text, ":")
		if source == "" {
			return false, false
		}
	}
	target, opts, _ := strings.Cut(text, ":")
	m := engine.Mount{Kind: engine.MountVolume, Source: source, Target: target}
	for opt := range strings.SplitSeq(opts, ",") {
		switch {
		case opt == "ro":
			m.ReadOnly = true
		case opt != "" && !slices.Contains(quietOpts, opt):
			r.left(NotHeld, words...)
		}
	}
	return r.take(m, value.shell, words)
}

// take adds a mount. A folder that is not named by its whole path is to be
// chosen.
func (r *reader) take(m engine.Mount, shell bool, words []string) (told, ok bool) {
	if !strings.HasPrefix(m.Target, "/") {
		return false, false
	}
	whole := strings.HasPrefix(m.Source, "/") || drivePath.MatchString(m.Source)
	switch {
	case whole && !shell:
		m.Kind = engine.MountBind
	case m.Kind == engine.MountBind, shell, whole, strings.ContainsAny(m.Source, `/\~%`), strings.HasPrefix(m.Source, "."): // %cd% is a folder to Windows
		m.Kind, told = engine.MountBind, true
		m.Source = strings.TrimLeft(m.Source, "/") // it is no path that counts
		if drivePath.MatchString(m.Source) {
			m.Source = m.Source[3:]
		}
		r.left(Asked, words...)
	}
	r.Spec.Mounts = append(r.Spec.Mounts, m)
	return told, true
}

// mount reads --mount: fields of one record.
func (r *reader) mount(value token, words []string) (told, ok bool) {
	fields, err := csv.NewReader(strings.NewReader(value.text)).Read()
	if err != nil {
		return false, false
	}
	m := engine.Mount{Kind: engine.MountVolume}
	for _, field := range fields {
		key, text, given := strings.Cut(field, "=")
		switch strings.ToLower(key) {
		case "type":
			m.Kind = engine.MountKind(strings.ToLower(text))
		case "source", "src":
			m.Source = text
		case "target", "dst", "destination":
			m.Target = text
		case "readonly", "ro":
			m.ReadOnly = !given || text == "true" || text == "1"
		default:
			r.left(NotHeld, words...)
		}
	}
	if m.Kind != engine.MountVolume && m.Kind != engine.MountBind {
		r.left(NotHeld, words...)
		return true, true
	}
	return r.take(m, value.shell, words)
}
