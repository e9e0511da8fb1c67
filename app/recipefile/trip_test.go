package recipefile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escale/app/run"
	"escale/app/run/runtest"
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

// TestRoundTrip writes and reads more than a thousand forms: what comes back is what was there,
// apart from secrets and paths, and the file holds none of those.
func TestRoundTrip(t *testing.T) {
	trips := 0
	for range 24 {
		rapid.Check(t, func(t *rapid.T) {
			f := runtest.DrawForm(t)
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
	if trips < 1000 {
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
