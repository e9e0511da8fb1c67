package run

import (
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// RiskKind says how something reaches beyond the container.
type RiskKind string

// The kinds, the gravest first.
const (
	RiskSocket   RiskKind = "socket"   // the engine's own socket: full control of the engine
	RiskHost     RiskKind = "host"     // the network of the engine's computer
	RiskFolder   RiskKind = "folder"   // a folder of the user's, to write into
	RiskRead     RiskKind = "read"     // a folder of the user's, to read
	RiskVolume   RiskKind = "volume"   // a volume that is there already
	RiskPublic   RiskKind = "public"   // ports open to the network
	RiskRegistry RiskKind = "registry" // the image is not from Docker Hub
	RiskMaker    RiskKind = "maker"    // the image is by somebody whom nobody vouches for
)

// Risk is one of them. Name is the folder, the volume, the registry or the
// maker; Place is the path in the container of what is mounted.
type Risk struct {
	Kind  RiskKind
	Name  string
	Place string
}

// Risks are what somebody should know who did not fill the form in, before it is
// run; the gravest first.
func (f Form) Risks() []Risk {
	var risks []Risk
	for _, r := range f.Volumes {
		risks = append(risks, f.riskOf(r)...)
	}
	if f.Network == "host" {
		risks = append(risks, Risk{Kind: RiskHost})
	}
	if f.Public && !f.PortsIgnored() && slices.ContainsFunc(f.Ports, func(r PortRow) bool { return !r.Blank() }) {
		risks = append(risks, Risk{Kind: RiskPublic})
	}
	risks = append(risks, f.origin()...)
	order := []RiskKind{RiskSocket, RiskHost, RiskFolder, RiskRead, RiskVolume, RiskPublic, RiskRegistry, RiskMaker}
	slices.SortStableFunc(risks, func(a, b Risk) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return risks
}

func (f Form) riskOf(r VolumeRow) []Risk {
	source, target := strings.TrimSpace(r.Source), strings.TrimSpace(r.Target)
	kind := RiskFolder
	if r.ReadOnly {
		kind = RiskRead
	}
	_, there := f.facts.Volumes[source]
	switch {
	case r.From != "" || r.Blank():
	case IsSocket(source):
		return []Risk{{RiskSocket, source, target}}
	case IsSocket(target) && (source == "" || IsHostPath(source)):
		return []Risk{{RiskSocket, target, target}}
	case IsHostPath(source):
		return []Risk{{kind, source, target}}
	case source == "" && r.Wanted:
		return []Risk{{kind, "", target}}
	case there:
		return []Risk{{RiskVolume, source, target}}
	}
	return nil
}

// IsSocket reports whether a path is, or holds, the socket of an engine.
func IsSocket(source string) bool {
	clean := path.Clean(strings.ReplaceAll(source, `\`, "/"))
	switch clean {
	case "/", "/run", "/var", "/var/run", "/run/podman", "/run/containerd", "/var/run/podman", "/var/run/containerd":
		return true
	}
	switch path.Base(clean) {
	case "docker.sock", "podman.sock", "containerd.sock", "docker_engine":
		return true
	}
	return false
}

// origin says who the image is from, unless it is a starter or an official one.
func (f Form) origin() []Risk {
	named, err := reference.ParseNormalizedNamed(f.Image)
	if err != nil || f.HasRecipe || isID(f.Image) {
		return nil
	}
	domain := reference.Domain(named)
	if domain != "docker.io" {
		return []Risk{{Kind: RiskRegistry, Name: domain}}
	}
	if owner, _, found := strings.Cut(reference.FamiliarName(named), "/"); found {
		return []Risk{{Kind: RiskMaker, Name: owner}}
	}
	return nil
}
