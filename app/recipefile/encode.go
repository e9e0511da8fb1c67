package recipefile

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"escale/app/ansi"
	"escale/app/recipe"
	"escale/app/run"
	"escale/engine"
)

// How a secret that is not in the file comes about.
const (
	secretAsked = "ask"
	secretMade  = "generate"
)

// engineSocket is where engines have their socket, for the few containers that
// are to command the engine.
const engineSocket = "/var/run/docker.sock"

// LeftKind says what is not in a file.
type LeftKind string

// The kinds.
const (
	LeftSecret LeftKind = "secret" // the value of a variable: it is asked for, or made anew
	LeftFolder LeftKind = "folder" // the path of a folder: it is asked for
	LeftFiles  LeftKind = "files"  // what a volume was to be filled with
	LeftHidden LeftKind = "hidden" // the value of a variable, with characters that nobody sees: it is asked for
	KeptSecret LeftKind = "kept"   // a word of the command that looks like a secret, and is in the file
)

// Left is one thing that is not in a file, on purpose, or that one should look
// at. Name is the variable, the path in the container, or the word.
type Left struct {
	Kind LeftKind
	Name string
}

type fileJSON struct {
	Format      string       `json:"format"`
	Version     int          `json:"version"`
	Image       string       `json:"image"`
	Name        string       `json:"name,omitempty"`
	Ports       []portJSON   `json:"ports,omitempty"`
	Public      bool         `json:"openToNetwork,omitempty"`
	Environment []envJSON    `json:"environment,omitempty"`
	Volumes     []volumeJSON `json:"volumes,omitempty"`
	Command     []string     `json:"command,omitempty"`
	Network     string       `json:"network,omitempty"`
	Hostname    string       `json:"hostname,omitempty"`
	Memory      string       `json:"memory,omitempty"`
	CPUs        string       `json:"cpus,omitempty"`
	Restart     string       `json:"restart,omitempty"`
	Terminal    bool         `json:"terminal,omitempty"`
	RemoveAtEnd bool         `json:"removeAtEnd,omitempty"`
}

type portJSON struct {
	Container uint16 `json:"container"`
	Host      uint16 `json:"host,omitempty"`
	Protocol  string `json:"protocol,omitempty"`
	Open      string `json:"open,omitempty"`
}

type envJSON struct {
	Name   string  `json:"name"`
	Value  *string `json:"value,omitempty"`
	Secret string  `json:"secret,omitempty"`
}

type volumeJSON struct {
	Inside   string  `json:"inside"`
	Volume   string  `json:"volume,omitempty"`
	Folder   *string `json:"folder,omitempty"`
	Socket   bool    `json:"engineSocket,omitempty"`
	ReadOnly bool    `json:"readOnly,omitempty"`
}

// Encode writes what a form holds as a file, and says what it leaves out. An
// *Error says what has to be mended in the form first.
func Encode(f run.Form) (data []byte, left []Left, err error) {
	if nameless(f.Ref()) {
		return nil, nil, &Error{Why: NoName, Field: "image"}
	}
	file := fileJSON{
		Format: Format, Version: Version, Image: f.Ref(), Name: strings.TrimSpace(f.Name), Public: f.Public,
		Network: strings.TrimSpace(f.Network), Hostname: f.Hostname, Memory: strings.TrimSpace(f.Memory), CPUs: strings.TrimSpace(f.CPUs),
		Terminal: f.TTY, RemoveAtEnd: f.AutoRemove,
	}
	if f.Restart != engine.RestartNo {
		file.Restart = string(f.Restart)
	}
	if file.Command, err = run.ParseWords(f.Command); err != nil {
		return nil, nil, &Error{Why: Bad, Field: "command"}
	}
	for _, w := range run.SecretWords(file.Command) {
		left = append(left, Left{KeptSecret, ansi.Shown(w)})
	}
	for _, r := range f.Ports {
		if !r.Blank() {
			host, inside := r.Numbers()
			file.Ports = append(file.Ports, portJSON{inside, host, r.Protocol, string(r.Open)})
		}
	}
	for _, r := range f.Env {
		if !r.Blank() {
			file.Environment = append(file.Environment, encodeEnv(r, f.Recipe, &left))
		}
	}
	for _, r := range f.Volumes {
		if !r.Blank() {
			file.Volumes = append(file.Volumes, encodeVolume(r, &left))
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(file); err != nil {
		return nil, nil, &Error{Why: Bad, Err: err}
	}
	_, err = Parse(b.Bytes()) // what is written can be opened
	return b.Bytes(), left, err
}

func encodeEnv(r run.EnvRow, known recipe.Recipe, left *[]Left) envJSON {
	name := strings.TrimSpace(r.Name)
	e, _ := known.EnvNamed(name)
	secret := r.Value != "" && r.IsSecret(known)
	switch {
	case secret && (r.Generated || e.Generate):
		*left = append(*left, Left{LeftSecret, name})
		return envJSON{Name: name, Secret: secretMade}
	case secret:
		*left = append(*left, Left{LeftSecret, name})
		return envJSON{Name: name, Secret: secretAsked}
	case r.Value == "" && (r.Wanted || r.Earlier != ""):
		return envJSON{Name: name, Secret: secretAsked}
	case !ansi.Printable(r.Value, true) || len(r.Value) > longest:
		*left = append(*left, Left{LeftHidden, name})
		return envJSON{Name: name, Secret: secretAsked}
	}
	return envJSON{Name: name, Value: &r.Value}
}

func encodeVolume(r run.VolumeRow, left *[]Left) volumeJSON {
	v := volumeJSON{Inside: strings.TrimSpace(r.Target), ReadOnly: r.ReadOnly}
	source := strings.TrimSpace(r.Source)
	switch {
	case source == engineSocket || source == "/run/docker.sock":
		v.Socket = true
	case run.IsHostPath(source), source == "" && r.Wanted:
		if source != "" {
			*left = append(*left, Left{LeftFolder, v.Inside})
		}
		v.Folder = &r.Words
	default:
		v.Volume = source
		if r.From != "" {
			*left = append(*left, Left{LeftFiles, source})
		}
	}
	return v
}

func newPort(inside, host int64, protocol, open string) run.PortRow {
	row := run.PortRow{Container: strconv.FormatInt(inside, 10), Protocol: protocol, Open: recipe.Open(open)}
	if host != 0 {
		row.Host = strconv.FormatInt(host, 10)
	}
	return row
}

var idRule = regexp.MustCompile(`^(sha256:)?[0-9a-f]{64}$`)

// nameless reports whether an image is named by its ID, which says nothing to
// another computer.
func nameless(ref string) bool { return idRule.MatchString(ref) }

// fieldOf is what a problem of the form is called in the file; empty for what
// the user is yet to fill in. Rows that are not in the file are not its fault.
func fieldOf(p run.Problem, f run.Form) string {
	row := func(list string, rows int, field string) string {
		if p.Row >= rows {
			return ""
		}
		return list + "[" + strconv.Itoa(p.Row+1) + "]." + field
	}
	switch p.Field {
	case run.FieldHostPort:
		return row("ports", len(f.Ports), "host")
	case run.FieldPort:
		return row("ports", len(f.Ports), "container")
	case run.FieldVolume:
		if p.Code == run.Empty {
			return ""
		}
		return row("volumes", len(f.Volumes), "volume")
	case run.FieldTarget:
		return row("volumes", len(f.Volumes), "inside")
	case run.FieldEnvName:
		return row("environment", len(f.Env), "name")
	case run.FieldEnvValue:
		if p.Code != run.Letters {
			return ""
		}
		return row("environment", len(f.Env), "value")
	case run.FieldTag:
		return "image"
	case run.FieldRemoveEnd:
		return "removeAtEnd"
	case run.FieldName, run.FieldMemory, run.FieldCPUs, run.FieldNetwork, run.FieldCommand:
	}
	return string(p.Field)
}

// NameFor is what to call the file of a form.
func NameFor(f run.Form) string {
	name := strings.TrimSpace(f.Name)
	if name == "" {
		name = "recipe"
	}
	return name + Ending
}
