package run

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"escale/app/command"
	"escale/engine"
)

// FromSpec makes a form of what a container is made from, for the image that it
// names, and says what the form does not hold as it stands. A mount of a folder
// that is not named by a whole path is one that the user is to choose.
func FromSpec(spec engine.ContainerSpec, facts Facts) (Form, []command.Left) {
	return fromSpec(spec, nil, facts)
}

// FromLine is FromSpec for a command that was read: variables without a value are
// asked for.
func FromLine(r command.Reading, facts Facts) (Form, []command.Left) {
	f, left := fromSpec(r.Spec, r.Ask, facts)
	return f, append(slices.Clone(r.Left), left...)
}

func fromSpec(spec engine.ContainerSpec, ask []string, facts Facts) (Form, []command.Left) {
	f := Form{
		Name: spec.Name, Network: spec.Network, NewNetwork: spec.Network != "" && !BuiltinNetwork(spec.Network), Restart: spec.Restart,
		Command: JoinWords(spec.Command), Hostname: spec.Hostname, TTY: spec.TTY, AutoRemove: spec.AutoRemove,
	}
	if spec.MemoryBytes > 0 {
		f.Memory = command.Memory(spec.MemoryBytes)
	}
	if spec.NanoCPUs > 0 {
		f.CPUs = command.CPUs(spec.NanoCPUs)
	}
	left := notHeld(spec)
	left = append(left, f.takePorts(spec.Ports)...)
	left = append(left, f.takeMounts(spec.Mounts)...)
	for _, e := range spec.Env {
		f.Env = append(f.Env, EnvRow{Name: e.Name, Value: e.Value, Secret: SecretName(e.Name), Wanted: slices.Contains(ask, e.Name)})
	}
	return Given(f, spec.Image, facts), left
}

// notHeld are the parts of a spec that the form has no place for.
func notHeld(spec engine.ContainerSpec) (left []command.Left) {
	add := func(is bool, words ...string) {
		if is {
			left = append(left, command.NewLeft(command.NotHeld, words...))
		}
	}
	add(spec.Entrypoint != nil, append([]string{"--entrypoint"}, spec.Entrypoint...)...)
	add(spec.User != "", "--user", spec.User)
	add(spec.WorkDir != "", "--workdir", spec.WorkDir)
	labels := make([]string, 0, len(spec.Labels))
	for k, v := range spec.Labels {
		labels = append(labels, k+"="+v)
	}
	slices.Sort(labels)
	for _, l := range labels {
		add(true, "--label", l)
	}
	if spec.TTY != spec.OpenStdin {
		word := "-i"
		if spec.TTY {
			word = "-t"
		}
		left = append(left, command.NewLeft(command.Changed, word))
	}
	return left
}

// takePorts fills the ports in. The form opens all of them to the network, or
// none.
func (f *Form) takePorts(ports []engine.PortBinding) (left []command.Left) {
	f.Public = len(ports) > 0
	for _, p := range ports {
		f.Public = f.Public && everyAddress(p.HostIP)
	}
	for _, p := range ports {
		row := PortRow{Container: strconv.Itoa(int(p.Container)), Protocol: protocol(p.Protocol)}
		if p.Host != 0 {
			row.Host = strconv.Itoa(int(p.Host))
		}
		f.Ports = append(f.Ports, row)
		if ip, _ := netip.ParseAddr(p.HostIP); p.Host == 0 || !f.Public && ip.String() != "127.0.0.1" {
			left = append(left, command.NewLeft(command.Changed, "-p", command.Publish(p)))
		}
	}
	return left
}

func everyAddress(ip string) bool {
	addr, err := netip.ParseAddr(ip)
	return ip == "" || err == nil && addr.IsUnspecified()
}

func (f *Form) takeMounts(mounts []engine.Mount) (left []command.Left) {
	for _, m := range mounts {
		row := VolumeRow{Source: m.Source, Target: m.Target, ReadOnly: m.ReadOnly}
		switch {
		case m.Kind == engine.MountTmpfs:
			left = append(left, command.NewLeft(command.NotHeld, command.Mount(m)...))
			continue
		case m.Kind == engine.MountBind && !IsHostPath(m.Source):
			row.Words, row.Source, row.Wanted = wish(m.Source), "", true
		case m.Kind != engine.MountBind && m.Source == "":
			left = append(left, command.NewLeft(command.Changed, command.Mount(m)...))
		}
		f.Volumes = append(f.Volumes, row)
	}
	return left
}

// wish is a short text about a folder.
func wish(text string) string {
	runes := []rune(command.NewLeft(command.Asked, text).Words)
	return string(runes[:min(len(runes), 60)])
}

// SpecOf is what a container was made from, as far as it differs from its image,
// and what of it a spec cannot say. An image without a detail, nil, counts as
// one that sets nothing.
func SpecOf(d engine.ContainerDetail, image *engine.ImageDetail) (spec engine.ContainerSpec, left []command.Left) {
	if image == nil {
		image = &engine.ImageDetail{}
	}
	spec = engine.ContainerSpec{
		Name: d.Name, Image: d.Image, Restart: d.Restart, MemoryBytes: d.MemoryBytes, NanoCPUs: d.NanoCPUs,
		TTY: d.TTY, OpenStdin: d.TTY, AutoRemove: d.AutoRemove,
	}
	if !slices.Equal(d.Args, image.Command) {
		spec.Command = d.Args
	}
	if !slices.Equal(d.Entrypoint, image.Entrypoint) {
		spec.Entrypoint = append([]string{}, d.Entrypoint...)
	}
	if d.User != image.User {
		spec.User = d.User
	}
	if d.WorkDir != image.WorkDir {
		spec.WorkDir = d.WorkDir
	}
	if !strings.HasPrefix(d.ID, d.Hostname) { // the engine's own choice
		spec.Hostname = d.Hostname
	}
	for _, e := range d.Env {
		if !slices.Contains(image.Env, e) {
			spec.Env = append(spec.Env, e)
		}
	}
	spec.Ports, spec.Mounts = published(d.Ports), mounted(d.Mounts)
	networks := slices.DeleteFunc(slices.Clone(d.Networks), func(n string) bool { return n == "bridge" || n == "podman" || n == "default" })
	for i, n := range networks {
		if i == 0 {
			spec.Network = n
			continue
		}
		left = append(left, command.NewLeft(command.NotHeld, "--network", n))
	}
	if d.Privileged {
		left = append(left, command.NewLeft(command.Wall, "--privileged"))
	}
	return spec, left
}

// published are the bindings of a container, each once: engines list those of
// IPv6 apart.
func published(ports []engine.Port) (bindings []engine.PortBinding) {
	for _, p := range ports {
		if p.Host == 0 {
			continue
		}
		b := engine.PortBinding{Host: p.Host, Container: p.Container, Protocol: protocol(p.Protocol)}
		if p.HostIP.IsValid() && !p.HostIP.IsUnspecified() {
			b.HostIP = p.HostIP.String()
		}
		if !slices.Contains(bindings, b) {
			bindings = append(bindings, b)
		}
	}
	return bindings
}

// mounted are the mounts of a container without those whose name nobody chose:
// the image makes them anew.
func mounted(mounts []engine.Mount) (own []engine.Mount) {
	for _, m := range mounts {
		if m.Kind == engine.MountVolume && len(m.Source) == 64 && strings.Trim(m.Source, "0123456789abcdef") == "" {
			m.Source = ""
		}
		own = append(own, m)
	}
	return own
}
