package command

import "escale/engine"

// List is the command that lists all containers.
func List() string { return Line("docker", "ps", "-a") }

// Start is the command that starts a stopped container.
func Start(name string) string { return Line("docker", "start", name) }

// Stop is the command that stops a container.
func Stop(name string) string { return Line("docker", "stop", name) }

// Restart is the command that stops and starts a container.
func Restart(name string) string { return Line("docker", "restart", name) }

// Pause is the command that freezes a container.
func Pause(name string) string { return Line("docker", "pause", name) }

// Resume is the command that lets a frozen container go on.
func Resume(name string) string { return Line("docker", "unpause", name) }

// Kill is the command that ends a container at once.
func Kill(name string) string { return Line("docker", "kill", name) }

// Rename is the command that gives a container another name.
func Rename(name, newName string) string { return Line("docker", "rename", name, newName) }

// Inspect is the command that says everything about a container.
func Inspect(name string) string { return Line("docker", "inspect", name) }

// Logs is the command that shows what a container printed.
func Logs(name string, follow bool) string {
	if follow {
		return Line("docker", "logs", "-f", name)
	}
	return Line("docker", "logs", name)
}

// Stats is the command that shows what containers use.
func Stats(names ...string) string {
	return Line(append([]string{"docker", "stats"}, names...)...)
}

// Remove is the command that removes a container.
func Remove(name string, o engine.RemoveContainer) string {
	words := []string{"docker", "rm"}
	if o.Force {
		words = append(words, "-f")
	}
	if o.Volumes {
		words = append(words, "-v")
	}
	return Line(append(words, name)...)
}

// Update is the command that changes the limits of a container. A limit of 0
// removes it.
func Update(name string, c engine.ContainerUpdate) string {
	words := []string{"docker", "update"}
	if c.MemoryBytes != nil {
		words = append(words, "--memory", memory(*c.MemoryBytes))
	}
	if c.NanoCPUs != nil {
		words = append(words, "--cpus", cpus(*c.NanoCPUs))
	}
	if c.Restart != nil {
		words = append(words, "--restart", string(*c.Restart))
	}
	return Line(append(words, name)...)
}

// Images is the command that lists the images.
func Images() string { return Line("docker", "images") }

// Pull is the command that downloads an image.
func Pull(ref string) string { return Line("docker", "pull", ref) }

// Tag is the command that gives an image another name.
func Tag(ref, newRef string) string { return Line("docker", "tag", ref, newRef) }

// ImageRemove is the command that removes an image.
func ImageRemove(ref string, force bool) string {
	if force {
		return Line("docker", "rmi", "-f", ref)
	}
	return Line("docker", "rmi", ref)
}

// ImagePrune is the command that removes images nothing uses; all: those with a
// tag too.
func ImagePrune(all bool) string {
	if all {
		return Line("docker", "image", "prune", "-a")
	}
	return Line("docker", "image", "prune")
}

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

// VolumeRemove is the command that removes a volume.
func VolumeRemove(name string) string { return Line("docker", "volume", "rm", name) }

// VolumePrune is the command that removes volumes nothing uses; all: named ones
// too.
func VolumePrune(all bool) string {
	if all {
		return Line("docker", "volume", "prune", "-a")
	}
	return Line("docker", "volume", "prune")
}

// Networks is the command that lists the networks.
func Networks() string { return Line("docker", "network", "ls") }

// Info is the command that describes the engine.
func Info() string { return Line("docker", "info") }

// DiskUse is the command that says what the engine keeps on disk.
func DiskUse() string { return Line("docker", "system", "df") }
