package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"escale/app/session"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/say"
	"escale/views/terminal"
)

type machines struct {
	list []machine.Status
	err  error
}

func (machines) Offered() error                                   { return nil }
func (m machines) List(context.Context) ([]machine.Status, error) { return m.list, m.err }

func run(t *testing.T, o terminal.Options, arguments ...string) (terminal.Request, int, bool, string) {
	t.Helper()
	var out bytes.Buffer
	o.Version, o.Out, o.Err = "1.2.3", &out, &out
	wanted, code, done := terminal.Run(t.Context(), arguments, o)
	return wanted, code, done, out.String()
}

func TestWindowIsWanted(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	wanted, code, done, said := run(t, terminal.Options{}, "--hidden", "escale://open/engine", "a.escale-lesson")
	if done || code != 0 || said != "" || !wanted.Hidden || !slices.Equal(wanted.Open, []string{"escale://open/engine", filepath.Join(here, "a.escale-lesson")}) {
		t.Errorf("%+v, %d, %v, %q", wanted, code, done, said)
	}
}

// TestRunAsksForTheForm: the command line runs nothing by itself.
func TestRunAsksForTheForm(t *testing.T) {
	for argument, want := range map[string]string{"nginx": "escale://run/nginx", "ghcr.io/a/b:1.2": "escale://run/ghcr.io/a/b:1.2"} {
		if wanted, code, done, said := run(t, terminal.Options{}, "run", argument); done || code != 0 || said != "" || !slices.Equal(wanted.Open, []string{want}) {
			t.Errorf("%s: %+v, %d, %q", argument, wanted, code, said)
		}
	}
	for _, arguments := range [][]string{{"run"}, {"run", "nginx", "sh"}, {"run", "Nginx"}, {"run", "--privileged"}, {"run", "nginx --privileged"}, {"run", "https://example.org/x"}, {"run", ""}} {
		if wanted, code, done, said := run(t, terminal.Options{}, arguments...); !done || code != 2 || said == "" || len(wanted.Open) > 0 {
			t.Errorf("%q: %+v, %d, %q", arguments, wanted, code, said)
		}
	}
}

// TestDoctorNamesPlaces: where the logs are, and what the disk has left.
func TestDoctorNamesPlaces(t *testing.T) {
	here := t.TempDir()
	o := terminal.Options{
		Finder: session.Found(func() []engine.Candidate { return nil }, nil),
		Logs:   "/home/someone/with/a/name/that/is/longer/than/eighty/letters/.local/state/escale/log",
		Disk:   filepath.Join(here, "not", "yet"),
	}
	_, _, _, said := run(t, o, "doctor")
	if !strings.Contains(said, o.Logs) || !strings.Contains(said, here) || strings.Contains(said, "not/yet") || !strings.Contains(said, "free") {
		t.Errorf("it says %q", said)
	}
}

func TestPlainAnswers(t *testing.T) {
	for _, tc := range []struct {
		argument, says string
		code           int
	}{{"--version", "Escale 1.2.3", 0}, {"--help", "escale doctor", 0}, {"--nonsense", "“--nonsense”", 2}, {"a\x1b[2Jb", "“a[2Jb”", 2}} {
		_, code, done, said := run(t, terminal.Options{}, tc.argument)
		if !done || code != tc.code || !strings.Contains(said, tc.says) {
			t.Errorf("%q: %d, %v, %q", tc.argument, code, done, said)
		}
	}
	say.SetLanguage("fr")
	defer say.SetLanguage("en")
	if _, _, _, said := run(t, terminal.Options{}, "--help"); !strings.Contains(said, "la fenêtre") {
		t.Errorf("in French it says %q", said)
	}
}

func TestDoctor(t *testing.T) {
	good := engine.Candidate{Endpoint: engine.Endpoint{ID: "a", Name: "Docker", Host: "tcp://me:secret@10.0.0.1:2376"}, Version: engine.Version{Engine: "29.1"}}
	bad := engine.Candidate{Endpoint: engine.Endpoint{ID: "b", Name: "Podman", Host: "unix:///x.sock"}, Err: errors.Join(engine.ErrUnreachable, engine.ErrPermission, errors.New("raw words"))}
	for _, tc := range []struct {
		places []engine.Candidate
		code   int
	}{{[]engine.Candidate{bad, good}, 0}, {[]engine.Candidate{bad}, 1}, {nil, 1}} {
		byID := func(_ context.Context, ep engine.Endpoint) engine.Candidate {
			return tc.places[slices.IndexFunc(tc.places, func(c engine.Candidate) bool { return c.Endpoint.ID == ep.ID })]
		}
		o := terminal.Options{
			Finder:   session.Found(func() []engine.Candidate { return tc.places }, byID),
			Machines: machines{list: []machine.Status{{Name: machine.DefaultName, State: machine.StatePaused}}},
		}
		_, code, done, said := run(t, o, "doctor")
		if !done || code != tc.code || !strings.Contains(said, "paused") {
			t.Errorf("%d: %q", code, said)
		}
		if strings.Contains(said, "secret") || strings.Contains(said, "raw words") {
			t.Errorf("it tells too much: %q", said)
		}
		if len(tc.places) == 2 && (!strings.Contains(said, "29.1") || !strings.Contains(said, say.Error(bad.Err).Hint)) {
			t.Errorf("it tells too little: %q", said)
		}
	}
}

func TestDoctorWithoutHelper(t *testing.T) {
	o := terminal.Options{
		Finder:   session.Found(func() []engine.Candidate { return nil }, nil),
		Machines: machines{err: machine.ErrNoHelper},
	}
	if _, _, _, said := run(t, o, "doctor"); !strings.Contains(said, "not started") {
		t.Errorf("it says %q", said)
	}
}

func TestMachinePassesOn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("a script stands for the helper elsewhere")
		return
	}
	program := filepath.Join(t.TempDir(), "escale-machine")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"got $*\"; exit 7\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	o := terminal.Options{Program: func() (string, error) { return program, nil }}
	if _, code, done, said := run(t, o, "machine", "list", "--json"); !done || code != 7 || said != "got list --json\n" {
		t.Errorf("%d, %v, %q", code, done, said)
	}
	o.Program = func() (string, error) { return "", machine.ErrHelperMissing }
	if _, code, _, said := run(t, o, "machine"); code != 1 || !strings.Contains(said, say.Error(machine.ErrHelperMissing).Title) {
		t.Errorf("%d, %q", code, said)
	}
}
