//go:build !windows

package machine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"escale/engine"
)

const playVariable = "ESCALE_TEST_IS_HELPER"

func TestMain(m *testing.M) {
	if how := os.Getenv(playVariable); how != "" {
		os.Exit(playHelper(how))
	}
	goleak.VerifyTestMain(m)
}

// playHelper is a helper that answers, one that finds another one at work the
// first time, or one that fails.
func playHelper(how string) int {
	if how == "later" && os.Mkdir("met", 0o700) == nil {
		return 0
	}
	if how == "fail" || len(os.Args) != 2 || os.Args[1] != "serve" {
		fmt.Fprintln(os.Stderr, "no room for a helper")
		return 1
	}
	home, err := LocateHome()
	if err != nil {
		return 1
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "unix", home.Control())
	if err != nil {
		return 1
	}
	_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(Version{API: APIVersion, PID: os.Getpid()})
	}))
	return 0
}

func tempHome(t *testing.T) Home {
	t.Helper()
	dir, err := os.MkdirTemp("", "m") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return Home{Data: dir, Run: dir}
}

func TestLaunch(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(ProgramVariable, self)
	t.Setenv(playVariable, "serve")
	home := tempHome(t)
	for range 2 { // the second one finds the first one's
		if err := Launch(t.Context(), home); err != nil {
			t.Fatal(err)
		}
	}
	c := NewClient(home)
	defer c.Close()
	v, err := c.Version(t.Context())
	if err != nil || v.PID == os.Getpid() {
		t.Fatalf("%+v, %v", v, err)
	}
	if session, err := unix.Getsid(v.PID); err != nil || session != v.PID {
		t.Errorf("the helper is in session %d, %v", session, err)
	}
	if err := syscall.Kill(v.PID, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// TestLaunchAfterAnother: a helper that was killed may still hold its lock, and
// answers no more.
func TestLaunchAfterAnother(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(ProgramVariable, self)
	t.Setenv(playVariable, "later")
	home := tempHome(t)
	if err := Launch(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	c := NewClient(home)
	defer c.Close()
	v, err := c.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(v.PID, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

func TestLaunchFails(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(ProgramVariable, self)
	t.Setenv(playVariable, "fail")
	if err := Launch(t.Context(), tempHome(t)); !errors.Is(err, ErrHelperFailed) || !strings.Contains(err.Error(), "no room for a helper") {
		t.Errorf("a helper that ends: %v", err)
	}
	t.Setenv(ProgramVariable, "/nowhere/escale-machine")
	if err := Launch(t.Context(), tempHome(t)); !errors.Is(err, ErrHelperMissing) {
		t.Errorf("no helper: %v", err)
	}
}

// TestHungUp: a helper that takes the connection and ends is no helper.
func TestHungUp(t *testing.T) {
	home := tempHome(t)
	serve(t, home, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	}))
	c := NewClient(home)
	defer c.Close()
	if _, err := c.Version(t.Context()); !errors.Is(err, ErrNoHelper) {
		t.Errorf("it ended: %v", err)
	}
}

func TestDefaults(t *testing.T) {
	for name, tc := range map[string]struct {
		c    Computer
		r    Resources
		want Resources
	}{
		"a large computer": {Computer{16, 64 * gib}, Resources{}, Resources{CPUs: 8, MemoryBytes: 4 * gib, DiskBytes: 64 * gib}},
		"a laptop":         {Computer{4, 8 * gib}, Resources{}, Resources{CPUs: 2, MemoryBytes: 2 * gib, DiskBytes: 64 * gib}},
		"a small one":      {Computer{1, 1 * gib}, Resources{}, Resources{CPUs: 1, MemoryBytes: 768 * mib, DiskBytes: 64 * gib}},
		"unknown memory":   {Computer{2, 0}, Resources{}, Resources{CPUs: 2, MemoryBytes: 768 * mib, DiskBytes: 64 * gib}},
		"the user's":       {Computer{4, 8 * gib}, Resources{CPUs: 3, DiskBytes: 2 * gib}, Resources{CPUs: 3, MemoryBytes: 2 * gib, DiskBytes: 2 * gib}},
	} {
		got := tc.c.Defaults(tc.r)
		if fmt.Sprint(got) != fmt.Sprint(tc.want) || !got.Valid() {
			t.Errorf("%s: %+v, want %+v", name, got, tc.want)
		}
	}
}

func TestHome(t *testing.T) {
	t.Setenv(HomeVariable, "/x/y")
	home, err := LocateHome()
	if err != nil || home.Control() != "/x/y/control.sock" || home.DockerHost("default") != "unix:///x/y/default.sock" || home.Machine("a") != "/x/y/machines/a" {
		t.Errorf("%+v, %v", home, err)
	}
	for name, want := range map[string]bool{"default": true, "a-1": true, "": false, "control": false, "../x": false, "A": false, "-a": false, "a-": false, strings.Repeat("a", 33): false} {
		if ValidName(name) != want {
			t.Errorf("ValidName(%q) is %v", name, !want)
		}
	}
}

// TestCard: a helper whose sockets are elsewhere says where.
func TestCard(t *testing.T) {
	home, other := tempHome(t), tempHome(t)
	serve(t, other, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"api":1}`) }))
	card, err := json.Marshal(Card{Control: other.Control()})
	if err == nil {
		err = os.WriteFile(home.CardPath(), card, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := NewClient(home)
	defer c.Close()
	if v, err := c.Version(t.Context()); err != nil || v.API != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}

func serve(t *testing.T, home Home, handler http.Handler) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", home.Control())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

func TestFaults(t *testing.T) {
	home := tempHome(t)
	serve(t, home, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		name := filepath.Base(filepath.Dir(q.URL.Path))
		_ = json.NewEncoder(w).Encode(Fault{
			Code: FaultCode(name), Detail: "so it is", Cause: CauseBootStuck, Reason: RefusedSameDisk, Shortage: &Shortage{NeededBytes: 2, AvailableBytes: 1},
		})
	}))
	c := NewClient(home)
	defer c.Close()
	for code, want := range map[FaultCode]error{FaultNotFound: engine.ErrNotFound, FaultConflict: engine.ErrConflict, FaultInvalid: engine.ErrInvalid} {
		if _, err := c.Pause(t.Context(), string(code)); !errors.Is(err, want) {
			t.Errorf("%s: %v", code, err)
		}
	}
	var failed *Failure
	if _, err := c.Start(t.Context(), string(FaultMachine)); !errors.As(err, &failed) || failed.Cause != CauseBootStuck {
		t.Errorf("a machine that failed: %v", err)
	}
	if failed.Shortage == nil || failed.Shortage.NeededBytes != 2 {
		t.Errorf("figures: %+v", failed.Shortage)
	}
	var refused *Refusal
	if _, err := c.Move(t.Context(), string(FaultRefused), "/x"); !errors.As(err, &refused) || refused.Reason != RefusedSameDisk || refused.Shortage == nil {
		t.Errorf("a request that is refused: %v", err)
	}
}

func TestNoHelper(t *testing.T) {
	c := NewClient(tempHome(t))
	defer c.Close()
	if _, err := c.List(t.Context()); !errors.Is(err, ErrNoHelper) {
		t.Errorf("got %v", err)
	}
}

func TestDeadline(t *testing.T) {
	home := tempHome(t)
	serve(t, home, http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }))
	c := NewClient(home)
	defer c.Close()
	if _, err := ask[Version](t.Context(), c, 20*time.Millisecond, http.MethodGet, "/v1/version", nil); !errors.Is(err, engine.ErrTimeout) {
		t.Errorf("a helper that hangs: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Version(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
