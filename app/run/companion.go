package run

import (
	"slices"
	"strings"

	"escale/app/recipe"
	"escale/engine"
)

// ownNetwork is the network that is made for containers that need each other.
const ownNetwork = "hello-net"

// BuiltinNetwork reports whether a network belongs to the engine. On none of
// them do containers find each other by name.
func BuiltinNetwork(name string) bool {
	switch name {
	case "bridge", "default", "host", "none", "podman":
		return true
	}
	return false
}

// SetNetwork chooses a network that there is; empty is the engine's own.
func (f *Form) SetNetwork(name string) {
	f.Network, f.NewNetwork, f.NetworkTouched = name, false, true
}

// SetNewNetwork chooses a network that is yet to be made.
func (f *Form) SetNewNetwork(name string) {
	f.Network, f.NewNetwork, f.NetworkTouched = name, true, true
}

// FreeNetwork is a name for a new network.
func (f Form) FreeNetwork() string { return firstFree(ownNetwork, f.hasNetwork) }

// OwnNetwork is the user's network that this form is for: the chosen one, else
// the one for containers that need each other.
func (f Form) OwnNetwork() string {
	if name := strings.TrimSpace(f.Network); validName(name) && !BuiltinNetwork(name) {
		return name
	}
	return ownNetwork
}

func (f Form) hasNetwork(name string) bool { return slices.Contains(f.facts.Networks, name) }

// refreshNetwork notes whether the chosen network is there by now, or no longer.
func (f *Form) refreshNetwork() {
	name := strings.TrimSpace(f.Network)
	if len(f.facts.Networks) > 0 && validName(name) && !BuiltinNetwork(name) {
		f.NewNetwork = !f.hasNetwork(name)
	}
}

// Companion finds the container that meets a need: one that runs, if possible
// on a network where others find it by name, which is then returned too.
func Companion(need recipe.Need, containers []engine.Container) (found engine.Container, network string, ok bool) {
	for _, c := range containers {
		r, known := recipe.For(c.Image)
		if c.State != engine.StateRunning || !known || !slices.Contains(need.Any, r.ID) {
			continue
		}
		if i := slices.IndexFunc(c.Networks, func(n string) bool { return !BuiltinNetwork(n) }); i >= 0 {
			return c, c.Networks[i], true
		}
		if !ok {
			found, ok = c, true
		}
	}
	return found, "", ok
}

// Meet fills in what a companion on a network tells, around what the user
// typed.
func (f *Form) Meet(need recipe.Need, companion engine.ContainerDetail, network string) {
	if !f.NetworkTouched {
		f.Network, f.NewNetwork = network, false
	}
	value := func(name string) string { return envOf(companion, name) }
	for i := range f.Env {
		r := &f.Env[i]
		text, told := need.Take[r.Asked]
		if !told || r.Touched {
			continue
		}
		r.Value = recipe.Values(recipe.Place(text, companion.Name, "", 0), value)
		r.From = ""
		if r.Value != "" {
			r.From = companion.Name
		}
	}
}

// Serve makes this form a companion for a recipe that has the need: on a
// network of the user's, with what that recipe wants to find.
func (f *Form) Serve(need recipe.Need) {
	if !f.NetworkTouched {
		f.Network, f.NewNetwork = ownNetwork, !f.hasNetwork(ownNetwork)
	}
	for i := range f.Env {
		if r := &f.Env[i]; r.Value == "" && !r.Touched {
			r.Value = need.Give[r.Asked]
		}
	}
}

func envOf(c engine.ContainerDetail, name string) string {
	for _, e := range c.Env {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}
