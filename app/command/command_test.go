package command

import (
	"context"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/docker/cli/opts"
	"github.com/docker/go-connections/nat"
	"pgregory.net/rapid"

	"escale/engine"
)

// shells are asked in turn what they read; those not installed are left out,
// but sh is always there.
var shells = []string{"sh", "bash", "dash", "zsh", "ksh", "busybox"}

// readBack lets a real shell split line and returns the words it saw.
func readBack(t require, shell, line string) []string {
	script := `printf '%s\0' ` + line
	args := []string{"-c", script}
	if shell == "busybox" {
		args = append([]string{"sh"}, args...)
	}
	out, err := exec.CommandContext(context.Background(), shell, args...).Output()
	if err != nil {
		t.Fatalf("%s refuses %q: %v", shell, line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

type require interface {
	Fatalf(format string, args ...any)
}

var hostile = []string{
	"", " ", "plain", "it's", `"`, `\`, `\\n`, "$HOME", "`id`", "$(id)", "a b", "*", "~", "~root", "=ls", "a=b", "#x", "!!", "-n", "--",
	"a;b", "a|b", "a&b", "<x>", "{a,b}", "[a]", "?", "line\nbreak", "ends\n", "\n", "\n\n", "tab\there", "\x1b[31mred", "\r", "bell\a",
	"\u202eevil", "é ü 日本 🐳", "\xff\xfe", "\u0085", "''", "'\n'", `'\''`, "%s%d", "%", "a\\", "\\'", "\x7f", "\u200b", "x\x01y\x02\x03z",
}

func TestShellsReadBackHostileWords(t *testing.T) {
	for _, shell := range shells {
		if _, err := exec.LookPath(shell); err != nil {
			if shell == "sh" {
				t.Fatal("no sh on this computer")
			}
			continue
		}
		if got := readBack(t, shell, Line(hostile...)); !reflect.DeepEqual(got, hostile) {
			for i := range hostile {
				if i < len(got) && got[i] != hostile[i] {
					t.Errorf("%s: word %d: got %q, want %q from %s", shell, i, got[i], hostile[i], Quote(hostile[i]))
				}
			}
			t.Errorf("%s: %d words, want %d", shell, len(got), len(hostile))
		}
	}
}

func TestShellReadsBackAnyWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.ByteRange(1, 255)), func(b []byte) string { return string(b) }))
		words := rapid.SliceOfN(word, 1, 6).Draw(t, "words")
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "\x00", "")
		}
		if got := readBack(t, "sh", Line(words...)); !reflect.DeepEqual(got, words) {
			t.Fatalf("got %q, want %q from %s", got, words, Line(words...))
		}
	})
}

func FuzzQuote(f *testing.F) {
	for _, h := range hostile {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, word string) {
		quoted := Quote(word)
		for _, b := range []byte(quoted) {
			if b < 0x20 && b != '\n' || b == 0x7f {
				t.Fatalf("a control character is left in %q", quoted)
			}
		}
		want := strings.ReplaceAll(word, "\x00", "")
		if got := readBack(t, "sh", quoted); len(got) != 1 || got[0] != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestRun(t *testing.T) {
	for name, tc := range map[string]struct {
		spec     engine.ContainerSpec
		detached bool
		want     string
	}{
		"image only": {engine.ContainerSpec{Image: "hello-world"}, false, "docker run hello-world"},
		"web server": {engine.ContainerSpec{
			Name: "hello-nginx", Image: "nginx:1.29",
			Ports:  []engine.PortBinding{{HostIP: "127.0.0.1", Host: 8080, Container: 80, Protocol: "tcp"}},
			Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "pages", Target: "/usr/share/nginx/html"}},
			Env:    []engine.EnvVar{{Name: "TZ", Value: "Europe/Paris"}}, Restart: engine.RestartNo,
		}, true, "docker run -d --name hello-nginx -p 127.0.0.1:8080:80 -v pages:/usr/share/nginx/html -e TZ=Europe/Paris nginx:1.29"},
		"ports": {engine.ContainerSpec{Image: "x", Ports: []engine.PortBinding{
			{Host: 53, Container: 53, Protocol: "udp"}, {Container: 80}, {HostIP: "127.0.0.1", Container: 81}, {HostIP: "::1", Host: 1, Container: 2},
		}}, false, `docker run -p 53:53/udp -p 80 -p 127.0.0.1::81 -p '[::1]:1:2' x`},
		"limits": {engine.ContainerSpec{
			Image: "x", MemoryBytes: 512 << 20, NanoCPUs: 1_500_000_000,
			Restart: engine.RestartUnlessStopped, Network: "web", TTY: true, OpenStdin: true, AutoRemove: true,
		}, true, "docker run -d -it --rm --network web --restart unless-stopped --memory 512m --cpus 1.5 x"},
		"mounts": {engine.ContainerSpec{Image: "x", Mounts: []engine.Mount{
			{Kind: engine.MountBind, Source: "/a b", Target: "/c", ReadOnly: true},
			{Kind: engine.MountBind, Source: "/src", Target: "/dst"},
			{Kind: engine.MountVolume, Source: "pages", Target: "/p", ReadOnly: true},
			{Kind: engine.MountVolume, Target: "/anon"},
			{Kind: engine.MountTmpfs, Target: "/run"},
			{Kind: engine.MountBind, Source: "/a:b,\"c", Target: "/d"},
		}}, false, `docker run --mount 'type=bind,source=/a b,target=/c,readonly' --mount type=bind,source=/src,target=/dst -v pages:/p:ro -v /anon --tmpfs /run --mount 'type=bind,"source=/a:b,""c",target=/d' x`},
		"entrypoint": {engine.ContainerSpec{Image: "x", Entrypoint: []string{"sh", "-c"}, Command: []string{"echo $HOME"}}, false, `docker run --entrypoint sh x -c 'echo $HOME'`},
		"no entrypoint": {engine.ContainerSpec{
			Image: "x", Entrypoint: []string{}, Command: []string{"ls"}, User: "1:1", WorkDir: "/w", Hostname: "h",
			Labels: map[string]string{"b": "2", "a": "1"},
		}, false, `docker run --user 1:1 --workdir /w --hostname h --label a=1 --label b=2 --entrypoint '' x ls`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(Run(tc.spec, tc.detached)...); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

// What the docker command line makes of our options is what we meant.
func TestDockerReadsBackOptions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := engine.PortBinding{
			HostIP: rapid.SampledFrom([]string{"", "127.0.0.1", "0.0.0.0", "::1"}).Draw(t, "ip"),
			Host:   rapid.Uint16().Draw(t, "host"), Container: rapid.Uint16Range(1, 65535).Draw(t, "container"),
			Protocol: rapid.SampledFrom([]string{"tcp", "udp"}).Draw(t, "protocol"),
		}
		got, err := nat.ParsePortSpec(Publish(want))
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %v %v", Publish(want), got, err)
		}
		host := got[0].Binding.HostPort
		if host == "" {
			host = "0"
		}
		back := Publish(engine.PortBinding{HostIP: got[0].Binding.HostIP, Container: uint16(got[0].Port.Int()), Protocol: got[0].Port.Proto(), Host: number(host)})
		if back != Publish(want) {
			t.Fatalf("%s became %s", Publish(want), back)
		}
		readBackMemory(t)
		readBackMount(t)
	})
}

func readBackMemory(t *rapid.T) {
	bytes, nano := rapid.Int64Range(1, 1<<50).Draw(t, "memory"), rapid.Int64Range(1, 512e9).Draw(t, "cpus")
	var m opts.MemBytes
	if err := m.Set(Memory(bytes)); err != nil || m.Value() != bytes {
		t.Fatalf("%d was read as %d: %v", bytes, m.Value(), err)
	}
	if got, err := opts.ParseCPUs(CPUs(nano)); err != nil || got != nano {
		t.Fatalf("%d was read as %d: %v", nano, got, err)
	}
}

// readBackMount checks that binds are always --mount, which makes no folder.
func readBackMount(t *rapid.T) {
	path := rapid.StringMatching(`/[a-z,:=" '\\\n]{0,12}[a-z]`)
	want := engine.Mount{Kind: engine.MountBind, Source: path.Draw(t, "source"), Target: path.Draw(t, "target"), ReadOnly: rapid.Bool().Draw(t, "ro")}
	words := Mount(want)
	if len(words) != 2 || words[0] != "--mount" {
		t.Fatalf("%+v became %q", want, words)
	}
	var m opts.MountOpt
	if err := m.Set(words[1]); err != nil {
		t.Fatalf("%s: %v", words[1], err)
	}
	got := m.Value()[0]
	if got.Source != want.Source || got.Target != want.Target || got.ReadOnly != want.ReadOnly || string(got.Type) != string(want.Kind) {
		t.Fatalf("%+v became %+v", want, got)
	}
	if got.BindOptions != nil && got.BindOptions.CreateMountpoint {
		t.Fatalf("%s makes the folder", words[1])
	}
}

func number(s string) (n uint16) {
	for _, d := range s {
		n = n*10 + uint16(d-'0')
	}
	return n
}

func TestActions(t *testing.T) {
	var at Target
	for line, want := range map[string]string{
		at.Start("web"): "docker start web", at.Stop("my web"): "docker stop 'my web'", at.Resume("web"): "docker unpause web",
		at.Inspect("web"): "docker inspect web", at.Logs("web", true): "docker logs -f web", at.Logs("web", false): "docker logs web",
		at.Containers(): "docker ps -a", at.Images(): "docker images", at.Pull("nginx:1.29"): "docker pull nginx:1.29", at.Search("web server"): "docker search 'web server'",
		at.Volumes(): "docker volume ls", at.VolumeCreate(""): "docker volume create", at.VolumeCreate("v"): "docker volume create v",
	} {
		if line != want {
			t.Errorf("got %s, want %s", line, want)
		}
	}
}
