//go:build linux

package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// TestStdioChannel: a host at the program's input and output is served, and its
// end is the guest's.
func TestStdioChannel(t *testing.T) {
	a := &agent{boot: newSteps(), engine: newEngine(wire.Params{}), host: newPresence(), shares: newShares(), inside: true, ending: make(chan end, 1)}
	defer a.host.alarm.Stop()
	guestIn, hostOut := io.Pipe()
	hostIn, guestOut := io.Pipe()
	go a.serveStdio(stdio{guestIn, guestOut})
	session, err := wire.Host(t.Context(), stdio{hostIn, hostOut})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		header wire.Header
		want   string
	}{
		{wire.Header{Do: wire.Clock, UnixNanos: 1_800_000_000 * int64(time.Second)}, ""},
		{wire.Header{Do: wire.Grow}, "grows by itself"},
	} {
		var answer wire.Answer
		if err := session.Ask(t.Context(), tc.header, &answer); err != nil || !strings.Contains(answer.Error, tc.want) || answer.OK != (tc.want == "") {
			t.Errorf("%s: %+v, %v", tc.header.Do, answer, err)
		}
	}
	if now := time.Now(); now.Year() == 2027 && now.Month() == time.January && now.Day() == 15 {
		t.Error("the clock was set")
	}
	_ = session.Close()
	if wish := <-a.ending; wish.why != "no host any more" {
		t.Errorf("ends because of %q", wish.why)
	}
}

func TestPlaceIsTakenOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "place")
	first, err := takePlace(file, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := takePlace(file, 0); !errors.Is(err, errTaken) {
		t.Errorf("taken twice: %v", err)
	}
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, unix.SIGUSR1)
	defer signal.Stop(heard)
	if err := signalPlace(file, unix.SIGUSR1); err != nil {
		t.Error(err)
	}
	select {
	case <-heard:
	case <-time.After(5 * time.Second):
		t.Error("nobody heard")
	}
	_ = first.Close()
	if err := os.WriteFile(file, []byte("1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := signalPlace(file, unix.SIGUSR1); err != nil { // nobody's: the first process is left alone
		t.Error(err)
	}
	second, err := takePlace(file, 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Close()
}

func TestLimitsAreOnlyRaised(t *testing.T) {
	dir := t.TempDir()
	for file, value := range map[string]string{"vm/max_map_count": "65530\n", "fs/inotify/max_user_watches": "1048576\n", "net/ipv4/ip_forward": "0\n"} {
		file = filepath.Join(dir, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(value), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	raiseLimits(dir)
	for file, want := range map[string]string{"vm/max_map_count": "262144", "fs/inotify/max_user_watches": "1048576\n", "net/ipv4/ip_forward": "1"} {
		if got, err := os.ReadFile(filepath.Join(dir, file)); string(got) != want || err != nil {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
}
