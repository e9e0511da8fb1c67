package find_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cliDocker "github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/context/store"

	"escale/engine"
	"escale/engine/find"
	"escale/engine/mend"
)

// computer is a made-up environment in a folder of its own.
type computer struct {
	find.Environment
	vars map[string]string
	dir  string
}

func newComputer(t *testing.T, goos string) *computer {
	t.Helper()
	c := &computer{vars: map[string]string{}, dir: shortDir(t)}
	c.Environment = find.Environment{
		Getenv: func(name string) string { return c.vars[name] },
		GOOS:   goos, Home: c.dir + "/h", RuntimeDir: c.dir + "/r", Root: c.dir,
	}
	return c
}

func (c *computer) write(t *testing.T, path, text string) {
	t.Helper()
	path = filepath.Join(c.dir, path)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// listen makes an engine listen at path.
func (c *computer) listen(t *testing.T, path string) {
	t.Helper()
	path = filepath.Join(c.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	serve(t, listen(t, "unix", path), docker)
}

func (c *computer) link(t *testing.T, target, path string) {
	t.Helper()
	path = filepath.Join(c.dir, path)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.Symlink(filepath.Join(c.dir, target), path)); err != nil {
		t.Fatal(err)
	}
}

// context stores a context as the docker command does.
func (c *computer) context(t *testing.T, name, host string, skipVerify bool, files map[string][]byte) {
	t.Helper()
	s := store.New(c.dir+"/h/.docker/contexts", store.NewConfig(nil,
		store.EndpointTypeGetter(cliDocker.DockerEndpoint, func() any { return &cliDocker.EndpointMeta{} })))
	err := s.CreateOrUpdate(store.Metadata{Name: name, Endpoints: map[string]any{
		cliDocker.DockerEndpoint: cliDocker.EndpointMeta{Host: host, SkipTLSVerify: skipVerify},
	}})
	if err == nil && files != nil {
		err = s.ResetEndpointTLSMaterial(name, cliDocker.DockerEndpoint, &store.EndpointTLSData{Files: files})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ids lists the candidates' identifiers, without the computer's folder.
func (c *computer) ids(all []engine.Candidate) []string {
	var out []string
	for _, x := range all {
		out = append(out, strings.ReplaceAll(x.Endpoint.ID, c.dir, ""))
	}
	return out
}

func byID(t *testing.T, all []engine.Candidate, id string) engine.Candidate {
	t.Helper()
	i := slices.IndexFunc(all, func(c engine.Candidate) bool { return c.Endpoint.ID == id })
	if i < 0 {
		t.Fatalf("no %s in %v", id, all)
	}
	return all[i]
}

func TestOrder(t *testing.T) {
	c := newComputer(t, "linux")
	c.vars["DOCKER_HOST"] = "tcp://10.0.0.9"
	c.context(t, "zoo", "ssh://me@zoo", false, nil)
	c.context(t, "ark", "tcp://ark:2376", false, map[string][]byte{"ca.pem": []byte("A"), "cert.pem": []byte("C"), "key.pem": []byte("K")})
	c.write(t, "h/.docker/config.json", `{"currentContext":"zoo","auths":{}}`)
	sockets := []string{
		"socket:/var/run/docker.sock", "socket:/r/docker.sock", "socket:/h/.docker/run/docker.sock", "socket:/h/.docker/desktop/docker.sock",
		"socket:/h/.colima/default/docker.sock", "socket:/h/.config/colima/default/docker.sock", "socket:/h/.rd/docker.sock",
		"socket:/run/podman/podman.sock", "socket:/r/podman/podman.sock",
	}
	if got, want := c.ids(find.Places(c.Environment)), append([]string{"env", "context:ark", "context:zoo"}, sockets...); !slices.Equal(got, want) {
		t.Errorf("DOCKER_HOST first\ngot  %v\nwant %v", got, want)
	}
	delete(c.vars, "DOCKER_HOST")
	all := find.Places(c.Environment)
	if got, want := c.ids(all), append([]string{"context:zoo", "context:ark"}, sockets...); !slices.Equal(got, want) {
		t.Errorf("current context first\ngot  %v\nwant %v", got, want)
	}
	zoo, ark := byID(t, all, "context:zoo").Endpoint, byID(t, all, "context:ark").Endpoint
	if !zoo.Current || ark.Current || zoo.Host != "ssh://me@zoo" || zoo.TLS != nil || zoo.Kind != engine.EndpointContext {
		t.Errorf("got %+v %+v", zoo, ark)
	}
	if ark.TLS == nil || string(ark.TLS.CA)+string(ark.TLS.Cert)+string(ark.TLS.Key) != "ACK" || ark.TLS.SkipVerify {
		t.Errorf("certificates of a context: %+v", ark.TLS)
	}
	c.vars["DOCKER_CONTEXT"] = "ark"
	if got := c.ids(find.Places(c.Environment))[0]; got != "context:ark" {
		t.Errorf("DOCKER_CONTEXT: first is %s", got)
	}
	c.vars["DOCKER_CONTEXT"] = "default"
	all = find.Places(c.Environment)
	if got, want := c.ids(all), append([]string{sockets[0], "context:ark", "context:zoo"}, sockets[1:]...); !slices.Equal(got, want) {
		t.Errorf("default context first\ngot  %v\nwant %v", got, want)
	}
	if !all[0].Endpoint.Current || all[0].Endpoint.Name != "Docker" {
		t.Errorf("got %+v", all[0])
	}
}

func TestOtherSystems(t *testing.T) {
	mac := newComputer(t, "darwin")
	mac.vars["TMPDIR"] = mac.dir + "/t"
	got := mac.ids(find.Places(mac.Environment))
	for _, want := range []string{"socket:/h/.orbstack/run/docker.sock", "socket:/h/.local/share/containers/podman/machine/podman.sock", "socket:/t/podman/podman-machine-default-api.sock"} {
		if !slices.Contains(got, want) {
			t.Errorf("macOS: no %s in %v", want, got)
		}
	}
	var hosts []string
	for _, place := range find.Places(newComputer(t, "windows").Environment) {
		hosts = append(hosts, place.Endpoint.Host)
	}
	want := []string{"npipe:////./pipe/docker_engine", "npipe:////./pipe/dockerDesktopLinuxEngine", "npipe:////./pipe/podman-machine-default"}
	if !slices.Equal(hosts, want) {
		t.Errorf("Windows: got %v", hosts)
	}
	if env := find.System(); env.GOOS == "" || env.Getenv == nil {
		t.Errorf("this computer: %+v", env)
	}
}

func TestVariable(t *testing.T) {
	for name, tc := range map[string]struct {
		vars  map[string]string
		files []string
		host  string
		tls   *engine.TLS
		want  error
	}{
		"tcp":             {vars: map[string]string{"DOCKER_HOST": "tcp://h"}, host: "tcp://h:2375"},
		"no scheme":       {vars: map[string]string{"DOCKER_HOST": "h:99"}, host: "tcp://h:99"},
		"socket":          {vars: map[string]string{"DOCKER_HOST": "unix:///a/b", "DOCKER_TLS_VERIFY": "1"}, host: "unix:///a/b"},
		"foreign scheme":  {vars: map[string]string{"DOCKER_HOST": "gopher://h"}, host: "gopher://h", want: engine.ErrHostUnknown},
		"verified":        {vars: map[string]string{"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "c"}, files: []string{"ca", "cert", "key"}, host: "tcp://h:2376", tls: &engine.TLS{CA: []byte("ca"), Cert: []byte("cert"), Key: []byte("key")}},
		"unverified":      {vars: map[string]string{"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS": "1", "DOCKER_CERT_PATH": "c"}, host: "tcp://h:2376", tls: &engine.TLS{SkipVerify: true}},
		"no certificates": {vars: map[string]string{"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1"}, host: "tcp://h:2376", want: engine.ErrTLS},
	} {
		t.Run(name, func(t *testing.T) {
			c := newComputer(t, "linux")
			c.vars = tc.vars
			if c.vars["DOCKER_CERT_PATH"] != "" {
				c.vars["DOCKER_CERT_PATH"] = c.dir
			}
			for _, f := range tc.files {
				c.write(t, f+".pem", f)
			}
			got := byID(t, find.Places(c.Environment), "env")
			expect(t, got.Err, tc.want)
			if got.Endpoint.Host != tc.host {
				t.Errorf("got %s, want %s", got.Endpoint.Host, tc.host)
			}
			if tc.want == nil && (got.Endpoint.TLS == nil) != (tc.tls == nil) {
				t.Errorf("got %+v, want %+v", got.Endpoint.TLS, tc.tls)
			}
			if tc.tls != nil && (string(got.Endpoint.TLS.Cert) != string(tc.tls.Cert) || got.Endpoint.TLS.SkipVerify != tc.tls.SkipVerify) {
				t.Errorf("got %+v, want %+v", got.Endpoint.TLS, tc.tls)
			}
		})
	}
}

func TestBrokenContexts(t *testing.T) {
	c := newComputer(t, "linux")
	c.context(t, "good", "unix:///a", false, nil)
	c.context(t, "insecure", "tcp://h:1", true, nil)
	c.context(t, "empty", "", false, nil)
	c.write(t, "h/.docker/contexts/meta/0123456789abcdef/meta.json", "{")
	c.write(t, "h/.docker/contexts/meta/nameless/meta.json", "{}")
	c.write(t, "h/.docker/contexts/meta/moved/meta.json", `{"Name":"moved"}`)
	c.write(t, "h/.docker/contexts/meta/leftover/other", "")
	c.write(t, "h/.docker/config.json", `{"currentContext":"lost"}`)
	all := c.candidates(t)
	for _, id := range []string{"lost", "0123456789ab", "nameless", "moved", "empty"} {
		expect(t, byID(t, all, "context:"+id).Err, engine.ErrContextInvalid)
	}
	if first := all[0].Endpoint; first.Name != "lost" || !first.Current {
		t.Errorf("first is %+v", first)
	}
	expect(t, byID(t, all, "context:good").Err, engine.ErrSocketMissing)
	if got := byID(t, all, "context:insecure").Endpoint.TLS; got == nil || !got.SkipVerify {
		t.Errorf("insecure: %+v", got)
	}
	c.write(t, "h/.docker/config.json", `{`)
	expect(t, byID(t, find.Places(c.Environment), "context:config.json").Err, engine.ErrContextInvalid)
}

func TestSamePlace(t *testing.T) {
	c := newComputer(t, "linux")
	c.listen(t, "h/.colima/default/docker.sock")
	c.link(t, "h/.colima/default/docker.sock", "var/run/docker.sock")
	c.context(t, "mine", "unix://"+c.dir+"/h/.colima/default/docker.sock", false, nil)
	c.vars["DOCKER_CONTEXT"] = "mine"
	all := mend.Present(c.candidates(t))
	if len(all) != 1 {
		t.Fatalf("got %+v", all)
	}
	if got := all[0]; got.Endpoint.ID != "context:mine" || got.Endpoint.Name != "Colima" || !got.Endpoint.Current || got.Err != nil {
		t.Errorf("got %+v", got)
	}
}
