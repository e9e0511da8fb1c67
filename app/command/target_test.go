package command

import (
	"testing"

	"escale/engine"
)

func TestCommandsSayWhichEngine(t *testing.T) {
	for name, tc := range map[string]struct {
		ep   engine.Endpoint
		want string
	}{
		"no engine yet": {engine.Endpoint{}, "docker start web"},
		"DOCKER_HOST": {
			engine.Endpoint{ID: "env", Kind: engine.EndpointEnv, Name: "DOCKER_HOST", Host: "tcp://10.0.0.9:2375", Current: true}, "docker start web",
		},
		"the context in use": {
			engine.Endpoint{ID: "context:work", Kind: engine.EndpointContext, Name: "work", Host: "ssh://me@box", Current: true}, "docker start web",
		},
		"the default context": {
			engine.Endpoint{ID: "socket:/var/run/docker.sock", Kind: engine.EndpointSocket, Name: "Docker", Host: "unix:///var/run/docker.sock", Current: true},
			"docker start web",
		},
		"another context": {
			engine.Endpoint{ID: "context:far", Kind: engine.EndpointContext, Name: "far", Host: "tcp://10.0.0.2:2376", TLS: &engine.TLS{}},
			"docker --context far start web",
		},
		"a context that goes by its product's name": {
			engine.Endpoint{ID: "context:colima-work", Kind: engine.EndpointContext, Name: "Colima", Host: "unix:///home/me/.colima/work/docker.sock"},
			"docker --context colima-work start web",
		},
		"the standard socket beside another context": {
			engine.Endpoint{ID: "socket:/var/run/docker.sock", Kind: engine.EndpointSocket, Name: "Docker", Host: "unix:///var/run/docker.sock"},
			"docker -H unix:///var/run/docker.sock start web",
		},
		"Podman": {
			engine.Endpoint{ID: "socket:/run/user/1000/podman/podman.sock", Kind: engine.EndpointSocket, Name: "Podman", Host: "unix:///run/user/1000/podman/podman.sock"},
			"docker -H unix:///run/user/1000/podman/podman.sock start web",
		},
		"a path that a shell would split": {
			engine.Endpoint{ID: "socket:/Users/A B/docker.sock", Kind: engine.EndpointSocket, Host: "unix:///Users/A B/$x/docker.sock"},
			"docker -H 'unix:///Users/A B/$x/docker.sock' start web",
		},
		"a pipe": {
			engine.Endpoint{ID: "socket://./pipe/docker_engine", Kind: engine.EndpointSocket, Host: "npipe:////./pipe/docker_engine"},
			"docker -H npipe:////./pipe/docker_engine start web",
		},
		"our own machine": {
			engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Host: "unix:///run/escale.sock", Context: "escale"}, "docker --context escale start web",
		},
		"our own machine, in use": {
			engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Host: "unix:///run/escale.sock", Context: "escale", Current: true}, "docker start web",
		},
		"our own machine, whose context's name is taken": {
			engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Host: "unix:///run/escale.sock"}, "docker -H unix:///run/escale.sock start web",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := For(tc.ep).Start("web"); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestOnlyDockerIsToldTheEngine(t *testing.T) {
	far := For(engine.Endpoint{ID: "context:far", Kind: engine.EndpointContext})
	spec := engine.ContainerSpec{Image: "docker"}
	for line, want := range map[string]string{
		far.Line(Run(spec, true)...):              "docker --context far run -d docker",
		far.Line("docker", "exec", "-it", "web"):  "docker --context far exec -it web",
		far.Line("psql", "-h", "docker"):          "psql -h docker",
		far.Line("curl", "http://localhost:8080"): "curl http://localhost:8080",
		far.Line(): "",
	} {
		if line != want {
			t.Errorf("got %s, want %s", line, want)
		}
	}
	words := []string{"docker", "ps"}
	far.Line(words...)
	if Line(words...) != "docker ps" {
		t.Errorf("the words were changed to %q", words)
	}
}
