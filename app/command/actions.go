package command

// Start is the command that starts a stopped container.
func Start(name string) string { return Line("docker", "start", name) }

// Stop is the command that stops a container.
func Stop(name string) string { return Line("docker", "stop", name) }

// Resume is the command that lets a frozen container go on.
func Resume(name string) string { return Line("docker", "unpause", name) }

// Inspect is the command that says everything about a container.
func Inspect(name string) string { return Line("docker", "inspect", name) }

// Logs is the command that shows what a container printed.
func Logs(name string, follow bool) string {
	if follow {
		return Line("docker", "logs", "-f", name)
	}
	return Line("docker", "logs", name)
}

// Containers is the command that lists the containers, stopped ones too.
func Containers() string { return Line("docker", "ps", "-a") }

// Images is the command that lists the images.
func Images() string { return Line("docker", "images") }

// Pull is the command that downloads an image.
func Pull(ref string) string { return Line("docker", "pull", ref) }

// Search is the command that searches the registry.
func Search(term string) string { return Line("docker", "search", term) }

// Volumes is the command that lists the volumes.
func Volumes() string { return Line("docker", "volume", "ls") }

// VolumeCreate is the command that makes a volume.
func VolumeCreate(name string) string {
	if name == "" {
		return Line("docker", "volume", "create")
	}
	return Line("docker", "volume", "create", name)
}
