package find

import (
	"os"
	"slices"
	"strings"

	"escale/engine"
	"escale/engine/contextfile"
	"escale/engine/machine"
)

// The Escale Machine as an endpoint.
const (
	MachineID   = "machine"
	MachineName = "Escale Machine"
)

// Machine is where the engine of the Escale Machine is, if anywhere.
type Machine struct {
	Host    string // as DOCKER_HOST takes it; empty where the user has no place for one
	Offered bool   // it can be started here, or runs
}

// systemMachine is the user's machine on this computer.
func systemMachine() Machine {
	home, err := machine.LocateHome()
	if err != nil {
		return Machine{}
	}
	m := Machine{Host: home.DockerHost(machine.DefaultName), Offered: machine.Offered() == nil}
	if path, ok := strings.CutPrefix(m.Host, "unix://"); ok && !m.Offered {
		_, err := os.Stat(path)
		m.Offered = err == nil // somebody else's helper runs it
	}
	return m
}

// withMachine puts the machine after all others, or where DOCKER_HOST or the
// context in use names it. Contexts that only lead to it, such as our own, are
// no engines of their own.
func withMachine(env Environment, all []place) []place {
	if env.Machine.Host == "" {
		return all
	}
	own := place{rank: productName, Candidate: engine.Candidate{Endpoint: engine.Endpoint{
		ID: MachineID, Kind: engine.EndpointMachine, Name: MachineName, Host: env.Machine.Host, Context: machineContext(env, all),
	}}}
	key := identity(own.Endpoint)
	leads := func(p place) bool { return p.Err == nil && identity(p.Endpoint) == key }
	named := slices.IndexFunc(all, func(p place) bool { return leads(p) && p.Endpoint.Current })
	switch {
	case named >= 0 && env.Machine.Offered:
		own.Endpoint.Current = true
		all[named] = own
	case env.Machine.Offered:
		all = append(all, own)
	}
	return slices.DeleteFunc(all, func(p place) bool {
		return p.Endpoint.Kind == engine.EndpointContext && !p.Endpoint.Current && leads(p)
	})
}

// machineContext names the context that leads to the machine, whether it is
// registered yet or not; empty when somebody else has the name.
func machineContext(env Environment, all []place) string {
	for _, p := range all {
		if p.Endpoint.ID == "context:"+contextfile.Name && (p.Err != nil || p.Endpoint.Host != env.Machine.Host) {
			return ""
		}
	}
	return contextfile.Name
}
