package enginepage

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"escale/engine"
)

var errDetail = errors.New("detail")

func at(id string, kind engine.EndpointKind, host string, cause error) engine.Candidate {
	return engine.Candidate{
		Endpoint: engine.Endpoint{ID: id, Kind: kind, Name: "work", Host: host},
		Err:      engine.Unreachable(cause, errDetail),
	}
}

// TestRemedies checks what is offered on each system for each cause.
func TestRemedies(t *testing.T) {
	linux := system{os: "linux", family: "debian"}
	mac, windows := system{os: "darwin"}, system{os: "windows"}
	const docker = "unix:///var/run/docker.sock"
	socket := func(host string, cause error) engine.Candidate {
		return at("socket:"+host, engine.EndpointSocket, host, cause)
	}
	for name, tc := range map[string]struct {
		system system
		one    engine.Candidate
		want   string // the commands, one a line; a page is "page", words only are "words"
	}{
		"nothing installed":           {linux, engine.Candidate{Err: engine.ErrNoEngine}, "sudo apt install docker.io\npage"},
		"nothing installed, fedora":   {system{os: "linux", family: "fedora"}, engine.Candidate{Err: engine.ErrNoEngine}, "sudo dnf install podman && systemctl --user enable --now podman.socket\npage"},
		"nothing installed, other":    {system{os: "linux"}, engine.Candidate{Err: engine.ErrNoEngine}, "page"},
		"nothing installed, mac":      {mac, engine.Candidate{Err: engine.ErrNoEngine}, "page"},
		"nothing installed, windows":  {windows, engine.Candidate{Err: engine.ErrNoEngine}, "page"},
		"refused":                     {linux, socket(docker, engine.ErrRefused), "sudo systemctl start docker"},
		"refused, mac":                {mac, socket(docker, engine.ErrRefused), "open -a Docker"},
		"refused, windows":            {windows, socket("npipe:////./pipe/docker_engine", engine.ErrRefused), "words"},
		"refused, rootless":           {linux, socket("unix:///run/user/1000/docker.sock", engine.ErrRefused), "systemctl --user start docker"},
		"refused, desktop on linux":   {linux, socket("unix:///home/me/.docker/desktop/docker.sock", engine.ErrRefused), "systemctl --user start docker-desktop"},
		"refused, podman":             {linux, socket("unix:///run/podman/podman.sock", engine.ErrRefused), "sudo systemctl start podman.socket"},
		"refused, podman of the user": {linux, socket("unix:///run/user/1000/podman/podman.sock", engine.ErrRefused), "systemctl --user start podman.socket"},
		"refused, podman on a mac":    {mac, socket("unix:///Users/me/.local/share/containers/podman/machine/podman.sock", engine.ErrRefused), "podman machine start"},
		"refused, colima":             {mac, socket("unix:///Users/me/.colima/default/docker.sock", engine.ErrRefused), "colima start"},
		"refused, rancher":            {mac, socket("unix:///Users/me/.rd/docker.sock", engine.ErrRefused), "words"},
		"refused, orbstack":           {mac, socket("unix:///Users/me/.orbstack/run/docker.sock", engine.ErrRefused), "words"},
		"refused, far away":           {linux, at("context:far", engine.EndpointContext, "tcp://10.0.0.2:2376", engine.ErrRefused), "words"},
		"missing, of the variable":    {linux, at("env", engine.EndpointEnv, "unix:///srv/d.sock", engine.ErrSocketMissing), "words\nunset DOCKER_HOST"},
		"hangs":                       {linux, socket(docker, engine.ErrTimeout), "sudo systemctl restart docker"},
		"hangs, mac":                  {mac, socket("unix:///Users/me/.docker/run/docker.sock", engine.ErrTimeout), "words"},
		"hangs, of the variable":      {linux, at("env", engine.EndpointEnv, "unix:///srv/d.sock", engine.ErrTimeout), "unset DOCKER_HOST"},
		"500":                         {linux, socket(docker, engine.ErrServer), "sudo systemctl restart docker\nsudo journalctl -u docker -n 50"},
		"500, windows":                {windows, socket("npipe:////./pipe/dockerDesktopLinuxEngine", engine.ErrServer), "words"},
		"too old":                     {linux, socket(docker, engine.ErrTooOld), "page"},
		"too new":                     {linux, socket(docker, engine.ErrUnsupported), ""},
		"wrong certificates":          {linux, at("context:far", engine.EndpointContext, "tcp://10.0.0.2:2376", engine.ErrTLS), "docker context inspect far"},
		"no such host":                {linux, at("env", engine.EndpointEnv, "tcp://nowhere:2375", engine.ErrHostUnknown), "unset DOCKER_HOST"},
		"not an engine":               {linux, at("env", engine.EndpointEnv, "tcp://10.0.0.2:80", engine.ErrNotEngine), "unset DOCKER_HOST"},
		"a damaged context":           {linux, at("context:my work", engine.EndpointContext, "", engine.ErrContextInvalid), "docker context inspect 'my work'"},
		"ssh":                         {linux, at("context:far", engine.EndpointContext, "ssh://me@far", engine.ErrSSH), "ssh me@far docker version"},
		"ssh with a port":             {linux, at("context:far", engine.EndpointContext, "ssh://me@far:2222", engine.ErrSSH), "ssh -p 2222 me@far docker version"},
		"not let in, far away":        {linux, at("context:far", engine.EndpointContext, "tcp://10.0.0.2:2376", engine.ErrPermission), "words"},
		"not let in, windows":         {windows, socket("npipe:////./pipe/docker_engine", engine.ErrPermission), `net localgroup docker-users "%USERNAME%" /add`},
		"not let in, mac":             {mac, socket(docker, engine.ErrPermission), "open -a Docker"},
		"works":                       {linux, engine.Candidate{Endpoint: engine.Endpoint{ID: "x", Host: docker}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := commands(t, tc.system.remedies(tc.one)); got != tc.want {
				t.Errorf("remedies\n%s\nwant\n%s", got, tc.want)
			}
			if tc.system.os != "linux" {
				for _, r := range tc.system.remedies(tc.one) {
					if strings.Contains(r.command, "sudo") || strings.Contains(r.command, "systemctl") {
						t.Errorf("%s is offered %q", tc.system.os, r.command)
					}
				}
			}
		})
	}
}

func commands(t *testing.T, all []remedy) string {
	t.Helper()
	var lines []string
	for _, r := range all {
		if r.caption == "" || strings.Contains(r.caption, "engine.fix") {
			t.Errorf("a remedy without words: %+v", r)
		}
		switch {
		case r.command != "":
			lines = append(lines, r.command)
		case r.link != "":
			lines = append(lines, "page")
		default:
			lines = append(lines, "words")
		}
	}
	return strings.Join(lines, "\n")
}

// TestAdmit checks the advice for a real socket: who is in its group already
// only has to sign in again, and a socket without a group has no command.
func TestAdmit(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // pipes have no groups
	}
	path := filepath.Join(t.TempDir(), "docker.sock")
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	one := at("env", engine.EndpointEnv, "unix://"+path, engine.ErrPermission)
	linux := system{os: "linux"}
	for mode, want := range map[os.FileMode]string{0o660: "in the group", 0o600: "no group may use it"} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		all := linux.remedies(one)
		if len(all) != 1 || all[0].command != "" || !strings.Contains(all[0].caption, want) {
			t.Errorf("mode %v: %+v, want words with %q", mode, all, want)
		}
	}
}

func TestFamily(t *testing.T) {
	for release, want := range map[string]string{
		"ID=debian\n": "debian",
		"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n":              "debian",
		"NAME=x\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n": "fedora",
		"ID=manjaro\nID_LIKE=arch\n":                             "arch",
		"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n":      "suse",
		"ID=alpine\n": "",
		"":            "",
	} {
		if got := familyOf(release); got != want {
			t.Errorf("%q: %q, want %q", release, got, want)
		}
	}
}
