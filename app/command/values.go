package command

import (
	"encoding/csv"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"escale/engine"
)

// value takes an option with a value over; words are how the line says it.
func (r *reader) value(name string, o option, value token, words ...string) {
	if o.why != "" {
		r.left(o.why, words...)
		return
	}
	ok, told := true, false // told: what a shell does to it is told already
	text := value.text
	switch name {
	case "name":
		r.Spec.Name = text
	case "hostname":
		r.Spec.Hostname = text
	case "user":
		r.Spec.User = text
	case "workdir":
		r.Spec.WorkDir = text
	case "entrypoint":
		r.Spec.Entrypoint = []string{}
		if text != "" {
			r.Spec.Entrypoint = []string{text}
		}
	case "label":
		if r.Spec.Labels == nil {
			r.Spec.Labels = map[string]string{}
		}
		key, label, _ := strings.Cut(text, "=")
		r.Spec.Labels[key] = label
	case "env":
		told, ok = r.env(value, words), text != "" && text[0] != '='
	case "publish":
		ok = r.publish(text, words)
	case "volume":
		told, ok = r.volume(value, words)
	case "mount":
		told, ok = r.mount(value, words)
	case "tmpfs":
		r.left(NotHeld, words...)
		told = true
	case "net", "network":
		ok = r.join(text, words)
	case "restart":
		ok = r.restart(text, words)
	case "memory":
		r.Spec.MemoryBytes, ok = readMemory(text)
	case "cpus":
		r.Spec.NanoCPUs, ok = readCPUs(text)
	}
	switch {
	case !ok:
		r.left(Wrong, words...)
	case value.shell && !told:
		r.left(Shell, words...)
	}
}

// env takes a variable over. One without a value, or with one that the shell
// makes, is to be asked for.
func (r *reader) env(value token, words []string) (told bool) {
	name, text, given := strings.Cut(value.text, "=")
	if name == "" {
		return false
	}
	if !given {
		text, given = r.set[name], r.set[name] != ""
	}
	r.Ask = slices.DeleteFunc(r.Ask, func(n string) bool { return n == name })
	if ask := !given || value.shell; ask {
		text = ""
		r.Ask = append(r.Ask, name)
		r.left(Asked, words...)
	}
	// The last one counts.
	r.Spec.Env = slices.DeleteFunc(r.Spec.Env, func(e engine.EnvVar) bool { return e.Name == name })
	r.Spec.Env = append(r.Spec.Env, engine.EnvVar{Name: name, Value: text})
	return true
}

// mostRange is how many ports of a range are taken over.
const mostRange = 32

// publish reads [[ip:]host:]container[/protocol], where ports may be ranges.
func (r *reader) publish(text string, words []string) bool {
	text, protocol, _ := strings.Cut(text, "/")
	if protocol = strings.ToLower(protocol); protocol == "" {
		protocol = "tcp"
	}
	if !slices.Contains([]string{"tcp", "udp", "sctp"}, protocol) {
		return false
	}
	host, inside := "", text
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host, inside = text[:i], text[i+1:]
	}
	ip := ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		ip, host = strings.Trim(host[:i], "[]"), host[i+1:]
	}
	if _, err := netip.ParseAddr(ip); ip != "" && err != nil {
		return false
	}
	from, to, ok := portRange(inside)
	if !ok || from == 0 {
		return false
	}
	hostFrom, hostTo, ok := portRange(host)
	switch {
	case !ok || host != "" && hostFrom == 0:
		return false
	case to-from >= mostRange:
		r.left(NotHeld, words...)
		return true
	case from == to && hostFrom != hostTo: // docker takes one of them that is free
		r.left(Changed, words...)
	case host != "" && hostTo-hostFrom != to-from:
		return false
	}
	for i := 0; i <= to-from; i++ {
		b := engine.PortBinding{HostIP: ip, Container: uint16(from + i), Protocol: protocol} //nolint:gosec // within to
		if host != "" {
			b.Host = uint16(hostFrom + i) //nolint:gosec // within hostTo
		}
		r.Spec.Ports = append(r.Spec.Ports, b)
	}
	return true
}

func portRange(text string) (from, to int, ok bool) {
	if text == "" {
		return 0, 0, true
	}
	first, last, ranged := strings.Cut(text, "-")
	a, err := strconv.ParseUint(first, 10, 16)
	if err != nil {
		return 0, 0, false
	}
	b := a
	if ranged {
		if b, err = strconv.ParseUint(last, 10, 16); err != nil || b < a {
			return 0, 0, false
		}
	}
	return int(a), int(b), true
}

// join reads a network: its name, or fields that begin with one.
func (r *reader) join(text string, words []string) bool {
	name := text
	if strings.Contains(text, "=") {
		fields, err := csv.NewReader(strings.NewReader(text)).Read()
		if err != nil {
			return false
		}
		name = ""
		for _, field := range fields {
			if key, value, _ := strings.Cut(field, "="); strings.EqualFold(key, "name") {
				name = value
				continue
			}
			r.left(NotHeld, words...)
		}
	}
	switch {
	case name == "":
		return false
	case name == "default" || name == "bridge":
		name = ""
	case strings.Contains(name, ":"): // another container's, or a namespace
		r.left(Wall, words...)
		return true
	}
	r.network = append(r.network, name)
	if len(r.network) > 1 {
		r.left(NotHeld, words...)
		return true
	}
	r.Spec.Network = name
	return true
}

func (r *reader) restart(text string, words []string) bool {
	policy, times, counted := strings.Cut(text, ":")
	all := []engine.Restart{engine.RestartNo, engine.RestartOnFailure, engine.RestartAlways, engine.RestartUnlessStopped}
	if policy == "" {
		policy = string(engine.RestartNo)
	}
	if _, err := strconv.ParseUint(times, 10, 31); !slices.Contains(all, engine.Restart(policy)) || counted && err != nil {
		return false
	}
	r.Spec.Restart = engine.Restart(policy)
	if counted {
		r.left(Changed, words...)
	}
	return true
}
