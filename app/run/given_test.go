package run

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/app/command"
	"escale/app/recipe"
	"escale/engine"
)

func TestSecretName(t *testing.T) {
	for name, want := range map[string]bool{
		"POSTGRES_PASSWORD": true, "api_token": true, "AWS_SECRET_ACCESS_KEY": true, "DB_PASS": true, "PATH": false, "COMPASS": false, "HOST": false,
	} {
		if SecretName(name) != want {
			t.Errorf("SecretName(%q) = %v", name, !want)
		}
	}
}

func TestSecretValue(t *testing.T) {
	for value, want := range map[string]bool{
		"postgres://ada:enigma@db/app": true, "amqp://ada:p%zz@mq": true, "host=db url=redis://:enigma@cache": true, "-----BEGIN RSA PRIVATE KEY-----\nx": true,
		"https://example.org/": false, "postgres://ada@db/app": false, "ada:enigma": false, "": false, "://": false,
	} {
		if SecretValue(value) != want {
			t.Errorf("SecretValue(%q) = %v", value, !want)
		}
	}
	words := []string{"redis-server", "--requirepass", "enigma", "--db-password=x", "ENV_TOKEN=y", "--token", "-x", "--port", "80", "http://a:b@c"}
	if got, want := SecretWords(words), []string{"--requirepass", "enigma", "--db-password=x", "ENV_TOKEN=y", "--token", "-x", "http://a:b@c"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, tc := range []struct {
		row  EnvRow
		want bool
	}{
		{EnvRow{Name: "A", Value: "x"}, false},
		{EnvRow{Name: "A", Value: "x", Generated: true}, true},
		{EnvRow{Name: "A", Value: "x", Secret: true}, true},
		{EnvRow{Name: "KEY", Value: "x"}, true},
	} {
		if tc.row.IsSecret(recipe.Recipe{}) != tc.want {
			t.Errorf("%+v is secret: %v", tc.row, !tc.want)
		}
	}
}

func TestRisks(t *testing.T) {
	facts := Facts{Volumes: map[string]bool{"photos": true}}
	give := func(image string, edit func(*Form)) Form {
		f := Form{}
		edit(&f)
		return Given(f, image, facts)
	}
	mount := func(source, target string) func(*Form) {
		return func(f *Form) { f.Volumes = []VolumeRow{{Source: source, Target: target}} }
	}
	for name, tc := range map[string]struct {
		form Form
		want []Risk
	}{
		"none":             {give("nginx", func(f *Form) { f.Ports = []PortRow{{Container: "80"}} }), nil},
		"public":           {give("nginx", func(f *Form) { f.Ports, f.Public = []PortRow{{Container: "80"}}, true }), []Risk{{Kind: RiskPublic}}},
		"public, no ports": {give("nginx", func(f *Form) { f.Public = true }), nil},
		"host's network":   {give("nginx", func(f *Form) { f.Network = "host" }), []Risk{{Kind: RiskHost}}},
		"a folder":         {give("nginx", mount("/home/ada", "/x")), []Risk{{RiskFolder, "/home/ada", "/x"}}},
		"a disk":           {give("nginx", mount("/", "/x")), []Risk{{RiskSocket, "/", "/x"}}},
		"the socket":       {give("nginx", mount("/run/../var/run/docker.sock", "/x")), []Risk{{RiskSocket, "/run/../var/run/docker.sock", "/x"}}},
		"around it":        {give("nginx", mount("/var/run/", "/x")), []Risk{{RiskSocket, "/var/run/", "/x"}}},
		"asked for it": {
			give("nginx", func(f *Form) { f.Volumes = []VolumeRow{{Wanted: true, Target: "/var/run/docker.sock"}} }),
			[]Risk{{RiskSocket, "/var/run/docker.sock", "/var/run/docker.sock"}},
		},
		"asked, to read":      {give("nginx", func(f *Form) { f.Volumes = []VolumeRow{{Wanted: true, Target: "/x", ReadOnly: true}} }), []Risk{{RiskRead, "", "/x"}}},
		"a volume of before":  {give("nginx", mount("photos", "/x")), []Risk{{RiskVolume, "photos", "/x"}}},
		"a new volume":        {give("nginx", mount("pages", "/x")), nil},
		"another registry":    {give("quay.io/a/b", func(*Form) {}), []Risk{{Kind: RiskRegistry, Name: "quay.io"}}},
		"like an official":    {give("evil.example/nginx", func(*Form) {}), []Risk{{Kind: RiskRegistry, Name: "evil.example"}}},
		"somebody":            {give("ada/app", func(*Form) {}), []Risk{{Kind: RiskMaker, Name: "ada"}}},
		"a starter of theirs": {give("traefik/whoami", func(*Form) {}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.form.Risks()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The image adds nothing to a form that came whole.
func TestGivenComesWhole(t *testing.T) {
	f := Given(Form{}, "alpine", Facts{})
	f.Complete(engine.ImageDetail{Command: []string{"sh"}, Volumes: []string{"/data"}, Ports: []engine.Port{{Container: 80}}})
	if len(f.Ports)+len(f.Volumes) > 0 || f.TTY {
		t.Errorf("the image added to %+v", f)
	}
}

// A database on files from before keeps its password of then: none is made.
func TestGivenOnAnEarlierVolume(t *testing.T) {
	from := Form{Volumes: []VolumeRow{{Source: "db", Target: "/var/lib/postgresql/data"}}, Env: []EnvRow{{Name: "POSTGRES_PASSWORD", Generated: true}}}
	f := Given(from, "postgres:16", Facts{Volumes: map[string]bool{"db": false}})
	if f.Unknown() != "db" || f.Env[0].Value != "" {
		t.Errorf("the form holds %+v", f.Env)
	}
}

func TestSpecOfSaysWhatTheImageDoesNot(t *testing.T) {
	image := engine.ImageDetail{
		Entrypoint: []string{"/entry"}, Command: []string{"serve"}, Env: []engine.EnvVar{{Name: "PATH", Value: "/bin"}, {Name: "MODE", Value: "a"}}, WorkDir: "/srv", User: "app",
	}
	d := engine.ContainerDetail{
		Container: engine.Container{
			ID: "0123456789abcdef", Name: "web", Image: "ada/app:1", Networks: []string{"bridge", "front", "back"},
			Ports: []engine.Port{
				{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.MustParseAddr("0.0.0.0")},
				{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.MustParseAddr("::")},
				{Container: 443, Protocol: "tcp"},
			},
			Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "data", Target: "/d"}, {Kind: engine.MountTmpfs, Target: "/tmp"}, {Kind: engine.MountBind, Source: "/home/ada", Target: "/h"}},
		},
		Env:        []engine.EnvVar{{Name: "PATH", Value: "/bin"}, {Name: "MODE", Value: "b"}, {Name: "NEW", Value: "c"}},
		Entrypoint: []string{"/entry"}, Args: []string{"serve"}, WorkDir: "/srv", User: "root", Hostname: "0123456789ab", Restart: engine.RestartAlways,
		MemoryBytes: 512 << 20, NanoCPUs: 5e8, Privileged: true,
	}
	spec, left := SpecOf(d, &image)
	form, more := FromSpec(spec, Facts{})
	want := engine.ContainerSpec{
		Name: "web", Image: "ada/app:1", Env: []engine.EnvVar{{Name: "MODE", Value: "b"}, {Name: "NEW", Value: "c"}},
		Ports:   []engine.PortBinding{{Host: 8080, Container: 80, Protocol: "tcp"}},
		Mounts:  []engine.Mount{{Kind: engine.MountVolume, Source: "data", Target: "/d"}, {Kind: engine.MountBind, Source: "/home/ada", Target: "/h"}},
		Network: "front", Restart: engine.RestartAlways, MemoryBytes: 512 << 20, NanoCPUs: 5e8,
	}
	if diff := cmp.Diff(want, form.Spec()); diff != "" {
		t.Error(diff)
	}
	wantLeft := []command.Left{
		{Words: "--network back", Why: command.NotHeld},
		{Words: "--privileged", Why: command.Wall},
		{Words: "--user root", Why: command.NotHeld},
		{Words: "--tmpfs /tmp", Why: command.NotHeld},
	}
	if diff := cmp.Diff(wantLeft, append(left, more...)); diff != "" {
		t.Error(diff)
	}
}
