package contextfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/context/store"

	"escale/engine/contextfile"
)

const socket = "unix:///run/user/1000/escale/default.sock"

// command is the context store as the docker command has it.
func command(config string) *store.ContextStore {
	return store.New(filepath.Join(config, "contexts"), store.NewConfig(func() any { return &map[string]any{} },
		store.EndpointTypeGetter(docker.DockerEndpoint, func() any { return &docker.EndpointMeta{} })))
}

// host is where the docker command finds the context to lead; empty for nowhere.
func host(config string) string {
	meta, err := command(config).GetMetadata(contextfile.Name)
	if err != nil {
		return ""
	}
	ep, err := docker.EndpointFromContext(meta)
	if err != nil {
		return ""
	}
	return ep.Host
}

func foreign(t *testing.T, config, host string) {
	t.Helper()
	err := command(config).CreateOrUpdate(store.Metadata{
		Name: contextfile.Name, Endpoints: map[string]any{docker.DockerEndpoint: docker.EndpointMeta{Host: host}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func use(t *testing.T, config, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(config, "config.json"), []byte(`{"currentContext":"`+name+`","auths":{}}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheDockerCommandReadsIt(t *testing.T) {
	config := filepath.Join(t.TempDir(), "docker") // there is none yet
	for _, address := range []string{socket, socket, "unix:///elsewhere.sock"} {
		if err := contextfile.Register(config, address); err != nil {
			t.Fatal(err)
		}
		if got := host(config); got != address {
			t.Errorf("the docker command goes to %q, want %q", got, address)
		}
	}
	if _, err := os.Stat(filepath.Join(config, "config.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("config.json was touched: %v", err)
	}
	if err := contextfile.Remove(config, socket); err != nil || host(config) != "unix:///elsewhere.sock" {
		t.Errorf("removing that of another machine: %v, it leads to %q", err, host(config))
	}
	if err := contextfile.Remove(config, "unix:///elsewhere.sock"); err != nil {
		t.Fatal(err)
	}
	if got := host(config); got != "" {
		t.Errorf("after it was removed it leads to %q", got)
	}
	if err := contextfile.Remove(config, socket); err != nil {
		t.Errorf("removing nothing: %v", err)
	}
}

func TestSomebodyElsesStays(t *testing.T) {
	config := t.TempDir()
	foreign(t, config, "tcp://10.0.0.2:2376")
	if err := contextfile.Register(config, socket); !errors.Is(err, contextfile.ErrForeign) {
		t.Errorf("register: %v, want ErrForeign", err)
	}
	if err := contextfile.Remove(config, socket); !errors.Is(err, contextfile.ErrForeign) {
		t.Errorf("remove: %v, want ErrForeign", err)
	}
	if got := host(config); got != "tcp://10.0.0.2:2376" {
		t.Errorf("it leads to %q now", got)
	}
}

func TestTheOneInUseStays(t *testing.T) {
	config := t.TempDir()
	if err := contextfile.Register(config, socket); err != nil {
		t.Fatal(err)
	}
	use(t, config, contextfile.Name)
	if err := contextfile.Remove(config, socket); !errors.Is(err, contextfile.ErrInUse) {
		t.Errorf("remove: %v, want ErrInUse", err)
	}
	if got := host(config); got != socket {
		t.Errorf("plain docker would go to %q", got)
	}
	use(t, config, "default")
	if err := contextfile.Remove(config, socket); err != nil || host(config) != "" {
		t.Errorf("remove: %v, it leads to %q", err, host(config))
	}
}

func TestConfig(t *testing.T) {
	vars := map[string]string{}
	get := func(name string) string { return vars[name] }
	if got := contextfile.Config(get, "/home/me"); got != filepath.Join("/home/me", ".docker") {
		t.Errorf("got %q", got)
	}
	if got := contextfile.Config(get, ""); got != "" {
		t.Errorf("without a home: %q", got)
	}
	vars["DOCKER_CONFIG"] = "/etc/mine"
	if got := contextfile.Config(get, "/home/me"); got != "/etc/mine" {
		t.Errorf("DOCKER_CONFIG: %q", got)
	}
}
