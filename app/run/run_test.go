package run

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escale/app/command"
	"escale/app/recipe"
	"escale/engine"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"512m": 512 << 20, "512 MB": 512 << 20, "1.5 GB": 3 << 29, "1,5 Go": 3 << 29, "1,5\u202fGo": 3 << 29, "2GiB": 2 << 30, "2 Gio": 2 << 30, "100": 100,
		"100b": 100, "100 o": 100, "64K": 64 << 10, "1t": 1 << 40, " 7 Mo ": 7 << 20, ".5g": 1 << 29, "0": 0,
	} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "m", "MB", "-1", "1x", "1.2.3", "1e9", "ib", "5 ib", "NaN", "inf", "0x10", ".", "1 m m", "99999999999999t"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, s := range []string{"512m", "1,5 Go", "9e9", "", "\u202f1\u00a0ko"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := ParseSize(text); err == nil && (n < 0 || n > 1<<60) {
			t.Errorf("%q was read as %d", text, n)
		}
		if n, err := ParseCPUs(text); err == nil && (n < 0 || n > 100_000e9) {
			t.Errorf("%q was read as %d", text, n)
		}
	})
}

func TestParseCPUs(t *testing.T) {
	for text, want := range map[string]int64{"1.5": 1_500_000_000, "0,5": 500_000_000, "2": 2e9, "\t1\u00a0": 1e9, "0.000000001": 1} {
		if got, err := ParseCPUs(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "two", "1e3", "1..2", "999999999"} {
		if _, err := ParseCPUs(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestParseWords(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "  ": nil, "ls -l": {"ls", "-l"}, `sh -c 'echo "$HOME"'`: {"sh", "-c", `echo "$HOME"`}, `a"b"'c'`: {"abc"}, `''`: {""}, `"" x`: {"", "x"},
		`a\ b`: {"a b"}, `"a\"b"`: {`a"b`}, `"a\nb"`: {`a\nb`}, "'a\nb'": {"a\nb"}, "a \\\n  b": {"a", "b"}, "\"a\\\nb\"": {"ab"},
	} {
		if got, err := ParseWords(text); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`'a`, `"a`, `a\`, `"a\`} {
		if _, err := ParseWords(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestParseWordsReadsQuotedWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[ -~é\n]{0,12}`)).Draw(t, "words")
		got, err := ParseWords(command.Line(words...))
		if err != nil || len(got)+len(words) > 0 && !cmp.Equal(got, words) {
			t.Fatalf("got %q, %v, want %q", got, err, words)
		}
	})
}

func FuzzParseWords(f *testing.F) {
	f.Add(`sh -c 'a "b" \c'`)
	f.Fuzz(func(t *testing.T, text string) {
		words, err := ParseWords(text)
		if err != nil {
			return
		}
		again, err := ParseWords(command.Line(words...))
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if len(again) != len(words) {
			t.Fatalf("%q became %q", words, again)
		}
	})
}

func TestNewPassword(t *testing.T) {
	rule, seen := regexp.MustCompile(`^([a-z2-9]{4}-){3}[a-z2-9]{4}$`), map[string]bool{}
	count := map[rune]int{}
	for range 2000 {
		p := NewPassword()
		if !rule.MatchString(p) || seen[p] || command.Quote(p) != p {
			t.Fatalf("password %q", p)
		}
		seen[p] = true
		for _, r := range p {
			count[r]++
		}
	}
	for _, r := range letters {
		if mean := 2000.0 * 16 / float64(len(letters)); math.Abs(float64(count[r])-mean) > mean/3 {
			t.Errorf("%c was drawn %d times, about %.0f expected", r, count[r], mean)
		}
	}
}

func lines(f Form) string { return command.Line(command.Run(f.Spec(), true)...) }

func TestFill(t *testing.T) {
	taken := FactsOf([]engine.Container{
		{Name: "hello-nginx", Ports: []engine.Port{{Container: 80, Host: 8080, Protocol: "tcp"}}, Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "hello-nginx-2-data"}}},
	}, nil, []engine.Network{{Name: "bridge"}}, 2)
	for name, tc := range map[string]struct {
		ref    string
		detail *engine.ImageDetail
		facts  Facts
		want   string
	}{
		"recipe":                  {"nginx:1.29", nil, Facts{}, "docker run -d --name hello-nginx -p 127.0.0.1:8080:80 -v hello-nginx-data:/usr/share/nginx/html nginx:1.29"},
		"taken":                   {"docker.io/library/nginx", nil, taken, "docker run -d --name hello-nginx-2 -p 127.0.0.1:8081:80 -v hello-nginx-2-data-2:/usr/share/nginx/html nginx:latest"},
		"hello":                   {"hello-world", nil, Facts{}, "docker run -d --name hello-world hello-world:latest"},
		"shell":                   {"alpine:3.20", nil, Facts{}, "docker run -d -it --name hello-alpine alpine:3.20"},
		"two paths":               {"caddy", nil, Facts{}, "docker run -d --name hello-caddy -p 127.0.0.1:8080:80 -v hello-caddy-data:/data -v hello-caddy-config:/config caddy:2"},
		"unknown image, not here": {"me/app:2", nil, Facts{}, "docker run -d --name hello-app me/app:2"},
		"unknown image, here": {"ghcr.io/me/app:2", &engine.ImageDetail{
			Ports:   []engine.Port{{Container: 443, Protocol: "tcp"}, {Container: 80, Protocol: "tcp"}, {Container: 8080, Protocol: "tcp"}, {Container: 53, Protocol: "udp"}, {Container: 22}},
			Volumes: []string{"/data", "/srv/db"}, Command: []string{"/bin/app"},
		}, Facts{}, "docker run -d --name hello-app -p 127.0.0.1:8443:443 -p 127.0.0.1:8080:80 -p 127.0.0.1:8081:8080 -p 127.0.0.1:8053:53/udp -p 127.0.0.1:2222:22 -v hello-app-data:/data -v hello-app-db:/srv/db ghcr.io/me/app:2"},
		"unknown shell":               {"me/tools", &engine.ImageDetail{Command: []string{"/bin/bash"}}, Facts{}, "docker run -d -it --name hello-tools me/tools:latest"},
		"prompt behind an entrypoint": {"me/js", &engine.ImageDetail{Entrypoint: []string{"docker-entrypoint.sh"}, Command: []string{"node"}}, Facts{}, "docker run -d -it --name hello-js me/js:latest"},
		"program of a prompt":         {"me/js", &engine.ImageDetail{Command: []string{"node", "app.js"}}, Facts{}, "docker run -d --name hello-js me/js:latest"},
		"digest":                      {"nginx@sha256:" + strings.Repeat("a", 64), nil, Facts{}, "docker run -d --name hello-nginx -p 127.0.0.1:8080:80 -v hello-nginx-data:/usr/share/nginx/html nginx@sha256:" + strings.Repeat("a", 64)},
		"image ID":                    {"sha256:" + strings.Repeat("b", 64), nil, Facts{}, "docker run -d --name hello-container sha256:" + strings.Repeat("b", 64)},
		"registry with a port":        {"localhost:5000/app", nil, Facts{}, "docker run -d --name hello-app localhost:5000/app:latest"},
		"image moves the recipe's path": {
			"postgres:latest", &engine.ImageDetail{Volumes: []string{"/var/lib/postgresql/data"}},
			Facts{},
			"docker run -d --name hello-postgres -p 127.0.0.1:5432:5432 -v hello-postgres-data:/var/lib/postgresql/data -e POSTGRES_PASSWORD=secret postgres:latest",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := Fill(tc.ref, tc.detail, tc.facts)
			if problems := f.Validate(); len(problems) > 0 {
				t.Errorf("a second click on Run would not work: %v", problems)
			}
			for i := range f.Env {
				if f.Env[i].Generated {
					f.Env[i].Value = "secret"
				}
			}
			if got := lines(f); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

// A second click works for every starter, in a busy place too.
func TestEveryStarterIsReady(t *testing.T) {
	for _, r := range recipe.All() {
		facts := Facts{Names: map[string]bool{"hello-" + r.ID: true}, Ports: map[uint16]bool{8080: true, 5432: true}}
		f := Fill(r.Image, nil, facts)
		if p := f.Validate(); len(p) > 0 {
			t.Errorf("%s: %v", r.ID, p)
		}
		if f.Ref() != r.Ref() || f.Title() != r.Title {
			t.Errorf("%s: %s, %s", r.ID, f.Ref(), f.Title())
		}
	}
}

func TestCompleteKeepsWhatTheUserDid(t *testing.T) {
	detail := engine.ImageDetail{
		Ports: []engine.Port{{Container: 80, Protocol: "tcp"}, {Container: 81, Protocol: "tcp"}}, Volumes: []string{"/a", "/b"}, Command: []string{"sh"},
	}
	f := Fill("me/app", nil, Facts{})
	f.SetName("mine")
	f.AddPort()
	f.SetPort(0, "9999", "80")
	f.AddVolume()
	f.SetVolume(0, "/home/me", "/a")
	f.SetTTY(false)
	f.Complete(detail)
	f.Complete(detail)
	want := "docker run -d --name mine -p 127.0.0.1:9999:80 -p 127.0.0.1:8081:81 --mount type=bind,source=/home/me,target=/a -v mine-b:/b me/app:latest"
	if got := lines(f); got != want {
		t.Fatalf("\n got %s\nwant %s", got, want)
	}
	f.RemovePort(1)
	f.RemoveVolume(1)
	before := f.Clone()
	f.Complete(detail)
	if want := "docker run -d --name mine -p 127.0.0.1:9999:80 --mount type=bind,source=/home/me,target=/a me/app:latest"; lines(f) != want {
		t.Errorf("\n got %s\nwant %s", lines(f), want)
	}
	f.SetPort(0, "1", "1")
	if before.Ports[0].Host != "9999" {
		t.Error("a clone shares its rows")
	}
}

func TestEdits(t *testing.T) {
	f := Fill("postgres", nil, Facts{Volumes: map[string]bool{"hello-postgres-data": false}})
	if f.Volumes[0].Source != "hello-postgres-data-2" || f.Volumes[0].Earlier != "hello-postgres-data" {
		t.Errorf("data of an earlier container: %+v", f.Volumes[0])
	}
	f.SetName("db")
	if f.Volumes[0].Source != "db-data" || f.Volumes[0].Earlier != "" {
		t.Errorf("the volume did not follow the name: %+v", f.Volumes[0])
	}
	f.SetName("db ")
	if f.Volumes[0].Source != "db-data" {
		t.Errorf("the volume took a space from the name: %+v", f.Volumes[0])
	}
	f.SetName("!")
	if f.Volumes[0].Source != "db-data" {
		t.Errorf("the volume followed a bad name: %+v", f.Volumes[0])
	}
	f.SetTag("18")
	if f.Volumes[0].Target != "/var/lib/postgresql" {
		t.Errorf("the path did not follow the version: %+v", f.Volumes[0])
	}
	f.SetTag("16-alpine")
	if f.Volumes[0].Target != "/var/lib/postgresql/data" {
		t.Errorf("the path did not come back: %+v", f.Volumes[0])
	}
	secret := f.Secrets()
	if len(secret) != 1 || secret[0].Name != "POSTGRES_PASSWORD" {
		t.Fatalf("secrets: %+v", secret)
	}
	f.Regenerate(0)
	if f.Secrets()[0].Value == secret[0].Value {
		t.Error("the password is the same")
	}
	f.SetEnv(0, "POSTGRES_PASSWORD", "mine")
	f.AddEnv()
	f.SetEnv(1, "TZ", "Europe/Paris")
	if len(f.Secrets()) != 0 || f.Spec().Env[1].Value != "Europe/Paris" {
		t.Errorf("environment: %+v", f.Env)
	}
	f.RemoveEnv(1)
	f.AddVolume()
	if f.Volumes[1].Source == "" || len(f.Validate()) == 0 {
		t.Error("a new row has a name and needs a path")
	}
	f.Public, f.Network = true, "host"
	if !f.PortsIgnored() || len(f.Spec().Ports) != 0 {
		t.Error("the host's network publishes no ports")
	}
	f.Network = "web"
	if got := f.Spec().Ports[0].HostIP; got != "" {
		t.Errorf("open to the network, published on %q", got)
	}
}

func TestRefreshMovesOutOfTheWay(t *testing.T) {
	later := FactsOf([]engine.Container{{Name: "hello-nginx", Ports: []engine.Port{{Container: 80, Host: 8080}}}}, []engine.Volume{{Name: "hello-nginx-2-data"}}, nil, 0)
	f := Fill("nginx:1", nil, Facts{})
	f.Refresh(later)
	if want := "docker run -d --name hello-nginx-2 -p 127.0.0.1:8081:80 -v hello-nginx-2-data-2:/usr/share/nginx/html nginx:1"; lines(f) != want {
		t.Errorf("\n got %s\nwant %s", lines(f), want)
	}
	g := Fill("nginx:1", nil, Facts{})
	g.SetName("hello-nginx")
	g.SetPort(0, "8080", "80")
	g.SetVolume(0, "mine", "/x")
	g.Refresh(later)
	if want := "docker run -d --name hello-nginx -p 127.0.0.1:8080:80 -v mine:/x nginx:1"; lines(g) != want {
		t.Errorf("what the user typed was replaced:\n got %s\nwant %s", lines(g), want)
	}
}

// Whoever asks why it is not 8080 finds out who has it.
func TestFormRemembersWhichPortItSkipped(t *testing.T) {
	taken := Facts{Ports: map[uint16]bool{8080: true}}
	f := Fill("nginx", nil, taken)
	if r := f.Ports[0]; r.Host != "8081" || r.Skipped != 8080 {
		t.Errorf("filled in as %+v", r)
	}
	f.SetPort(0, "9000", "80")
	if f.Ports[0].Skipped != 0 {
		t.Error("what the user chose skips nothing")
	}
	f = Fill("nginx", nil, Facts{})
	if f.Ports[0].Skipped != 0 {
		t.Errorf("free, and skipped %d", f.Ports[0].Skipped)
	}
	f.Refresh(taken)
	f.MovePort(0, 8082)
	if r := f.Ports[0]; r.Host != "8082" || r.Skipped != 8080 {
		t.Errorf("moved twice to %+v", r)
	}
	f.MovePort(0, 8080)
	if f.Ports[0].Skipped != 0 {
		t.Error("it is back where it should be")
	}
}

func TestEdited(t *testing.T) {
	taken := FactsOf([]engine.Container{{Name: "hello-postgres", Ports: []engine.Port{{Host: 5432}}}}, nil, nil, 0)
	f := Fill("postgres:16", nil, Facts{})
	f.Complete(engine.ImageDetail{Volumes: []string{"/x"}})
	f.KnowTags([]string{"18"})
	f.Refresh(taken)
	if f.Edited() {
		t.Error("nobody touched it")
	}
	for name, edit := range map[string]func(*Form){
		"name": func(f *Form) { f.SetName("x") }, "version": func(f *Form) { f.SetTag("15") }, "port": func(f *Form) { f.AddPort() },
		"no port": func(f *Form) { f.RemovePort(0) }, "volume": func(f *Form) { f.SetVolume(0, "a", "/b") }, "variable": func(f *Form) { f.Regenerate(0) },
		"network": func(f *Form) { f.SetNewNetwork("a") }, "public": func(f *Form) { f.Public = true }, "command": func(f *Form) { f.Command = "sh" },
		"memory": func(f *Form) { f.Memory = "1" }, "restart": func(f *Form) { f.Restart = engine.RestartAlways },
	} {
		f := Fill("postgres:16", nil, Facts{})
		edit(&f)
		if !f.Edited() {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func TestKnowTags(t *testing.T) {
	for name, tc := range map[string]struct {
		ref  string
		tags []string
		want string
	}{
		"there is the recipe's": {"postgres", []string{"18", "17", "16"}, "17"},
		"an older one":          {"postgres", []string{"latest", "18", "13", "15", "15.2"}, "15"},
		"only newer ones":       {"postgres", []string{"19", "18", "latest"}, "latest"},
		"no number":             {"nextcloud", []string{"30-apache", "29"}, "30-apache"},
		"none known":            {"postgres", nil, "17"},
		"asked for":             {"postgres:9", []string{"18"}, "9"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Fill(tc.ref, nil, Facts{})
			f.KnowTags(tc.tags)
			if f.Tag != tc.want {
				t.Errorf("got %s, want %s", f.Tag, tc.want)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	base := func() Form { return Fill("redis", nil, Facts{Names: map[string]bool{"other": true}, CPUs: 4}) }
	for name, tc := range map[string]struct {
		edit func(*Form)
		want []Problem
	}{
		"as filled in":      {func(*Form) {}, nil},
		"no name":           {func(f *Form) { f.SetName(" ") }, []Problem{{FieldName, -1, Empty}}},
		"letters of a name": {func(f *Form) { f.SetName("café au lait") }, []Problem{{FieldName, -1, Letters}}},
		"name of one":       {func(f *Form) { f.SetName("a") }, []Problem{{FieldName, -1, Letters}}},
		"name taken":        {func(f *Form) { f.SetName("other") }, []Problem{{FieldName, -1, Taken}}},
		"no tag":            {func(f *Form) { f.SetTag("") }, []Problem{{FieldTag, -1, Empty}}},
		"tag":               {func(f *Form) { f.SetTag("a b") }, []Problem{{FieldTag, -1, Letters}}},
		"no such port":      {func(f *Form) { f.SetPort(0, "65536", "0") }, []Problem{{FieldHostPort, 0, NotPort}, {FieldPort, 0, NotPort}}},
		"port in words":     {func(f *Form) { f.SetPort(0, "http", "80") }, []Problem{{FieldHostPort, 0, NotPort}}},
		"port twice":        {func(f *Form) { f.AddPort(); f.SetPort(1, "6379", "1") }, []Problem{{FieldHostPort, 1, Repeated}}},
		"empty rows":        {func(f *Form) { f.AddPort(); f.AddEnv(); f.AddVolume(); f.SetVolume(1, "", "") }, nil},
		"both protocols": {func(f *Form) {
			f.AddPort()
			f.SetPort(1, "6379", "6379")
			f.Ports[1].Protocol = "udp"
		}, nil},
		"volume's letters":      {func(f *Form) { f.SetVolume(0, "my data", "/data") }, []Problem{{FieldVolume, 0, Letters}}},
		"relative folder":       {func(f *Form) { f.SetVolume(0, "./data", "/data") }, []Problem{{FieldVolume, 0, NotPath}}},
		"no volume":             {func(f *Form) { f.SetVolume(0, "", "/data") }, []Problem{{FieldVolume, 0, Empty}}},
		"folder":                {func(f *Form) { f.SetVolume(0, "/home/me/it's mine", "/data") }, nil},
		"Windows folder":        {func(f *Form) { f.SetVolume(0, `C:\data`, "/data") }, nil},
		"no path":               {func(f *Form) { f.SetVolume(0, "data", "") }, []Problem{{FieldTarget, 0, Empty}}},
		"relative path":         {func(f *Form) { f.SetVolume(0, "data", "data") }, []Problem{{FieldTarget, 0, NotPath}}},
		"everything":            {func(f *Form) { f.SetVolume(0, "data", "/.") }, []Problem{{FieldTarget, 0, Root}}},
		"path twice":            {func(f *Form) { f.AddVolume(); f.SetVolume(1, "other", "/data/") }, []Problem{{FieldTarget, 1, Repeated}}},
		"variable":              {func(f *Form) { f.AddEnv(); f.SetEnv(0, "A B", "x") }, []Problem{{FieldEnvName, 0, Letters}}},
		"no variable":           {func(f *Form) { f.AddEnv(); f.SetEnv(0, "", "x") }, []Problem{{FieldEnvName, 0, Empty}}},
		"variable twice":        {func(f *Form) { f.AddEnv(); f.AddEnv(); f.SetEnv(0, "A", "x"); f.SetEnv(1, "A", "y") }, []Problem{{FieldEnvName, 1, Repeated}}},
		"NUL in a value":        {func(f *Form) { f.AddEnv(); f.SetEnv(0, "A", "\x00") }, []Problem{{FieldEnvValue, 0, Letters}}},
		"required":              {func(f *Form) { f.Env = []EnvRow{{Name: "P", Required: true}} }, []Problem{{FieldEnvValue, 0, Empty}}},
		"memory in words":       {func(f *Form) { f.Memory = "much" }, []Problem{{FieldMemory, -1, NotSize}}},
		"little memory":         {func(f *Form) { f.Memory = "1m" }, []Problem{{FieldMemory, -1, TooSmall}}},
		"memory":                {func(f *Form) { f.Memory, f.CPUs = "1,5 Go", "0,5" }, nil},
		"processors":            {func(f *Form) { f.CPUs = "x" }, []Problem{{FieldCPUs, -1, NotNumber}}},
		"no processor":          {func(f *Form) { f.CPUs = "0" }, []Problem{{FieldCPUs, -1, TooSmall}}},
		"many processors":       {func(f *Form) { f.CPUs = "5" }, []Problem{{FieldCPUs, -1, TooLarge}}},
		"open quotation":        {func(f *Form) { f.Command = "sh -c 'x" }, []Problem{{FieldCommand, -1, OpenQuote}}},
		"removed and restarted": {func(f *Form) { f.AutoRemove, f.Restart = true, engine.RestartAlways }, []Problem{{FieldRemoveEnd, -1, Conflict}}},
		"bad image":             {func(f *Form) { f.Image, f.Tag = "A B", "1" }, []Problem{{FieldTag, -1, Letters}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := base()
			tc.edit(&f)
			if diff := cmp.Diff(tc.want, f.Validate()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever the reference, the form is filled in and asks for something.
func FuzzFill(f *testing.F) {
	for _, s := range []string{"nginx", "a/b:c", "x@sha256:1", "", "///", "UPPER", "-", "localhost:5000/日本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		form := Fill(ref, &engine.ImageDetail{Ports: []engine.Port{{Container: 65535}}, Volumes: []string{"/", "/x"}}, Facts{Ports: map[uint16]bool{65535: true}})
		if !validName(form.Name) {
			t.Errorf("name %q", form.Name)
		}
		form.SetTag(ref)
		_ = form.Validate()
		_ = form.Spec()
		_ = form.Title()
	})
}
