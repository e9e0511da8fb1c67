package recipefile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escale/app/run"
	"escale/engine"
)

// held is everything that a form shows, without what a file leaves out.
type held struct {
	Spec  engine.ContainerSpec
	Rows  []string
	Title string
	New   bool
}

// plain is what must come back: the form without values of secrets and paths of
// folders, for which there are marks.
func plain(f run.Form) held {
	f = f.Clone()
	h := held{Title: f.Title(), New: f.NewNetwork}
	for i := range f.Env {
		r := &f.Env[i]
		if !r.Blank() && (r.Value != "" && r.IsSecret(f.Recipe) || r.Wanted || r.Earlier != "") {
			r.Value = "<secret>"
		}
	}
	for i := range f.Volumes {
		r := &f.Volumes[i]
		if run.IsHostPath(r.Source) && r.Source != engineSocket && r.Source != "/run/docker.sock" {
			r.Source, r.Wanted = "", true
		}
		if r.Source == "/run/docker.sock" {
			r.Source = engineSocket
		}
		if r.Wanted && r.Source == "" {
			h.Rows = append(h.Rows, "folder for "+strings.TrimSpace(r.Target)+": "+r.Words)
		}
	}
	for _, r := range f.Ports {
		if !r.Blank() {
			h.Rows = append(h.Rows, r.Container+" "+string(r.Open))
		}
	}
	h.Rows = append(h.Rows, f.Memory, f.CPUs)
	h.Spec = f.Spec()
	return h
}

// drawForm is a form as somebody may have left it.
func drawForm(t *rapid.T) run.Form {
	image := rapid.SampledFrom([]string{
		"nginx", "postgres:17", "mongo", "wordpress", "redis", "alpine", "ghcr.io/team/blog:2", "ada/app", "localhost:5000/x:1.0",
		"caddy@sha256:" + strings.Repeat("0a", 32),
	}).Draw(t, "image")
	f := run.Fill(image, nil, run.Facts{Networks: []string{"bridge", "web"}})
	text := rapid.StringMatching(`[ -~é€\n]{0,20}`)
	if rapid.Bool().Draw(t, "named") {
		f.SetName(rapid.StringMatching(`[a-z][a-z0-9_.-]{1,12}`).Draw(t, "name"))
	}
	for range rapid.IntRange(0, 4).Draw(t, "ports") {
		f.AddPort()
		row := len(f.Ports) - 1
		f.Ports[row].Protocol = rapid.SampledFrom([]string{"tcp", "udp", "sctp"}).Draw(t, "protocol")
		f.SetPort(row, rapid.SampledFrom([]string{"20001", "30002", "40003", "50004"}).Draw(t, "base"), rapid.StringMatching(`[1-9][0-9]{0,3}`).Draw(t, "inside"))
	}
	f.Public = rapid.Bool().Draw(t, "public")
	drawVolumes(t, &f)
	drawEnv(t, &f, text)
	f.Command = run.JoinWords(rapid.SliceOfN(text, 0, 4).Draw(t, "command"))
	f.Restart = rapid.SampledFrom([]engine.Restart{engine.RestartNo, engine.RestartOnFailure, engine.RestartUnlessStopped, engine.RestartAlways}).Draw(t, "restart")
	f.AutoRemove = f.Restart == engine.RestartNo && rapid.Bool().Draw(t, "remove")
	f.Memory = rapid.SampledFrom([]string{"", "512 MB", "1,5\u202fGo", "7m"}).Draw(t, "memory")
	f.CPUs = rapid.SampledFrom([]string{"", "1.5", "0,5"}).Draw(t, "cpus")
	f.Hostname = rapid.SampledFrom([]string{"", "db-1"}).Draw(t, "hostname")
	switch name := rapid.SampledFrom([]string{"", "web", "new-net", "host", "none"}).Draw(t, "network"); name {
	case "new-net":
		f.SetNewNetwork(name)
	default:
		f.SetNetwork(name)
	}
	f.SetTTY(rapid.Bool().Draw(t, "tty"))
	return f
}

func drawVolumes(t *rapid.T, f *run.Form) {
	for range rapid.IntRange(0, 3).Draw(t, "volumes") {
		f.AddVolume()
		row := len(f.Volumes) - 1
		source := rapid.SampledFrom([]string{"pages", "my-data", "/home/ada/site", `C:\Users\Ada\site`, "/var/run/docker.sock", "/run/docker.sock"}).Draw(t, "source")
		f.SetVolume(row, source, "/"+rapid.StringMatching(`[a-z ,:é]{0,8}[a-z]`).Draw(t, "target"))
		f.Volumes[row].ReadOnly = rapid.Bool().Draw(t, "readonly")
		f.Volumes[row].Words = rapid.SampledFrom([]string{"", "Your pictures"}).Draw(t, "words")
	}
}

func drawEnv(t *rapid.T, f *run.Form, text *rapid.Generator[string]) {
	for i := range f.Env {
		if rapid.Bool().Draw(t, "edit") {
			f.SetEnv(i, f.Env[i].Name, text.Draw(t, "value"))
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "env") {
		f.AddEnv()
		name := rapid.SampledFrom([]string{"A", "TITLE", "MAIL_TOKEN", "DB_PASSWORD", "é", "URL", "LOW.er"}).Draw(t, "variable")
		value := rapid.OneOf(text, rapid.SampledFrom([]string{"", "postgres://ada:enigma@db/app", "https://example.org/"})).Draw(t, "value")
		f.SetEnv(len(f.Env)-1, name, value)
	}
}

// TestRoundTrip writes and reads 1500 forms: what comes back is what was there,
// apart from secrets and paths, and the file holds none of those.
func TestRoundTrip(t *testing.T) {
	trips := 0
	for range 60 {
		rapid.Check(t, func(t *rapid.T) {
			f := drawForm(t)
			wrong := slices.ContainsFunc(f.Validate(), func(p run.Problem) bool { return p.Code != run.Empty && p.Code != run.Alone })
			data, left, err := Encode(f)
			if wrong {
				if err == nil {
					t.Fatalf("a form with %v was written", f.Validate())
				}
				return
			}
			if err != nil {
				t.Fatalf("not written: %v", err)
			}
			trips++
			file, err := Parse(data)
			if err != nil {
				t.Fatalf("%s\n%v", data, err)
			}
			got := file.Form(run.Facts{Networks: []string{"bridge", "web"}})
			if diff := cmp.Diff(plain(f), plain(got)); diff != "" {
				t.Fatalf("%s\n%s", data, diff)
			}
			keepsSecrets(t, f, string(data), left)
		})
	}
	if trips < 1500 {
		t.Errorf("only %d forms were written and read", trips)
	}
}

// keepsSecrets looks for secrets and paths in a file, and for their names among
// what was left out.
func keepsSecrets(t *rapid.T, f run.Form, data string, left []Left) {
	for _, r := range f.Env {
		if r.Blank() || r.Value == "" || !r.IsSecret(f.Recipe) {
			continue
		}
		if !slices.Contains(left, Left{LeftSecret, r.Name}) {
			t.Fatalf("%s is not named among %v", r.Name, left)
		}
		elsewhere := slices.ContainsFunc(f.Env, func(o run.EnvRow) bool { return o.Value == r.Value && !o.IsSecret(f.Recipe) })
		if len(r.Value) > 12 && !elsewhere && strings.Contains(data, r.Value) {
			t.Fatalf("the value of %s is in %s", r.Name, data)
		}
	}
	for _, r := range f.Volumes {
		if strings.Contains(r.Source, "da") && run.IsHostPath(r.Source) {
			if strings.Contains(data, "site") || !slices.Contains(left, Left{LeftFolder, r.Target}) {
				t.Fatalf("the path of %s: %s\nleft out are %v", r.Source, data, left)
			}
		}
	}
}
