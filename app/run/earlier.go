package run

import "escale/engine"

// A database reads its password once, when it fills an empty volume. On files
// from before, another one is ignored: the password of then still holds.

// earlierVolume is the volume with files from before that the user chose for
// the recipe's data; empty when all of them will be new.
func (f Form) earlierVolume() string {
	for _, r := range f.Volumes {
		_, exists := f.facts.Volumes[r.Source]
		if !exists || !r.Touched {
			continue
		}
		for _, v := range f.Recipe.Volumes {
			if r.Target == v.Target || within(r.Target, v.Target) || within(v.Target, r.Target) {
				return r.Source
			}
		}
	}
	return ""
}

// rememberPasswords empties the passwords that were made here when the chosen
// volume has one already, and makes new ones when it has not.
func (f *Form) rememberPasswords() {
	volume := f.earlierVolume()
	if volume == "" {
		f.forgetPasswords()
		return
	}
	for i := range f.Env {
		r := &f.Env[i]
		if e, _ := f.Recipe.EnvNamed(r.Asked); !e.Generate || r.Earlier == volume {
			continue
		}
		if r.Generated || r.From != "" {
			r.Value = ""
		}
		r.Earlier, r.Generated, r.From = volume, false, ""
	}
}

func (f *Form) forgetPasswords() {
	for i := range f.Env {
		r := &f.Env[i]
		if r.Earlier == "" {
			continue
		}
		if r.Value == "" || r.From != "" {
			r.Value, r.Generated = NewPassword(), true
		}
		r.Earlier, r.From = "", ""
	}
}

// Unknown is the volume whose password is yet to be found out; empty for none.
func (f Form) Unknown() string {
	for _, r := range f.Env {
		if r.Earlier != "" && r.Value == "" {
			return r.Earlier
		}
	}
	return ""
}

// Remember fills in the passwords of a volume from a container that uses it.
func (f *Form) Remember(volume string, c engine.ContainerDetail) {
	for i := range f.Env {
		r := &f.Env[i]
		if r.Earlier != volume || r.Value != "" {
			continue
		}
		if value := envOf(c, r.Name); value != "" {
			r.Value, r.From = value, c.Name
		}
	}
}
