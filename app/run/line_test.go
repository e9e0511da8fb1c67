package run_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escale/app/command"
	"escale/app/run"
	"escale/app/run/runtest"
)

// TestCommandRoundTrip writes more than a thousand forms as commands and reads them back: the
// form that comes of it asks for the same, and nothing is left out.
func TestCommandRoundTrip(t *testing.T) {
	trips := 0
	facts := run.Facts{Networks: []string{"bridge", "web"}}
	for range 24 {
		rapid.Check(t, func(t *rapid.T) {
			f := runtest.DrawForm(t)
			hostile := rapid.Map(rapid.SliceOf(rapid.ByteRange(1, 255)), func(b []byte) string { return string(b) })
			f.AddEnv()
			f.SetEnv(len(f.Env)-1, "HOSTILE", hostile.Draw(t, "hostile"))
			if slices.ContainsFunc(f.Validate(), func(p run.Problem) bool { return p.Code != run.Empty && p.Code != run.Alone }) {
				return
			}
			trips++
			line := command.Line(command.Run(f.Spec(), true)...)
			if f.NewNetwork {
				line = command.Target{}.NetworkCreate(f.Network) + "\n" + line
			}
			reading, err := command.Read(line)
			if err != nil {
				t.Fatalf("%s\n%v", line, err)
			}
			got, left := run.FromLine(reading, facts)
			if diff := cmp.Diff(f.Spec(), got.Spec()); diff != "" || len(left) > 0 {
				t.Fatalf("%s\n%s\nleft out are %v", line, diff, left)
			}
			if strings.TrimSpace(f.Network) != got.Network || f.NewNetwork != got.NewNetwork || len(f.Spec().Ports) > 0 && f.Public != got.Public {
				t.Fatalf("%s\nbecame %+v", line, got)
			}
		})
	}
	if trips < 1000 {
		t.Errorf("only %d forms were written and read", trips)
	}
}

// TestLineAsks: what only the user's own shell knows, the form asks for.
func TestLineAsks(t *testing.T) {
	reading, err := command.Read(`docker run -e TOKEN -v "$PWD"/site:/site -p 80 -u 1000 nginx`)
	if err != nil {
		t.Fatal(err)
	}
	f, left := run.FromLine(reading, run.Facts{})
	missing := []run.Problem{{Field: run.FieldVolume, Row: 0, Code: run.Empty}, {Field: run.FieldEnvValue, Row: 0, Code: run.Empty}}
	if diff := cmp.Diff(missing, f.Validate()); diff != "" {
		t.Error(diff)
	}
	want := []command.Left{
		{Words: "-e TOKEN", Why: command.Asked}, {Words: "-v $PWD/site:/site", Why: command.Asked}, {Words: "--user 1000", Why: command.NotHeld}, {Words: "-p 80", Why: command.Changed},
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
	if !f.Public || f.Ports[0].Host != "8080" || f.Volumes[0].Words != "$PWD/site" {
		t.Errorf("the form holds %+v", f)
	}
}
