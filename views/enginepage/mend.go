package enginepage

import (
	"errors"
	"runtime"
	"strings"

	"escale/app/command"
	"escale/engine"
	"escale/engine/mend"
	"escale/views/say"
)

// installPage says how to install Docker on every system.
const installPage = "https://docs.docker.com/get-started/get-docker/"

// remedy is one way to mend what is wrong: words, and a command or a page.
type remedy struct{ caption, command, link string }

// system is what the remedies depend on.
type system struct {
	os     string // as in runtime.GOOS
	arch   string // as in runtime.GOARCH
	family string // of a Linux: "debian", "fedora", "arch", "suse"; empty is another
	kvm    kvm    // of a Linux
}

// thisSystem is the one that the program runs on.
func thisSystem() system {
	s := system{os: runtime.GOOS, arch: runtime.GOARCH}
	if s.os == "linux" {
		s.family, s.kvm = linuxFamily(), kvmOf("/dev/kvm")
	}
	return s
}

// remedies are what to do about an engine that cannot be used, the most likely
// first.
func (s system) remedies(one engine.Candidate) []remedy {
	p := s.productOf(one.Endpoint)
	is := func(cause error) bool { return errors.Is(one.Err, cause) }
	var all []remedy
	switch {
	case one.Err == nil:
	case one.Endpoint.Kind == engine.EndpointMachine && is(engine.ErrNotStarted):
		return s.repair(one.Err)
	case is(engine.ErrNoEngine) || one.Endpoint.ID == "":
		return s.install()
	case is(engine.ErrPermission):
		all = s.admit(one.Endpoint, p)
	case is(engine.ErrSocketMissing), is(engine.ErrRefused):
		all = s.start(one.Endpoint, p)
	case is(engine.ErrTimeout):
		all = s.restart(one.Endpoint, p)
	case is(engine.ErrServer):
		all = append(s.restart(one.Endpoint, p), p.log()...)
	case is(engine.ErrTooOld):
		return []remedy{{caption: say.L("engine.fix.update"), link: installPage}}
	case is(engine.ErrSSH):
		return []remedy{{caption: say.L("engine.fix.ssh"), command: sshCommand(one.Endpoint.Host)}}
	case is(engine.ErrTLS), is(engine.ErrHostUnknown), is(engine.ErrNotEngine), is(engine.ErrContextInvalid):
	}
	return append(all, origin(one)...)
}

// install is for a computer without an engine.
func (s system) install() []remedy {
	commands := map[string]string{
		"debian": "sudo apt install docker.io",
		"fedora": "sudo dnf install podman && systemctl --user enable --now podman.socket",
		"arch":   "sudo pacman -S docker && sudo systemctl enable --now docker",
		"suse":   "sudo zypper install docker && sudo systemctl enable --now docker",
	}
	if s.os != "linux" {
		return []remedy{{caption: say.L("engine.fix.install.app"), link: installPage}}
	}
	var all []remedy
	if line := commands[s.family]; line != "" {
		all = append(all, remedy{caption: say.L("engine.fix.install"), command: line})
	}
	return append(all, remedy{caption: say.L("engine.fix.install.page"), link: installPage})
}

// admit is for an engine that does not let this account in.
func (s system) admit(ep engine.Endpoint, p product) []remedy {
	fix, ok := mend.PermissionFix(ep)
	switch {
	case s.os == "windows" && p.local():
		return []remedy{{caption: say.L("engine.fix.group.windows"), command: `net localgroup docker-users "%USERNAME%" /add`}}
	case s.os == "darwin" && p.local():
		return s.start(ep, p)
	case !ok:
		return []remedy{{caption: say.L("engine.fix.denied")}}
	case fix.Group != "" && fix.Member:
		return []remedy{{caption: say.L("engine.fix.member", "User", fix.User, "Group", fix.Group)}}
	case fix.Group != "":
		line := command.Line("sudo", "usermod", "-aG", fix.Group, fix.User)
		return []remedy{{caption: say.L("engine.fix.group", "User", fix.User, "Group", fix.Group), command: line}}
	case p.name == "Podman":
		return []remedy{{caption: say.L("engine.fix.own"), command: "systemctl --user enable --now podman.socket"}}
	}
	return []remedy{{caption: say.L("engine.fix.closed", "Socket", fix.Socket)}}
}

// start is for an engine that does not run.
func (s system) start(ep engine.Endpoint, p product) []remedy {
	switch {
	case p.remote:
		return []remedy{{caption: say.L("engine.fix.remote", "Host", ep.Host)}}
	case p.app && p.start != "":
		return []remedy{{caption: say.L("engine.fix.start.either", "Name", p.name), command: p.start}}
	case p.app:
		return []remedy{{caption: say.L("engine.fix.start.app", "Name", p.name)}}
	case p.start != "":
		return []remedy{{caption: say.L("engine.fix.start"), command: p.start}}
	}
	return []remedy{{caption: say.L("engine.fix.start.unknown")}}
}

// restart is for an engine that hangs or is in trouble.
func (s system) restart(ep engine.Endpoint, p product) []remedy {
	switch {
	case p.remote:
		return []remedy{{caption: say.L("engine.fix.remote", "Host", ep.Host)}}
	case p.app:
		return []remedy{{caption: say.L("engine.fix.restart.app", "Name", p.name)}}
	case p.restart != "":
		return []remedy{{caption: say.L("engine.fix.restart"), command: p.restart}}
	}
	return nil
}

// origin is about the address itself: who names it, and how to leave it.
func origin(one engine.Candidate) []remedy {
	wrong := errors.Is(one.Err, engine.ErrNotEngine) || errors.Is(one.Err, engine.ErrHostUnknown) ||
		errors.Is(one.Err, engine.ErrTLS) || errors.Is(one.Err, engine.ErrContextInvalid)
	missing := errors.Is(one.Err, engine.ErrSocketMissing) || errors.Is(one.Err, engine.ErrRefused) || errors.Is(one.Err, engine.ErrTimeout)
	switch ep := one.Endpoint; {
	case !wrong && !missing, ep.ID == "":
	case ep.Kind == engine.EndpointEnv:
		return []remedy{{caption: say.L("engine.fix.env"), command: "unset DOCKER_HOST"}}
	case ep.Kind == engine.EndpointContext && wrong:
		return []remedy{{caption: say.L("engine.fix.context", "Name", ep.Name), command: command.Line("docker", "context", "inspect", contextName(ep))}}
	case ep.Kind == engine.EndpointContext && ep.Current:
		return []remedy{{caption: say.L("engine.fix.context.leave", "Name", ep.Name), command: "docker context use default"}}
	}
	return nil
}

// contextName is what the docker command calls a context.
func contextName(ep engine.Endpoint) string {
	if name, ok := strings.CutPrefix(ep.ID, "context:"); ok {
		return name
	}
	return ep.Name
}

// sshCommand asks the far engine for its version through ssh.
func sshCommand(host string) string {
	target := strings.TrimSuffix(strings.TrimPrefix(host, "ssh://"), "/")
	words := []string{"ssh"}
	if at, port, ok := strings.Cut(target, ":"); ok && port != "" && !strings.Contains(port, ":") {
		words, target = append(words, "-p", port), at
	}
	return command.Line(append(words, target, "docker", "version")...)
}
