package command

// NetworkCreate is the command that makes a network.
func (t Target) NetworkCreate(name string) string { return t.Line("docker", "network", "create", name) }
