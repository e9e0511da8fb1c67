package run

import (
	"slices"
	"strconv"
	"strings"

	"escale/app/command"
	"escale/app/recipe"
)

// SetName changes the name, and with it the names of volumes that the user
// left as they were.
func (f *Form) SetName(name string) {
	f.Name, f.NameTouched = name, true
	if validName(strings.TrimSpace(name)) {
		f.nameVolumes()
	}
}

// SetTag chooses a version. Paths that belong to another version move.
func (f *Form) SetTag(tag string) {
	f.TagTouched, f.tagSet = true, true
	f.moveTag(tag)
}

func (f *Form) moveTag(tag string) {
	f.Tag = strings.TrimSpace(tag)
	if !f.HasRecipe {
		return
	}
	wanted := f.Recipe.VolumesOf(f.Tag)
	for i := range f.Volumes {
		r := &f.Volumes[i]
		if r.Touched || !declared(f.Recipe.Volumes, r.Target) || declared(wanted, r.Target) {
			continue
		}
		for _, v := range wanted {
			if within(r.Target, v.Target) || within(v.Target, r.Target) {
				r.Target, r.Help = v.Target, v.Help
				break
			}
		}
	}
}

func declared(volumes []recipe.Volume, target string) bool {
	for _, v := range volumes {
		if v.Target == target {
			return true
		}
	}
	return false
}

// SetTTY keeps a terminal open, or not, because the user said so.
func (f *Form) SetTTY(on bool) { f.TTY, f.TTYTouched = on, true }

// AddPort adds an empty row.
func (f *Form) AddPort() {
	f.Ports = append(f.Ports, PortRow{Protocol: "tcp", Open: recipe.OpenTCP, Touched: true})
}

// SetPort changes a row.
func (f *Form) SetPort(row int, host, inside string) {
	r := &f.Ports[row]
	r.Host, r.Container, r.Skipped, r.Touched = host, inside, 0, true
}

// RemovePort takes a row away for good.
func (f *Form) RemovePort(row int) {
	r := f.Ports[row]
	f.removed[strings.TrimSpace(r.Container)+"/"+protocol(r.Protocol)] = true
	f.Ports = append(f.Ports[:row:row], f.Ports[row+1:]...)
}

// AddVolume adds an empty row, with a name ready.
func (f *Form) AddVolume() {
	own := map[string]bool{}
	for _, r := range f.Volumes {
		own[r.Source] = true
	}
	name := firstFree(strings.TrimSpace(f.Name)+"-files", func(n string) bool { _, taken := f.facts.Volumes[n]; return taken || own[n] })
	f.Volumes = append(f.Volumes, VolumeRow{Source: name, Touched: true})
}

// SetVolume changes a row.
func (f *Form) SetVolume(row int, source, target string) {
	r := &f.Volumes[row]
	r.Source, r.Target, r.Touched, r.Earlier = source, target, true, ""
	if IsHostPath(strings.TrimSpace(source)) {
		r.From = ""
	}
	f.rememberPasswords()
}

// UseVolume chooses a volume, or a folder, that is there for a row.
func (f *Form) UseVolume(row int, source string) {
	f.Volumes[row].From = ""
	f.SetVolume(row, source, f.Volumes[row].Target)
}

// CopyFolder gives a row a new volume, into which the folder that the row names
// is copied.
func (f *Form) CopyFolder(row int) {
	r := &f.Volumes[row]
	from := strings.TrimSpace(r.Source)
	name := f.copyName(row, from)
	f.SetVolume(row, name, r.Target)
	r.From = from
}

// KeepFolder undoes CopyFolder.
func (f *Form) KeepFolder(row int) { f.UseVolume(row, f.Volumes[row].From) }

// CopyName is what CopyFolder would call the volume of a row.
func (f *Form) CopyName(row int) string {
	return f.copyName(row, strings.TrimSpace(f.Volumes[row].Source))
}

// copyName is a free name for the copy of a folder: the container's and the
// folder's.
func (f *Form) copyName(row int, folder string) string {
	last := cleanName(folder[strings.LastIndexAny(strings.TrimRight(folder, `/\`), `/\`)+1:])
	if last == "" {
		last = "files"
	}
	own := map[string]bool{}
	for i, r := range f.Volumes {
		own[strings.TrimSpace(r.Source)] = i != row
	}
	return firstFree(strings.TrimSpace(f.Name)+"-"+last, func(n string) bool { _, taken := f.facts.Volumes[n]; return taken || own[n] })
}

// RemoveVolume takes a row away for good.
func (f *Form) RemoveVolume(row int) {
	f.removed[strings.TrimSpace(f.Volumes[row].Target)] = true
	f.Volumes = append(f.Volumes[:row:row], f.Volumes[row+1:]...)
	f.rememberPasswords()
}

// AddEnv adds an empty row.
func (f *Form) AddEnv() { f.Env = append(f.Env, EnvRow{Touched: true}) }

// SetEnv changes a row.
func (f *Form) SetEnv(row int, name, value string) {
	r := &f.Env[row]
	if r.Value != value {
		r.Generated, r.From = false, ""
	}
	r.Name, r.Value, r.Touched = name, value, true
}

// Regenerate makes a new password for a row.
func (f *Form) Regenerate(row int) {
	r := &f.Env[row]
	r.Value, r.Generated, r.From, r.Touched = NewPassword(), true, "", true
}

// RemoveEnv takes a row away, unless the image does not start without.
func (f *Form) RemoveEnv(row int) {
	r := f.Env[row]
	if r.Required {
		return
	}
	f.removed[r.Asked+"="] = true
	f.Env = append(f.Env[:row:row], f.Env[row+1:]...)
}

// Refresh tells the form what is taken by now. A name, ports and volumes that
// the user did not touch move out of the way.
func (f *Form) Refresh(facts Facts) {
	f.facts = facts
	if !f.NameTouched && facts.Names[f.Name] {
		f.Name = freeName(f.Image, facts.Names)
	}
	f.nameVolumes()
	if f.earlierVolume() == "" {
		f.forgetPasswords() // one that fills up while the form is open is no earlier one
	}
	f.refreshNetwork()
	for i, r := range f.Ports {
		if host, inside := r.Numbers(); !r.Touched && facts.Ports[host] {
			f.MovePort(i, f.FreePort(friendly(inside)))
		}
	}
}

// MovePort gives a row another port of this computer, without the user having
// said so. The row remembers which one it should have been.
func (f *Form) MovePort(row int, host uint16) {
	r := &f.Ports[row]
	if r.Skipped == 0 {
		r.Skipped, _ = r.Numbers()
	}
	if r.Skipped == host {
		r.Skipped = 0
	}
	r.Host = strconv.Itoa(int(host))
}

// KnowTags tells the form every tag that there is. The recipe's own, if it is
// not among them and the user chose none, gives way to the nearest older
// version, else to "latest", else to the first.
func (f *Form) KnowTags(tags []string) {
	if f.TagTouched || len(tags) == 0 || slices.Contains(tags, f.Tag) {
		return
	}
	best, wanted := -1, majorOf(f.Tag)
	for _, t := range tags {
		if n, err := strconv.Atoi(t); err == nil && n <= wanted && n > best {
			best = n
		}
	}
	switch {
	case best >= 0 && wanted >= 0:
		f.moveTag(strconv.Itoa(best))
	case slices.Contains(tags, "latest"):
		f.moveTag("latest")
	default:
		f.moveTag(tags[0])
	}
}

// majorOf is the number that a tag begins with, or -1.
func majorOf(tag string) int {
	digits, _, _ := strings.Cut(tag, ".")
	digits, _, _ = strings.Cut(digits, "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

// Facts are what the form believes to be taken.
func (f Form) Facts() Facts { return f.facts }

// JoinWords writes the words of a command as the form holds it; ParseWords reads
// them back.
func JoinWords(words []string) string { return command.Line(words...) }
