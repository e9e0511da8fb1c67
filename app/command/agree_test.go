package command

import (
	"strconv"
	"testing"

	"github.com/docker/cli/opts"
	"github.com/docker/go-connections/nat"
	"pgregory.net/rapid"

	"escale/engine"
)

// TestReadsPortsAsDocker gives -p values, good and bad, to docker's own reader
// and to ours: both take the same ports, or refuse.
func TestReadsPortsAsDocker(t *testing.T) {
	ports := rapid.SampledFrom([]string{"", "80", "0", "8080", "65535", "65536", "80-82", "82-80", "x", "-1", "8080-8082"})
	rapid.Check(t, func(t *rapid.T) {
		text := ports.Draw(t, "inside")
		if rapid.Bool().Draw(t, "with host") {
			text = ports.Draw(t, "host") + ":" + text
			text = rapid.SampledFrom([]string{"", "127.0.0.1:", "[::1]:", "0.0.0.0:", "name:", "300.1.1.1:"}).Draw(t, "ip") + text
		}
		text += rapid.SampledFrom([]string{"", "/tcp", "/udp", "/UDP", "/icmp", "/"}).Draw(t, "protocol")
		r := &reader{}
		ok := r.publish(text, []string{"-p", text})
		want, err := nat.ParsePortSpec(text)
		switch {
		case !ok:
			if err == nil && !zero(want) {
				t.Fatalf("docker reads %q as %v", text, want)
			}
			return
		case err != nil:
			t.Fatalf("docker refuses %q: %v; it was read as %+v", text, err, r.Spec.Ports)
		case len(want) != len(r.Spec.Ports):
			t.Fatalf("%q: %v, read as %+v", text, want, r.Spec.Ports)
		}
		for i, b := range r.Spec.Ports {
			host := ""
			if b.Host != 0 {
				host = strconv.Itoa(int(b.Host))
			}
			same := b.HostIP == want[i].Binding.HostIP && int(b.Container) == want[i].Port.Int() && b.Protocol == want[i].Port.Proto()
			if !same || host != want[i].Binding.HostPort && len(r.Left) == 0 {
				t.Fatalf("%q: %v, read as %+v", text, want, r.Spec.Ports)
			}
		}
	})
}

// zero tells whether docker took a port 0, which no form holds.
func zero(mappings []nat.PortMapping) bool {
	for _, m := range mappings {
		if m.Port.Int() == 0 || m.Binding.HostPort == "0" {
			return true
		}
	}
	return false
}

// TestReadsLimitsAsDocker compares sizes and numbers of processors.
func TestReadsLimitsAsDocker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,6}(\.[0-9]{1,3})? ?[bBkKmMgGtTpP]?(i?[bB])?`).Draw(t, "size")
		var want opts.MemBytes
		err := want.Set(text)
		huge := err == nil && (want.Value() < 0 || want.Value() > 1<<60) // there docker overflows, and we refuse
		if got, ok := readMemory(text); ok != (err == nil && !huge) || ok && got != want.Value() {
			t.Fatalf("%q: read as %d, %v; docker says %d, %v", text, got, ok, want.Value(), err)
		}
		text = rapid.StringMatching(`[0-9]{0,4}(\.[0-9]{0,10})?`).Draw(t, "cpus")
		nano, err := opts.ParseCPUs(text)
		if got, ok := readCPUs(text); ok != (err == nil) || ok && got != nano {
			t.Fatalf("%q: read as %d, %v; docker says %d, %v", text, got, ok, nano, err)
		}
	})
}

// TestReadsMountsAsDocker compares --mount.
func TestReadsMountsAsDocker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.StringMatching(`/[a-z "=:]{0,6}[a-z]`)
		kind := rapid.SampledFrom([]engine.MountKind{engine.MountBind, engine.MountVolume}).Draw(t, "kind")
		want := engine.Mount{Kind: kind, Source: "data", Target: path.Draw(t, "target"), ReadOnly: rapid.Bool().Draw(t, "readonly")}
		if kind == engine.MountBind {
			want.Source = path.Draw(t, "source")
		}
		text := longMount(want)
		var m opts.MountOpt
		if err := m.Set(text); err != nil {
			t.Fatalf("docker refuses %s: %v", text, err)
		}
		r := &reader{}
		_, ok := r.mount(token{text: text}, []string{"--mount", text})
		got := m.Value()[0]
		theirs := engine.Mount{Kind: engine.MountKind(got.Type), Source: got.Source, Target: got.Target, ReadOnly: got.ReadOnly}
		if !ok || len(r.Spec.Mounts) != 1 || r.Spec.Mounts[0] != theirs || len(r.Left) > 0 {
			t.Fatalf("%s: docker reads %+v, we read %+v, left out are %v", text, theirs, r.Spec.Mounts, r.Left)
		}
	})
}
