package command

import (
	"encoding/csv"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"escale/engine"
)

// Run is the docker command that makes and starts a container as spec says, as
// words without quoting. Detached adds -d.
func Run(spec engine.ContainerSpec, detached bool) []string {
	return slices.Concat(runParts(spec, detached)...)
}

// runParts are the words that belong together: the verb, each option with its
// value, the image with its command.
func runParts(spec engine.ContainerSpec, detached bool) [][]string {
	parts := [][]string{{"docker", "run"}}
	flag := func(on bool, words ...string) {
		if on {
			parts = append(parts, words)
		}
	}
	flag(detached, "-d")
	switch {
	case spec.TTY && spec.OpenStdin:
		flag(true, "-it")
	case spec.TTY:
		flag(true, "-t")
	case spec.OpenStdin:
		flag(true, "-i")
	}
	flag(spec.AutoRemove, "--rm")
	flag(spec.Name != "", "--name", spec.Name)
	for _, p := range spec.Ports {
		flag(true, "-p", Publish(p))
	}
	for _, m := range spec.Mounts {
		flag(true, Mount(m)...)
	}
	for _, e := range spec.Env {
		flag(true, "-e", e.Name+"="+e.Value)
	}
	flag(spec.Network != "", "--network", spec.Network)
	flag(spec.Restart != "" && spec.Restart != engine.RestartNo, "--restart", string(spec.Restart))
	flag(spec.MemoryBytes > 0, "--memory", Memory(spec.MemoryBytes))
	flag(spec.NanoCPUs > 0, "--cpus", CPUs(spec.NanoCPUs))
	flag(spec.User != "", "--user", spec.User)
	flag(spec.WorkDir != "", "--workdir", spec.WorkDir)
	flag(spec.Hostname != "", "--hostname", spec.Hostname)
	for _, k := range slices.Sorted(maps.Keys(spec.Labels)) {
		flag(true, "--label", k+"="+spec.Labels[k])
	}
	return append(parts, program(spec)...)
}

// program is the image and what runs in it. The command line knows one word of
// entrypoint; the others go before the command.
func program(spec engine.ContainerSpec) [][]string {
	tail := append([]string{spec.Image}, spec.Command...)
	switch {
	case spec.Entrypoint == nil:
		return [][]string{tail}
	case len(spec.Entrypoint) == 0:
		return [][]string{{"--entrypoint", ""}, tail}
	}
	tail = slices.Concat([]string{spec.Image}, spec.Entrypoint[1:], spec.Command)
	return [][]string{{"--entrypoint", spec.Entrypoint[0]}, tail}
}

// Publish writes a binding as -p takes it: [[ip:]host:]container[/protocol].
func Publish(p engine.PortBinding) string {
	text := strconv.Itoa(int(p.Container))
	if p.Protocol != "" && p.Protocol != "tcp" {
		text += "/" + p.Protocol
	}
	host := ""
	if p.Host != 0 {
		host = strconv.Itoa(int(p.Host))
	}
	ip := p.HostIP
	if addr, err := netip.ParseAddr(ip); err == nil && addr.Is6() {
		ip = "[" + ip + "]"
	}
	switch {
	case ip != "":
		return ip + ":" + host + ":" + text
	case host != "":
		return host + ":" + text
	}
	return text
}

// Mount writes a mount with -v, or with --mount where a colon would be misread.
// A folder of the host is always one for --mount: -v would make it when it is
// not there.
func Mount(m engine.Mount) []string {
	colon := strings.ContainsRune(m.Source+m.Target, ':')
	switch {
	case m.Kind == engine.MountTmpfs && !colon:
		return []string{"--tmpfs", m.Target}
	case m.Kind == engine.MountTmpfs, m.Kind == engine.MountBind, colon, m.Source == "" && m.ReadOnly:
		return []string{"--mount", longMount(m)}
	case m.Source == "":
		return []string{"-v", m.Target}
	case m.ReadOnly:
		return []string{"-v", m.Source + ":" + m.Target + ":ro"}
	}
	return []string{"-v", m.Source + ":" + m.Target}
}

// longMount is the value of --mount: one record of comma-separated fields.
func longMount(m engine.Mount) string {
	kind := m.Kind
	if kind == "" {
		kind = engine.MountVolume
	}
	fields := []string{"type=" + string(kind)}
	if m.Source != "" && kind != engine.MountTmpfs {
		fields = append(fields, "source="+m.Source)
	}
	fields = append(fields, "target="+m.Target)
	if m.ReadOnly {
		fields = append(fields, "readonly")
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(fields) // a strings.Builder never fails
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// Memory writes bytes in the largest unit that divides them; units are powers
// of 1024.
func Memory(bytes int64) string {
	if bytes == 0 {
		return "0"
	}
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "g"}, {1 << 20, "m"}, {1 << 10, "k"}} {
		if bytes%u.size == 0 {
			return strconv.FormatInt(bytes/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(bytes, 10) + "b"
}

// CPUs writes billionths of a CPU as an exact decimal number.
func CPUs(nano int64) string {
	whole := strconv.FormatInt(nano/1e9, 10)
	rest := strconv.FormatInt(nano%1e9+1e9, 10)[1:]
	rest = strings.TrimRight(rest, "0")
	if rest == "" {
		return whole
	}
	return whole + "." + rest
}
