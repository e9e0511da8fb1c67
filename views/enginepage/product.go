package enginepage

import (
	"os"
	"strings"

	"escale/engine"
	"escale/views/say"
)

// product is a way to get an engine, and how it is started.
type product struct {
	name           string
	remote         bool   // on another computer
	app            bool   // a window of its own starts and ends it
	start, restart string // commands; empty when none is known
	journal        string // the command that shows its log
}

// local tells whether it runs on this computer.
func (p product) local() bool { return !p.remote }

// log is the remedy that shows what the engine itself has to say.
func (p product) log() []remedy {
	if p.journal == "" {
		return nil
	}
	return []remedy{{caption: say.L("engine.fix.log"), command: p.journal}}
}

// productOf tells from an endpoint's address which product it is.
func (s system) productOf(ep engine.Endpoint) product {
	host := strings.ToLower(strings.ReplaceAll(ep.Host, `\`, "/"))
	has := func(part string) bool { return strings.Contains(host, part) }
	switch {
	case strings.HasPrefix(host, "tcp://"), strings.HasPrefix(host, "ssh://"), strings.HasPrefix(host, "http"):
		return product{remote: true}
	case has("colima"):
		return product{name: "Colima", start: "colima start", restart: "colima restart"}
	case has("/.rd/"):
		return product{name: "Rancher Desktop", app: true}
	case has("orbstack"):
		return product{name: "OrbStack", app: true}
	case has("podman"):
		return s.podman(host)
	case has("/.docker/desktop/") || has("dockerdesktop") || s.os != "linux":
		return s.desktop()
	case strings.HasPrefix(host, "unix:///run/user/") || has("/.docker/run/"):
		return service("--user", "docker", "docker")
	case host == "unix:///var/run/docker.sock" || host == "unix:///run/docker.sock":
		return service("", "docker", "docker")
	}
	return product{}
}

func (s system) podman(host string) product {
	p := product{name: "Podman", start: "podman machine start", restart: "podman machine stop && podman machine start"}
	switch {
	case s.os == "linux" && strings.HasPrefix(host, "unix:///run/podman/"):
		p = service("", "podman.socket", "podman")
	case s.os == "linux":
		p = service("--user", "podman.socket", "podman")
	}
	p.name = "Podman"
	return p
}

func (s system) desktop() product {
	p := product{name: "Docker Desktop", app: true}
	switch s.os {
	case "darwin":
		p.start = "open -a Docker"
	case "linux":
		p.start = "systemctl --user start docker-desktop"
	}
	return p
}

// service is an engine that systemd starts, for everyone or for this user.
func service(scope, socket, unit string) product {
	systemctl, journal := "sudo systemctl ", "sudo journalctl -u "+unit+" -n 50"
	if scope != "" {
		systemctl, journal = "systemctl "+scope+" ", "journalctl "+scope+" -u "+unit+" -n 50"
	}
	return product{name: "Docker", start: systemctl + "start " + socket, restart: systemctl + "restart " + unit, journal: journal}
}

// linuxFamily reads which package manager this Linux has, empty when that is
// not known.
func linuxFamily() string {
	content, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return ""
	}
	return familyOf(string(content))
}

func familyOf(release string) string {
	var ids []string
	for line := range strings.Lines(release) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key == "ID" || key == "ID_LIKE" {
			ids = append(ids, strings.Fields(strings.Trim(value, `"'`))...)
		}
	}
	for _, id := range ids {
		switch id {
		case "debian", "ubuntu":
			return "debian"
		case "fedora", "rhel", "centos":
			return "fedora"
		case "arch":
			return "arch"
		case "suse", "opensuse":
			return "suse"
		}
	}
	return ""
}
