package command

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"escale/engine"
)

// TestEveryOption holds the table to what docker run says of itself: its help, of
// docker 28.2, and the options that it hides.
func TestEveryOption(t *testing.T) {
	help, err := os.ReadFile("testdata/docker-run-help.txt")
	if err != nil {
		t.Fatal(err)
	}
	known, seen := options(), map[string]bool{"net": true, "net-alias": true, "dns-opt": true, "cpu-count": true, "cpu-percent": true, "io-maxbandwidth": true, "io-maxiops": true, "kernel-memory": true, "isolation": true}
	for _, m := range regexp.MustCompile(`(?m)^ +(?:-(\w), )?--([a-z0-9-]+)(?: ([\w-]+))? `).FindAllStringSubmatch(string(help)+" ", -1) {
		o, ok := known[m[2]]
		short := ""
		if o.short != 0 {
			short = string(o.short)
		}
		if !ok || short != m[1] || o.bare != (m[3] == "") {
			t.Errorf("docker knows -%s --%s %s; the table %v has %+v", m[1], m[2], m[3], ok, o)
		}
		seen[m[2]] = true
	}
	if len(seen) < 100 {
		t.Fatalf("only %d options were found in the help", len(seen))
	}
	for name := range known {
		if !seen[name] {
			t.Errorf("docker does not know --%s", name)
		}
	}
}

// TestNoOptionIsDropped gives each option alone: either the reading differs from
// that of a line without it, or the option is named.
func TestNoOptionIsDropped(t *testing.T) {
	plain, err := Read("docker run nginx")
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{
		"publish": "8080:80", "volume": "a1:/a", "mount": "target=/a,source=a1", "memory": "64m", "cpus": "1", "restart": "always", "tmpfs": "/a",
	}
	for name, o := range options() {
		word := "--" + name
		if !o.bare {
			value := values[name]
			if value == "" {
				value = "A=b"
			}
			if name == "network" || name == "net" {
				value = "web"
			}
			word += " " + value
		}
		r, err := Read("docker run " + word + " nginx")
		switch {
		case err != nil:
			t.Errorf("%s: %v", word, err)
		case name == "detach": // as all containers of the form
		case o.why == "" && cmp.Equal(r.Spec, plain.Spec) && len(r.Left) == 0:
			t.Errorf("%s is dropped in silence", word)
		case o.why != "" && !cmp.Equal(r.Left, []Left{{word, o.why}}):
			t.Errorf("%s: left out are %v", word, r.Left)
		case r.Spec.Image != "nginx" || len(r.Spec.Command) > 0:
			t.Errorf("%s: the image is %q, the command %q", word, r.Spec.Image, r.Spec.Command)
		}
	}
}

// web is nginx, and what a case has beside it.
func web(edit func(*engine.ContainerSpec)) engine.ContainerSpec {
	s := engine.ContainerSpec{Image: "nginx"}
	edit(&s)
	return s
}

func port(ip string, host, inside uint16, proto string) engine.PortBinding {
	return engine.PortBinding{HostIP: ip, Host: host, Container: inside, Protocol: proto}
}

func bind(source, target string) engine.Mount {
	return engine.Mount{Kind: engine.MountBind, Source: source, Target: target}
}

// readings are lines, what they say, and what a form cannot hold of it.
var readings = map[string]struct {
	line string
	want engine.ContainerSpec
	left []Left
}{
	"a tutorial's": {"docker run --name some-nginx -d -p 8080:80 nginx", web(func(s *engine.ContainerSpec) {
		s.Name, s.Ports = "some-nginx", []engine.PortBinding{port("", 8080, 80, "tcp")}
	}), nil},
	"prompt, sudo, lines": {"$ sudo docker container run \\\n  -it --rm \\ \n  -e A='it'\\''s' \\\r\n -eB=2 nginx sh -c \"echo \\\"hi\\\"\"\n", web(func(s *engine.ContainerSpec) {
		s.TTY, s.OpenStdin, s.AutoRemove = true, true, true
		s.Env, s.Command = []engine.EnvVar{{Name: "A", Value: "it's"}, {Name: "B", Value: "2"}}, []string{"sh", "-c", `echo "hi"`}
	}), nil},
	"cmd.exe": {"docker run -d ^\r\n  -v C:\\Users\\Ada\\site:/site:ro ^\r\n  nginx", web(func(s *engine.ContainerSpec) {
		s.Mounts = []engine.Mount{{Kind: engine.MountBind, Source: `C:\Users\Ada\site`, Target: "/site", ReadOnly: true}}
	}), nil},
	"PowerShell": {"docker run `\n --mount \"type=bind,src=C:\\My Site,dst=/site\" `\n nginx", web(func(s *engine.ContainerSpec) {
		s.Mounts = []engine.Mount{bind(`C:\My Site`, "/site")}
	}), nil},
	"newlines lost in an entry": {`docker run \  --name web \  nginx`, web(func(s *engine.ContainerSpec) { s.Name = "web" }), nil},
	"newlines lost, Windows":    {"docker run ^  --name web `  nginx", web(func(s *engine.ContainerSpec) { s.Name = "web" }), nil},
	"short ones together": {"docker run -itp 80:80 -hweb -m=64m nginx", web(func(s *engine.ContainerSpec) {
		s.TTY, s.OpenStdin, s.Ports, s.Hostname, s.MemoryBytes = true, true, []engine.PortBinding{port("", 80, 80, "tcp")}, "web", 64<<20
	}), nil},
	"switched off":       {"docker run --rm=false -t=0 -d=false nginx", web(func(*engine.ContainerSpec) {}), []Left{{"--detach=false", Changed}}},
	"the end of options": {"docker run -- nginx -p 80", web(func(s *engine.ContainerSpec) { s.Command = []string{"-p", "80"} }), nil},
	"ports": {"docker run -p 127.0.0.1:8080:80 -p 53:53/UDP -p [::1]:1:2 -p 127.0.0.1::7 -p 90-91:90-91 nginx", web(func(s *engine.ContainerSpec) {
		s.Ports = []engine.PortBinding{
			port("127.0.0.1", 8080, 80, "tcp"), port("", 53, 53, "udp"), port("::1", 1, 2, "tcp"), port("127.0.0.1", 0, 7, "tcp"),
			port("", 90, 90, "tcp"), port("", 91, 91, "tcp"),
		}
	}), nil},
	"ports that are none": {"docker run -p 8080 -p x:80 -p 70000:1 -p 1:2/icmp -p 1-3:1-2 -p host:1:2 -p 1-99:1-99 -p 0:80 nginx", web(func(s *engine.ContainerSpec) {
		s.Ports = []engine.PortBinding{port("", 0, 8080, "tcp")}
	}), []Left{
		{"-p x:80", Wrong}, {"-p 70000:1", Wrong}, {"-p 1:2/icmp", Wrong}, {"-p 1-3:1-2", Wrong}, {"-p host:1:2", Wrong}, {"-p 1-99:1-99", NotHeld}, {"-p 0:80", Wrong},
	}},
	"folders that the shell knows": {"docker run -v \"$(pwd)\"/html:/a -v ./x:/b -v ~/y:/c -v %cd%:/d -v /home/$USER:/e nginx", web(func(s *engine.ContainerSpec) {
		s.Mounts = []engine.Mount{bind("$(pwd)/html", "/a"), bind("./x", "/b"), bind("~/y", "/c"), bind("%cd%", "/d"), bind("home/$USER", "/e")}
	}), []Left{{"-v $(pwd)/html:/a", Asked}, {"-v ./x:/b", Asked}, {"-v ~/y:/c", Asked}, {"-v %cd%:/d", Asked}, {"-v /home/$USER:/e", Asked}}},
	"mounts": {
		"docker run -v pages:/p:ro,z -v pages:/q:nocopy -v /anon --tmpfs /t --mount type=tmpfs,target=/u --mount source=v1,target=/w,readonly,volume-nocopy nginx",
		web(func(s *engine.ContainerSpec) {
			s.Mounts = []engine.Mount{
				{Kind: engine.MountVolume, Source: "pages", Target: "/p", ReadOnly: true},
				{Kind: engine.MountVolume, Source: "pages", Target: "/q"},
				{Kind: engine.MountVolume, Target: "/anon"},
				{Kind: engine.MountVolume, Source: "v1", Target: "/w", ReadOnly: true},
			}
		}),
		[]Left{
			{"-v pages:/q:nocopy", NotHeld}, {"--tmpfs /t", NotHeld}, {"--mount type=tmpfs,target=/u", NotHeld}, {"--mount source=v1,target=/w,readonly,volume-nocopy", NotHeld},
		},
	},
	"variables": {"MODE=x docker run -e MODE -e TOKEN -e HOME=$HOME -e 'D=$5' -e A=1 -e A=2 nginx", web(func(s *engine.ContainerSpec) {
		s.Env = []engine.EnvVar{{Name: "MODE", Value: "x"}, {Name: "TOKEN"}, {Name: "HOME"}, {Name: "D", Value: "$5"}, {Name: "A", Value: "2"}}
	}), []Left{{"MODE=x", Other}, {"-e TOKEN", Asked}, {"-e HOME=$HOME", Asked}}},
	"walls": {
		"docker run --privileged --cap-add=SYS_ADMIN --pid host --net container:db nginx", web(func(*engine.ContainerSpec) {}),
		[]Left{{"--privileged", Wall}, {"--cap-add=SYS_ADMIN", Wall}, {"--pid host", Wall}, {"--net container:db", Wall}},
	},
	"unknown":      {"docker run --wonder=1 -Z nginx", web(func(*engine.ContainerSpec) {}), []Left{{"--wonder=1", Strange}, {"-Z", Strange}}},
	"which engine": {"docker --context east -H=tcp://a run nginx", web(func(*engine.ContainerSpec) {}), []Left{{"--context east", Elsewhere}, {"-H=tcp://a", Elsewhere}}},
	"other commands": {
		"docker pull nginx && docker run nginx > log; echo done # said\n", web(func(*engine.ContainerSpec) {}),
		[]Left{{"> log", Other}, {"docker pull nginx", Other}, {"echo done", Other}},
	},
	"its network is made": {"docker network create web\ndocker run --network web nginx", web(func(s *engine.ContainerSpec) { s.Network = "web" }), nil},
	"networks": {
		"docker run --network name=web,alias=db --net other --network bridge nginx", web(func(s *engine.ContainerSpec) { s.Network = "web" }),
		[]Left{{"--network name=web,alias=db", NotHeld}, {"--net other", NotHeld}, {"--network bridge", NotHeld}},
	},
	"limits": {"docker run -m 1.5g --cpus .5 --restart on-failure:3 nginx", web(func(s *engine.ContainerSpec) {
		s.MemoryBytes, s.NanoCPUs, s.Restart = 3<<29, 5e8, engine.RestartOnFailure
	}), []Left{{"--restart on-failure:3", Changed}}},
	"no limits": {
		"docker run -m lots --cpus 1e3 --restart often nginx", web(func(*engine.ContainerSpec) {}),
		[]Left{{"-m lots", Wrong}, {"--cpus 1e3", Wrong}, {"--restart often", Wrong}},
	},
	"the shell's part": {"docker run --name $NAME nginx echo `date` *.txt", web(func(s *engine.ContainerSpec) {
		s.Name, s.Command = "$NAME", []string{"echo", "`date`", "*.txt"}
	}), []Left{{"--name $NAME", Shell}, {"`date`", Shell}, {"*.txt", Shell}}},
	"other programs": {`"C:\Program Files\Docker\docker.exe" run nginx`, web(func(*engine.ContainerSpec) {}), nil},
}

func TestRead(t *testing.T) {
	for name, tc := range readings {
		t.Run(name, func(t *testing.T) {
			got, err := Read(tc.line)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Spec); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.left, got.Left); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for line, want := range map[string]error{
		"": ErrNoRun, "nginx": ErrNoRun, "docker pull nginx": ErrNoRun, "docker": ErrNoRun, "docker run": ErrNoImage, "docker run -d": ErrNoImage,
		"docker run --name": ErrNoImage, "docker run $IMAGE": ErrNoImage, "docker run 'nginx": ErrOpenQuote, `docker run "nginx`: ErrOpenQuote,
		"docker run $(pwd": ErrOpenQuote, "docker run " + strings.Repeat("x", mostLine): ErrTooLong, "docker run nginx " + strings.Repeat("x ", mostWords+1): ErrTooLong,
	} {
		if _, err := Read(line); !errors.Is(err, want) {
			t.Errorf("%.40q: got %v, want %v", line, err, want)
		}
	}
}

// FuzzRead holds that no line breaks anything, that what is left out can be
// shown, and that what was read is written and read back the same.
func FuzzRead(f *testing.F) {
	for _, line := range []string{
		"docker run --name some-nginx -d -p 8080:80 nginx", "docker run \\\n -e A='it'\\''s' -v C:\\a:/b --mount type=bind,src=/a,dst=/b x sh -c \"$(printf '\\033')\"",
		"docker --context a run -itp 1-2:3-4 --network name=b,alias=c -m 1.5g --cpus .5 `x` y", "A=b docker run -e A -e C x && y > z", "docker run -v %cd%:/a ^\n b",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		r, err := Read(line)
		if err != nil {
			return
		}
		for _, l := range r.Left {
			if len([]rune(l.Words)) > mostShown || strings.ContainsFunc(l.Words, func(r rune) bool { return !unicode.IsGraphic(r) }) {
				t.Fatalf("left out is %q", l.Words)
			}
		}
		again, err := Read(Line(Run(r.Spec, true)...))
		if err != nil {
			t.Fatalf("%q became %q: %v", line, Line(Run(r.Spec, true)...), err)
		}
		if strings.ContainsRune(line, 0) || len(r.Ask) > 0 {
			return // no program can be given the one; the other is asked for
		}
		if again.Spec.Image != r.Spec.Image || !cmp.Equal(again.Spec.Env, r.Spec.Env) || !cmp.Equal(again.Spec.Ports, r.Spec.Ports) {
			t.Fatalf("%q became %q:\n%s", line, Line(Run(r.Spec, true)...), cmp.Diff(r.Spec, again.Spec))
		}
	})
}
