package recipefile

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/distribution/reference"

	"escale/app/ansi"
	"escale/app/run"
	"escale/engine"
)

// File is what a recipe file says, checked.
type File struct {
	image string
	form  run.Form // its exported fields, without the image
}

// Image is the reference of the image to run, as the file has it.
func (f File) Image() string { return f.image }

// Sets tells whether the file names an environment variable.
func (f File) Sets(variable string) bool {
	return slices.ContainsFunc(f.form.Env, func(row run.EnvRow) bool { return row.Name == variable })
}

// Form fills the run form in, around what is taken on the engine.
func (f File) Form(facts run.Facts) run.Form { return run.Given(f.form, f.image, facts) }

// Parse reads a file's bytes. Its error is an *Error.
func Parse(data []byte) (File, error) {
	if len(data) > MostBytes {
		return File{}, &Error{Why: TooLarge}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors begin with it
	claims := bytes.Contains(data, []byte(Format))
	if !utf8.Valid(data) {
		return File{}, &Error{Why: either(claims, Damaged, NotRecipe)}
	}
	fields, err := tree(data)
	if errors.Is(err, errDamaged) {
		return File{}, &Error{Why: either(claims, Damaged, NotRecipe)}
	}
	if err != nil {
		return File{}, err
	}
	top := object{fields: fields}
	if err := top.claim(); err != nil {
		return File{}, err
	}
	file, err := top.file()
	if err != nil {
		return File{}, err
	}
	return file, file.check()
}

func either(first bool, a, b Why) Why {
	if first {
		return a
	}
	return b
}

// claim reads what the file says of itself. A newer one may hold anything.
func (o object) claim() error {
	if format, _ := o.fields["format"].(string); format != Format {
		return &Error{Why: NotRecipe}
	}
	delete(o.fields, "format")
	if !o.has("version") {
		return o.bad("version")
	}
	version, err := o.number("version", 1, 1<<31)
	if err == nil && version > Version {
		return &Error{Why: Newer}
	}
	return err
}

// file takes everything that a form holds.
func (o object) file() (f File, err error) {
	take := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	text := func(name string, to *string, most int) {
		take(func() (err error) { *to, err = o.text(name, most, false); return err })
	}
	flag := func(name string, to *bool) {
		take(func() (err error) { *to, err = o.flag(name); return err })
	}
	form, restart := &f.form, ""
	text("image", &f.image, longestRef)
	text("name", &form.Name, shortText)
	take(func() error { return o.objects("ports", into(form, portRow)) })
	flag("openToNetwork", &form.Public)
	take(func() error { return o.objects("environment", into(form, envRow)) })
	take(func() error { return o.objects("volumes", into(form, volumeRow)) })
	take(func() (err error) { form.Command, err = o.command(); return err })
	text("network", &form.Network, shortText)
	text("hostname", &form.Hostname, shortText)
	text("memory", &form.Memory, shortText)
	text("cpus", &form.CPUs, shortText)
	text("restart", &restart, shortText)
	flag("terminal", &form.TTY)
	flag("removeAtEnd", &form.AutoRemove)
	take(o.empty)
	form.Restart = engine.Restart(restart)
	form.NewNetwork = form.Network != "" && !run.BuiltinNetwork(form.Network)
	return f, err
}

// into reads a row into a form.
func into(f *run.Form, read func(*run.Form, object) error) func(object) error {
	return func(o object) error { return read(f, o) }
}

func portRow(f *run.Form, o object) error {
	inside, err := o.number("container", 1, 65535)
	if err != nil || inside == 0 {
		return o.bad("container")
	}
	host, err := o.number("host", 1, 65535)
	if err != nil {
		return err
	}
	protocol, err := o.text("protocol", shortText, false)
	if err != nil || !slices.Contains([]string{"", "tcp", "udp", "sctp"}, protocol) {
		return o.bad("protocol")
	}
	open, err := o.text("open", shortText, false)
	if err != nil || !slices.Contains([]string{"", "http", "tcp"}, open) {
		return o.bad("open")
	}
	f.Ports = append(f.Ports, newPort(inside, host, protocol, open))
	return nil
}

// envRow reads a variable: a value, or a secret that is not in the file.
func envRow(f *run.Form, o object) error {
	name, err := o.text("name", shortText, false)
	if err != nil || name == "" {
		return o.bad("name")
	}
	row := run.EnvRow{Name: name}
	given := o.has("value")
	if row.Value, err = o.text("value", longest, true); err != nil {
		return err
	}
	secret, err := o.text("secret", shortText, false)
	switch {
	case err != nil || given == (secret != ""):
		return o.bad("secret")
	case secret == secretMade:
		row.Generated, row.Secret = true, true
	case secret == secretAsked:
		row.Wanted, row.Secret = true, true
	case secret != "":
		return o.bad("secret")
	}
	f.Env = append(f.Env, row)
	return nil
}

// volumeRow reads a volume, a folder that the user is to choose, or the engine's
// socket.
func volumeRow(f *run.Form, o object) (err error) {
	row := run.VolumeRow{Wanted: o.has("folder")}
	if row.Target, err = o.text("inside", longPath, false); err != nil || row.Target == "" {
		return o.bad("inside")
	}
	named := o.has("volume")
	if row.Source, err = o.text("volume", shortText, false); err != nil || named && (row.Source == "" || run.IsHostPath(row.Source)) {
		return o.bad("volume")
	}
	if row.Words, err = o.text("folder", shortText, false); err != nil {
		return err
	}
	socket, err := o.flag("engineSocket")
	if err != nil {
		return err
	}
	if row.ReadOnly, err = o.flag("readOnly"); err != nil {
		return err
	}
	kinds := 0
	for _, is := range []bool{named, row.Wanted, socket} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		if err := o.empty(); err != nil { // what it says instead is what is wrong
			return err
		}
		return o.bad("volume")
	}
	if socket {
		row.Source = engineSocket
	}
	f.Volumes = append(f.Volumes, row)
	return nil
}

func (o object) command() (string, error) {
	list, err := o.list("command")
	if err != nil {
		return "", err
	}
	words := make([]string, len(list))
	for i, item := range list {
		word, isText := item.(string)
		if !isText || len(word) > longest || !ansi.Printable(word, true) {
			return "", o.bad("command")
		}
		words[i] = word
	}
	return run.JoinWords(words), nil
}

// forbidden are the settings that other tools know and that take walls away.
var forbidden = []string{
	"privileged", "cap", "capadd", "capabilities", "capdrop", "device", "devices", "gpus", "pid", "ipc", "uts", "userns", "cgroupns", "security", "securityopt",
	"sysctl", "sysctls", "cgroupparent", "runtime", "volumesfrom", "hostnetwork", "networkmode", "oomkilldisable", "oomscoreadj", "ulimit", "ulimits", "bind", "binds",
	"hostpath", "source", "mounts", "groupadd",
}

// empty says which field nobody took.
func (o object) empty() error {
	names := make([]string, 0, len(o.fields))
	for name := range o.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		plain := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
		if slices.Contains(forbidden, plain) {
			return &Error{Why: Forbidden, Field: ansi.Shown(o.at(name))}
		}
	}
	if len(names) > 0 {
		return &Error{Why: Unknown, Field: ansi.Shown(o.at(names[0]))}
	}
	return nil
}

// check asks the form itself what is wrong with it, apart from what the user is
// yet to fill in.
func (f File) check() error {
	named, err := reference.ParseNormalizedNamed(f.image)
	if err != nil || strings.TrimSpace(f.image) != f.image || nameless(f.image) {
		return &Error{Why: Bad, Field: "image"}
	}
	if _, tagged := named.(reference.Tagged); tagged {
		if _, digested := named.(reference.Digested); digested {
			return &Error{Why: Bad, Field: "image"} // the form holds one of them
		}
	}
	restarts := []engine.Restart{"", engine.RestartNo, engine.RestartOnFailure, engine.RestartAlways, engine.RestartUnlessStopped}
	if !slices.Contains(restarts, f.form.Restart) {
		return &Error{Why: Bad, Field: "restart"}
	}
	if strings.ContainsAny(f.form.Hostname, " /") {
		return &Error{Why: Bad, Field: "hostname"}
	}
	form := f.Form(run.Facts{})
	for _, p := range form.Validate() {
		if field := fieldOf(p, f.form); field != "" {
			return &Error{Why: Bad, Field: field}
		}
	}
	return nil
}
