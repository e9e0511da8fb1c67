package command

// NetworkCreate is the command that makes a network.
func NetworkCreate(name string) string { return Line("docker", "network", "create", name) }
