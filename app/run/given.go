package run

import (
	"slices"
	"strconv"
	"strings"

	"escale/app/recipe"
	"escale/engine"
)

// Given makes a form of one that somebody else filled in: from's exported
// fields, for the image that ref names. It comes whole: the image adds nothing
// to it. Names and ports of this computer are wishes, and move out of the way of
// what is taken; secrets marked Generated are made anew, and those marked Wanted
// wait for the user. What the image does not start without is there in any case.
func Given(from Form, ref string, facts Facts) Form {
	f := from.Clone()
	f.facts, f.removed, f.Whole = facts, map[string]bool{}, true
	f.Image, f.Tag = splitRef(ref)
	f.Recipe, f.HasRecipe = recipe.For(ref)
	if f.Tag == "" && !isID(f.Image) {
		f.Tag = "latest"
	}
	if f.Restart == "" {
		f.Restart = engine.RestartNo
	}
	f.TagTouched, f.TTYTouched, f.NetworkTouched = true, true, true
	f.NameTouched = f.Name != ""
	if f.NameTouched {
		f.Name = firstFree(f.Name, func(name string) bool { return facts.Names[name] })
	} else {
		f.Name = freeName(f.Image, facts.Names)
	}
	for i := range f.Ports {
		f.givePort(i)
	}
	for i := range f.Volumes {
		r := &f.Volumes[i]
		r.Touched = r.Source != "" || r.Wanted
		r.Help = recipeHelp(f.Recipe, r.Target)
	}
	f.nameVolumes()
	f.giveEnv()
	f.refreshNetwork()
	f.rememberPasswords()
	return f
}

// givePort finds a port of this computer for a row that names none, or one that
// is taken.
func (f *Form) givePort(row int) {
	r := &f.Ports[row]
	host, inside := r.Numbers()
	r.Protocol, r.Touched = protocol(r.Protocol), false
	if r.Open == "" {
		r.Open = openOf(engine.Port{Container: inside, Protocol: r.Protocol})
	}
	for _, p := range f.Recipe.Ports {
		if p.Container == inside && protocol(p.Protocol) == r.Protocol {
			r.Label = p.Label
		}
	}
	switch {
	case strings.TrimSpace(r.Host) == "" && inside != 0:
		r.Host = strconv.Itoa(int(f.FreePort(friendly(inside))))
	case host != 0 && f.facts.Ports[host]:
		f.MovePort(row, f.FreePort(friendly(inside)))
	}
}

func recipeHelp(r recipe.Recipe, target string) recipe.Words {
	for _, v := range r.Volumes {
		if v.Target == target {
			return v.Help
		}
	}
	return nil
}

// giveEnv tells the rows what the recipe knows of them, and makes passwords.
func (f *Form) giveEnv() {
	for i := range f.Env {
		r := &f.Env[i]
		r.Touched = true
		name := strings.TrimSuffix(r.Name, "_FILE")
		if e, known := f.Recipe.EnvNamed(name); known {
			r.Asked, r.Help, r.Required = e.Name, e.Help, e.Required
			r.Secret = r.Secret || e.Secret && r.Name == e.Name
		}
		r.Secret = r.Secret || r.Wanted && SecretName(r.Name)
		if r.Generated && r.Value == "" {
			r.Value = NewPassword()
		}
	}
	for _, e := range f.Recipe.Env {
		if !e.Required || slices.ContainsFunc(f.Env, func(r EnvRow) bool { return r.Asked == e.Name }) {
			continue
		}
		r := EnvRow{Name: e.Name, Asked: e.Name, Value: e.Default, Required: true, Secret: e.Secret, Help: e.Help}
		if e.Generate {
			r.Value, r.Generated = NewPassword(), true
		}
		f.Env = append(f.Env, r)
	}
}
