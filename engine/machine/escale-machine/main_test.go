package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
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
		{"begin"},
		{"start", "now"},
		{"status", "--name", "../x"},
		{"logs", "a", "b"},
		{"reset"},
		{"stop", "--json"},
		{"move"},
		{"backup"},
		{"restore", "a"},
		{"backup", "a", "b"},
		{"list", "a"},
		{"rollback", "--yes"},
		{"share", "add"},
		{"share", "list", "x"},
		{"share", "give", "/x"},
		{"share", "remove", "/x", "/y"},
		{"start", "--read-only"},
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

func TestShareNotes(t *testing.T) {
	open := machine.SharedFolder{Share: machine.Share{Path: "/Users/u/site"}, State: machine.ShareStateShared}
	fixed := machine.SharedFolder{Share: machine.Share{Path: "/Users/u/fixed", ReadOnly: true}, State: machine.ShareStateNext}
	for what, tc := range map[string]struct {
		s    machine.Status
		want []string // what each begins with
	}{
		"nothing to say":            {machine.Status{Sharing: machine.SharingWorks, ReadOnlyByGuest: true, Shares: []machine.SharedFolder{open}}, nil},
		"kept by this computer":     {machine.Status{Sharing: machine.SharingWorks, Shares: []machine.SharedFolder{open, fixed}}, []string{"What changed"}},
		"kept by the guest":         {machine.Status{Sharing: machine.SharingWorks, ReadOnlyByGuest: true, Shares: []machine.SharedFolder{open, fixed}}, []string{"Read-only is kept by the machine alone", "What changed"}},
		"they cannot be shared":     {machine.Status{Sharing: machine.SharingNoDriver, Shares: []machine.SharedFolder{open}}, []string{"Folders cannot be shared on this system"}},
		"nobody knows whether they": {machine.Status{}, nil},
	} {
		got := shareNotes(tc.s)
		if !slices.EqualFunc(got, tc.want, strings.HasPrefix) {
			t.Errorf("%s: %q, want %q", what, got, tc.want)
		}
	}
}

func TestShowOfWork(t *testing.T) {
	for want, s := range map[string]machine.Status{
		"default  move under way 40 %\n": {
			Name: "default", Busy: machine.WorkMove, Steps: []machine.Step{{Name: "move", DoneBytes: 4, TotalBytes: 10}},
		},
		"default  paused\ncause    not-enough-disk\nneeded   256 MiB, there are 1 MiB\nengine   , , \ntakes    0 MiB of memory, 0 MiB of disk\n": {
			Name: "default", State: machine.StatePaused, Cause: machine.CauseNotEnoughDisk,
			Shortage: &machine.Shortage{NeededBytes: 256 << 20, AvailableBytes: 1 << 20},
		},
		"default  stopped\ndata in  /mnt/x/escale/default\n" +
			"guest    guest 2 with engine 30.0.0 could not be used (boot-stuck), so it is guest 1 with engine 29.7.1; escale-machine update tries again\n": {
			Name: "default", State: machine.StateStopped, Folder: "/mnt/x/escale/default",
			RolledBack: &machine.RolledBack{From: machine.Image{Version: "2", Engine: "30.0.0"}, To: machine.Image{Version: "1", Engine: "29.7.1"}, Cause: machine.CauseBootStuck},
		},
		"default  stopped\nguest    guest 2 with engine 29.8.0 came with the app and is used at the next start\n" +
			"guest    guest 1 with engine 29.7.1 is kept, escale-machine rollback goes back to it\n": {
			Name: "default", State: machine.StateStopped, Update: &machine.Image{Version: "2", Engine: "29.8.0"},
			Previous: &machine.Previous{Image: machine.Image{Version: "1", Engine: "29.7.1"}},
		},
	} {
		var out bytes.Buffer
		if err := show(&out, s); err != nil || out.String() != want {
			t.Errorf("%v\n%s\nwant\n%s", err, out.String(), want)
		}
	}
}

// TestPlain: every reason has words.
func TestPlain(t *testing.T) {
	for _, reason := range []machine.Reason{
		machine.RefusedMissing, machine.RefusedReadOnly, machine.RefusedSameDisk, machine.RefusedNoLocks, machine.RefusedNoHoles,
		machine.RefusedNoRoom, machine.RefusedFileExists, machine.RefusedNoBackup, machine.RefusedDamaged, machine.RefusedRuns,
		machine.RefusedBusy, machine.RefusedNothing, machine.RefusedDataNewer, machine.RefusedThrowaway, machine.RefusedUnsupported,
	} {
		if text := plain(&machine.Refusal{Reason: reason, Detail: "detail"}).Error(); strings.HasPrefix(text, " ") || !strings.HasSuffix(text, " (detail)") {
			t.Errorf("%s: %q", reason, text)
		}
	}
	short := &machine.Refusal{Reason: machine.RefusedNoRoom, Shortage: &machine.Shortage{NeededBytes: 5 << 20, AvailableBytes: 2 << 20}}
	if text := plain(short).Error(); !strings.Contains(text, "5 MiB needed, 2 MiB are free") {
		t.Errorf("%q", text)
	}
}
