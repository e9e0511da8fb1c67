package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"escale/engine/machine"
)

// call runs a command in a home that no helper serves.
func call(t *testing.T, args ...string) (string, error) {
	t.Helper()
	t.Setenv(machine.HomeVariable, t.TempDir())
	var out bytes.Buffer
	err := run(t.Context(), args, os.Stdin, &out, io.Discard)
	return out.String(), err
}

func TestWithoutHelper(t *testing.T) {
	out, err := call(t, "status", "--json")
	var s machine.Status
	if err != nil || json.Unmarshal([]byte(out), &s) != nil || s.State != machine.StateAbsent || s.Name != machine.DefaultName {
		t.Errorf("status: %q, %v", out, err)
	}
	if _, err := call(t, "stop"); err != nil {
		t.Errorf("stop of nothing: %v", err)
	}
	if out, err := call(t); err != nil || !strings.Contains(out, "escale-machine start") {
		t.Errorf("usage: %q, %v", out, err)
	}
}

func TestMistakes(t *testing.T) {
	for _, args := range [][]string{
		{"begin"}, {"start", "now"}, {"status", "--name", "../x"}, {"logs", "a", "b"}, {"reset"}, {"stop", "--json"},
		{"share", "add"}, {"share", "list", "x"}, {"share", "give", "/x"}, {"share", "remove", "/x", "/y"}, {"start", "--read-only"},
	} {
		if out, err := call(t, args...); err == nil {
			t.Errorf("%v: %q", args, out)
		}
	}
}

func TestShow(t *testing.T) {
	var out bytes.Buffer
	err := show(&out, machine.Status{
		Name: "default", State: machine.StateRunning, Accel: "tcg", Image: "29.7.1", Docker: "unix:///x.sock", Hint: "slow",
		Resources: machine.Resources{CPUs: 2, MemoryBytes: 1 << 30, DiskBytes: 64 << 30},
		Use:       machine.Use{MemoryBytes: 300 << 20, DiskBytes: 9 << 20},
		Shares: []machine.SharedFolder{
			{Share: machine.Share{Path: "/home/u/site"}, State: machine.ShareStateShared},
			{Share: machine.Share{Path: "/home/u/fixed", ReadOnly: true}, State: machine.ShareStateNext},
			{Share: machine.Share{Path: "/home/u/gone"}, State: machine.ShareStateFailed, Problem: machine.ShareMissing},
		},
		Ports: []machine.Port{{Proto: "tcp", HostIP: "127.0.0.1", HostPort: 80, Container: "web", Error: machine.PortNotAllowed}},
	})
	want := "default   running\nhint      slow\nengine    29.7.1, tcg, unix:///x.sock\n" +
		"takes     300 MiB of memory, 9 MiB of disk\nmay take  2 processors, 1024 MiB of memory, 64 GiB of disk\n" +
		"share     /home/u/site (read and write)\nshare     /home/u/fixed (read-only), from the next start on\n" +
		"share     /home/u/gone (read and write): not shared, because it is not there, or no folder\n" +
		"port      127.0.0.1:80/tcp  web  not-permitted\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}
