package command

import (
	"strings"

	"escale/app/parcel"
	"escale/engine"
)

// FillerPath is where a volume is mounted while it is filled.
const FillerPath = "/escale-copy"

// Filler is a container, never to be started, through which a volume is filled
// for the container that spec makes: from the same image, which is there.
func Filler(spec engine.ContainerSpec, volume string) engine.ContainerSpec {
	return engine.ContainerSpec{
		Name: volume + "-copy", Image: spec.Image, Command: []string{"true"},
		Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: volume, Target: FillerPath}},
	}
}

// Fill are the docker commands that make a volume and copy a folder into it, for
// the container that spec makes.
func (t Target) Fill(spec engine.ContainerSpec, c parcel.Copy) []string {
	filler := Filler(spec, c.Volume)
	create := Run(filler, false)
	create[1] = "create"
	return []string{
		t.Line("docker", "volume", "create", c.Volume),
		t.Line(create...),
		t.Line("docker", "cp", Within(c.Folder), filler.Name+":"+FillerPath),
		t.Line("docker", "rm", "-v", filler.Name),
	}
}

// Within is how docker cp names what is in a folder.
func Within(folder string) string { return strings.TrimRight(folder, `/\`) + "/." }
