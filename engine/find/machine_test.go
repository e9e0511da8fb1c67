package find_test

import (
	"path/filepath"
	"slices"
	"testing"

	"escale/engine"
	"escale/engine/contextfile"
	"escale/engine/find"
)

// withMachine is a computer with a machine that can be started.
func withMachine(t *testing.T) *computer {
	t.Helper()
	c := newComputer(t, "linux")
	c.Machine = find.Machine{Host: "unix://" + c.dir + "/r/escale/default.sock", Offered: true}
	return c
}

func (c *computer) register(t *testing.T) {
	t.Helper()
	if err := contextfile.Register(filepath.Join(c.dir, "h/.docker"), c.Machine.Host); err != nil {
		t.Fatal(err)
	}
}

func TestMachineComesAfterAllOthers(t *testing.T) {
	c := withMachine(t)
	c.register(t)
	c.context(t, "work", "ssh://me@box", false, nil)
	all := find.Places(c.Environment)
	ids := c.ids(all)
	if last := all[len(all)-1].Endpoint; last.ID != "machine" || last.Kind != engine.EndpointMachine || last.Name != "Escale Machine" ||
		last.Host != c.Machine.Host || last.Context != "escale" || last.Current {
		t.Errorf("last of %v is %+v", ids, last)
	}
	if slices.Contains(ids, "context:escale") || !slices.Contains(ids, "context:work") {
		t.Errorf("places %v, want our own context left out and no other", ids)
	}
	c.Machine.Offered = false
	if ids := c.ids(find.Places(c.Environment)); slices.Contains(ids, "machine") || slices.Contains(ids, "context:escale") {
		t.Errorf("places %v, want no machine where there is none", ids)
	}
	c.Machine = find.Machine{}
	if ids := c.ids(find.Places(c.Environment)); !slices.Contains(ids, "context:escale") {
		t.Errorf("places %v, want a context that leads anywhere", ids)
	}
}

func TestMachineThatPlainDockerUses(t *testing.T) {
	for name, choose := range map[string]func(c *computer){
		"its context is in use": func(c *computer) { c.vars["DOCKER_CONTEXT"] = "escale" },
		"DOCKER_HOST names it":  func(c *computer) { c.vars["DOCKER_HOST"] = c.Machine.Host },
	} {
		t.Run(name, func(t *testing.T) {
			c := withMachine(t)
			c.register(t)
			choose(c)
			all := find.Places(c.Environment)
			if first := all[0].Endpoint; first.ID != "machine" || first.Kind != engine.EndpointMachine || !first.Current {
				t.Errorf("first is %+v, want the machine, in use", first)
			}
			n := 0
			for _, p := range all {
				if p.Endpoint.Host == c.Machine.Host {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%d places lead to the machine: %v", n, c.ids(all))
			}
		})
	}
}

func TestSomebodyElsesContextOfTheName(t *testing.T) {
	c := withMachine(t)
	c.context(t, "escale", "tcp://10.0.0.2", false, nil)
	all := find.Places(c.Environment)
	if got := byID(t, all, "machine").Endpoint.Context; got != "" {
		t.Errorf("the machine goes by context %q, which leads elsewhere", got)
	}
	if got := byID(t, all, "context:escale").Endpoint.Host; got != "tcp://10.0.0.2" {
		t.Errorf("their context leads to %s", got)
	}
}

func TestSystemsMachine(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("ESCALE_MACHINE_HOME", dir)
	t.Setenv("ESCALE_MACHINE", filepath.Join(dir, "none"))
	m := find.System().Machine
	if m.Offered || m.Host == "" {
		t.Errorf("without a helper: %+v", m)
	}
	c := withMachine(t)
	c.Machine = m
	if ids := c.ids(find.Places(c.Environment)); slices.Contains(ids, "machine") {
		t.Errorf("places %v", ids)
	}
}
