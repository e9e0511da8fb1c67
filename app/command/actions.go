package command

// Start is the command that starts a stopped container.
func (t Target) Start(name string) string { return t.Line("docker", "start", name) }

// Stop is the command that stops a container.
func (t Target) Stop(name string) string { return t.Line("docker", "stop", name) }

// Resume is the command that lets a frozen container go on.
func (t Target) Resume(name string) string { return t.Line("docker", "unpause", name) }

// Inspect is the command that says everything about a container.
func (t Target) Inspect(name string) string { return t.Line("docker", "inspect", name) }

// Logs is the command that shows what a container printed.
func (t Target) Logs(name string, follow bool) string {
	if follow {
		return t.Line("docker", "logs", "-f", name)
	}
	return t.Line("docker", "logs", name)
}

// Containers is the command that lists the containers, stopped ones too.
func (t Target) Containers() string { return t.Line("docker", "ps", "-a") }

// Images is the command that lists the images.
func (t Target) Images() string { return t.Line("docker", "images") }

// Pull is the command that downloads an image.
func (t Target) Pull(ref string) string { return t.Line("docker", "pull", ref) }

// Search is the command that searches the registry.
func (t Target) Search(term string) string { return t.Line("docker", "search", term) }

// Volumes is the command that lists the volumes.
func (t Target) Volumes() string { return t.Line("docker", "volume", "ls") }

// VolumeCreate is the command that makes a volume.
func (t Target) VolumeCreate(name string) string {
	if name == "" {
		return t.Line("docker", "volume", "create")
	}
	return t.Line("docker", "volume", "create", name)
}
