//go:build testbed

package docker

import (
	"strings"
	"testing"

	cliDocker "github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/context/store"

	"escale/engine/find"
	"escale/engine/transport/sshtest"
	"escale/engine/transport/tlstest"
)

// A Docker context leads to a real engine behind TLS.
func TestDockerBehindTLSConforms(t *testing.T) {
	authority := tlstest.NewAuthority(t)
	cert, key := authority.Issue(t)
	conformsFar(t, "tcp://"+authority.Relay(t, socketOf(t)), map[string][]byte{"ca.pem": authority.PEM, "cert.pem": cert, "key.pem": key})
}

// A Docker context leads to a real engine behind ssh.
func TestDockerBehindSSHConforms(t *testing.T) {
	conformsFar(t, sshtest.Start(t, socketOf(t)).Host, nil)
}

func socketOf(t *testing.T) string {
	t.Helper()
	path, ok := strings.CutPrefix(setting(t, dockerVar), "unix://")
	if !ok {
		t.Fatalf("%s is no socket", dockerVar)
	}
	return path
}

// conformsFar stores a context as the docker command does, finds it, and plays
// the suite on it.
func conformsFar(t *testing.T, host string, files map[string][]byte) {
	t.Helper()
	const name = "far"
	dir := t.TempDir()
	contexts := store.New(dir+"/contexts", store.NewConfig(nil,
		store.EndpointTypeGetter(cliDocker.DockerEndpoint, func() any { return &cliDocker.EndpointMeta{} })))
	err := contexts.CreateOrUpdate(store.Metadata{Name: name, Endpoints: map[string]any{cliDocker.DockerEndpoint: cliDocker.EndpointMeta{Host: host}}})
	if err == nil && files != nil {
		err = contexts.ResetEndpointTLSMaterial(name, cliDocker.DockerEndpoint, &store.EndpointTLSData{Files: files})
	}
	if err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{"DOCKER_CONFIG": dir, "DOCKER_CONTEXT": name}
	places := find.Places(find.Environment{
		Getenv: func(variable string) string { return variables[variable] }, GOOS: "linux", Root: t.TempDir(),
	})
	found := find.Probe(t.Context(), places[0].Endpoint)
	if found.Err != nil || found.Endpoint.Name != name || !found.Endpoint.Current || found.Version.API != "1.41" {
		t.Fatalf("found %+v: %v", found, found.Err)
	}
	conformsAt(t, found.Endpoint, "Docker")
}
