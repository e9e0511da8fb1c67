package qemu

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/engine/machine/driver"
)

// TestCommandLines compares every kind of command line with testdata; UPDATE=1
// writes what is there now.
func TestCommandLines(t *testing.T) {
	spec := driver.Spec{
		Name: "default", Arch: "amd64", CPUs: 2, MemoryBytes: 1 << 30,
		Kernel: "/i/vmlinuz", Plain: "/i/vmlinux", Initrd: "/i/initrd.zst", Root: "/i/root.sqfs", Data: "/home/a, b/data.img",
		KernelArgs: "quiet escale.name=default",
	}
	tools := spec
	tools.Tools = "/i/a, b/tools.sqfs"
	arm := spec
	arm.Arch, arm.Plain = "arm64", ""
	for name, tc := range map[string]struct {
		spec driver.Spec
		with setting
	}{
		"linux-kvm":       {spec, setting{accel: kvm, sandbox: true, wires: inherited}},
		"linux-tcg":       {spec, setting{accel: tcg, sandbox: true, wires: inherited}},
		"linux-shares":    {spec, setting{accel: kvm, sandbox: true, wires: inherited, shares: []served{{"share0", 8}, {"share2", 9}}}},
		"linux-tools":     {tools, setting{accel: kvm, sandbox: true, wires: inherited}},
		"linux-no-secomp": {spec, setting{accel: tcg, wires: inherited}},
		"linux-arm64-kvm": {arm, setting{accel: kvm, sandbox: true, wires: inherited}},
		"linux-arm64-tcg": {arm, setting{accel: tcg, sandbox: true, wires: inherited}},
		"darwin-hvf":      {spec, setting{accel: hvf, wires: inherited}},
		"darwin-arm64":    {arm, setting{accel: hvf, wires: inherited}},
		"windows-whpx":    {spec, setting{accel: whpx, wires: inFolder("C:/Users/a, b/m")}},
	} {
		t.Run(name, func(t *testing.T) {
			got := listing(program("linux", tc.spec.Arch), arguments(tc.spec, tc.with))
			path := filepath.Join("testdata", name+".txt")
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
