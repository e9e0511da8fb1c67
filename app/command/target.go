package command

import (
	"slices"
	"strings"

	"escale/engine"
)

// Target is the engine that commands are meant for. The zero value is the one
// that plain docker uses.
type Target struct{ options []string } // what follows "docker"

// For is the engine at ep. Nothing needs to be said when plain docker uses it:
// DOCKER_HOST names it, or it is the context in use. Another context is named,
// so that the command takes its certificates along; any other engine is given
// by its address. Both outrank DOCKER_HOST and the context in use.
//
// Source: docker's command line documentation, "docker", options --context and --host.
func For(ep engine.Endpoint) Target {
	switch {
	case ep.Current, ep.Kind == engine.EndpointEnv, ep.Kind == "":
		return Target{} // a kind is missing only while there is no engine
	case ep.Kind == engine.EndpointMachine && ep.Context != "":
		return Target{[]string{"--context", ep.Context}}
	case ep.Kind == engine.EndpointContext:
		if name, ok := strings.CutPrefix(ep.ID, "context:"); ok && name != "" {
			return Target{[]string{"--context", name}} // Name may be the product's
		}
	}
	if ep.Host == "" {
		return Target{}
	}
	return Target{[]string{"-H", ep.Host}}
}

// Line is Line for this engine: a docker command says which one it is for,
// other commands are left as they are.
func (t Target) Line(words ...string) string {
	if len(words) > 0 && words[0] == "docker" {
		words = slices.Insert(slices.Clone(words), 1, t.options...)
	}
	return Line(words...)
}
