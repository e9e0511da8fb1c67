package find

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"escale/engine"
)

// place is an address and how much its name says.
type place struct {
	engine.Candidate
	rank rank
}

// rank orders names: where two places turn out to be one, the better name wins.
type rank int

const (
	variableName rank = iota // DOCKER_HOST
	contextName              // chosen by somebody, or by a program
	genericName              // a standard socket that several products use
	productName              // a socket that only one product uses
)

// Places lists, in the order in which they are tried, the addresses at which an
// engine may be: DOCKER_HOST, the Docker context in use, the other contexts and
// the standard sockets, whether they exist or not, and last the Escale Machine,
// whatever its state. Addresses that lead to the same place are one, at the place
// of the first and under the best name.
//
// Nothing is asked yet: Err is set only where there is nothing to ask, as for a
// context that cannot be read. It reads files, so never call it on the UI
// goroutine.
func Places(env Environment) []engine.Candidate {
	all := withMachine(env, slices.Concat(variable(env), contexts(env), sockets(env)))
	var out []engine.Candidate
	seen := map[string]int{}
	ranks := map[string]rank{}
	for _, p := range all {
		key := identity(p.Endpoint)
		i, ok := seen[key]
		if !ok {
			seen[key], ranks[key] = len(out), p.rank
			out = append(out, p.Candidate)
			continue
		}
		out[i].Endpoint.Current = out[i].Endpoint.Current || p.Endpoint.Current
		if p.rank > ranks[key] {
			out[i].Endpoint.Name, ranks[key] = p.Endpoint.Name, p.rank
		}
	}
	return out
}

// identity is equal for two endpoints that lead to the same place.
func identity(ep engine.Endpoint) string {
	if ep.Host == "" {
		return ep.ID // nothing else is known of it
	}
	if path, ok := strings.CutPrefix(ep.Host, "unix://"); ok {
		return "unix://" + resolve(path)
	}
	key := strings.ToLower(strings.ReplaceAll(ep.Host, `\`, "/"))
	if ep.TLS != nil {
		key += "\x00" + string(ep.TLS.CA) + "\x00" + string(ep.TLS.Cert)
	}
	return key
}

// resolve follows symbolic links as far as path exists.
func resolve(path string) string {
	path = filepath.Clean(path)
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	if dir := filepath.Dir(path); dir != path {
		return filepath.Join(resolve(dir), filepath.Base(path))
	}
	return path
}

// byName sorts contexts.
func byName(a, b place) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Endpoint.Name), strings.ToLower(b.Endpoint.Name)), cmp.Compare(a.Endpoint.ID, b.Endpoint.ID))
}
