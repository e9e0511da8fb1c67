//go:build !windows

package instance_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/app/instance"
)

// dirVariable makes the test program one start of Escale.
const dirVariable = "ESCALE_TEST_INSTANCE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		start(dir)
		return
	}
	os.Exit(m.Run())
}

// start says whether it is the first one, and then lasts until its input ends.
func start(dir string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	first, err := instance.Join(ctx, dir, []string{"from", "another"})
	switch {
	case err != nil:
		fmt.Println("error", err)
	case first == nil:
		fmt.Println("second")
	default:
		fmt.Println("first")
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
}

type process struct {
	*exec.Cmd
	input io.Closer
	said  *bufio.Reader
}

func launch(t *testing.T, dir string) process {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), dirVariable+"="+dir)
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return process{command, input, bufio.NewReader(output)}
}

func (p process) says(t *testing.T) string {
	t.Helper()
	line, err := p.said.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func (p process) end() { _ = p.input.Close(); _ = p.Wait() }

func join(t *testing.T, dir string, within time.Duration, arguments ...string) (*instance.First, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	return instance.Join(ctx, dir, arguments)
}

func TestTwoStartsInTheSameInstantLeaveOne(t *testing.T) {
	for round := range 15 {
		dir := filepath.Join(t.TempDir(), "run")
		starts := make([]process, 4)
		for i := range starts {
			starts[i] = launch(t, dir)
		}
		said := map[string]int{}
		for _, p := range starts {
			said[p.says(t)]++
		}
		if said["first"] != 1 || said["second"] != 3 {
			t.Errorf("round %d: %v", round, said)
		}
		for _, p := range starts {
			p.end()
		}
	}
}

func TestKilledFirstBlocksNobody(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	p := launch(t, dir)
	if said := p.says(t); said != "first" {
		t.Fatal(said)
	}
	if err := p.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	first, err := join(t, dir, time.Second)
	if err != nil || first == nil {
		t.Fatalf("the next start is not the first one: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

func TestStoppedFirstIsSaidToHang(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	p := launch(t, dir)
	defer p.end()
	if said := p.says(t); said != "first" {
		t.Fatal(said)
	}
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer p.Process.Signal(syscall.SIGCONT) //nolint:errcheck // it is there
	// A thread of it may still answer: a signal stops them one by one.
	for end := time.Now().Add(10 * time.Second); ; {
		began := time.Now()
		_, err := join(t, dir, 200*time.Millisecond)
		switch took := time.Since(began); {
		case errors.Is(err, instance.ErrHung) && took < 2*time.Second:
			return
		case err != nil || time.Now().After(end):
			t.Fatalf("after %v: %v", took, err)
		}
	}
}

func TestBusyFirstAnswersAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	first, err := join(t, dir, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close() //nolint:errcheck // the folder goes
	const limit = 300 * time.Millisecond
	got := make(chan []string, 2)
	handOver := func(what string) {
		began := time.Now()
		if second, err := join(t, dir, 5*time.Second, what); err != nil || second != nil {
			t.Fatalf("handing over %s: %v, %v", what, second, err)
		}
		if took := time.Since(began); took > limit {
			t.Errorf("%s had its answer after %v", what, took)
		} else {
			t.Logf("%s had its answer after %v", what, took)
		}
	}
	handOver("before the window is there")
	busy := make(chan struct{})
	first.Handle(func(arguments []string) { got <- arguments })
	if a := <-got; !slices.Equal(a, []string{"before the window is there"}) {
		t.Errorf("got %q", a)
	}
	first.Handle(func(arguments []string) { <-busy; got <- arguments })
	handOver("while it is busy")
	close(busy)
	if a := <-got; !slices.Equal(a, []string{"while it is busy"}) {
		t.Errorf("got %q", a)
	}
}

func TestTooMuchIsNotHandedOver(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	first, err := join(t, dir, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close() //nolint:errcheck // the folder goes
	for _, arguments := range [][]string{make([]string, instance.MostArguments+1), {strings.Repeat("x", instance.LongestMessage)}} {
		if _, err := join(t, dir, time.Second, arguments...); !errors.Is(err, instance.ErrTooLong) {
			t.Errorf("%v", err)
		}
	}
	// One that keeps to no bound gets no answer.
	conn, err := new(net.Dialer).DialContext(t.Context(), "unix", filepath.Join(dir, "escale.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // only asked
	go func() { _, _ = io.WriteString(conn, `{"arguments":["`+strings.Repeat("x", 2*instance.LongestMessage)) }()
	if said, _ := io.ReadAll(conn); len(said) != 0 {
		t.Errorf("it said %q", said)
	}
}

func TestOnlyTheOwnerEnters(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	first, err := join(t, dir, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close() //nolint:errcheck // the folder goes
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "escale.sock"): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

func TestStrangersAreRefused(t *testing.T) {
	elsewhere := t.TempDir()
	linked := filepath.Join(t.TempDir(), "run")
	if err := os.Symlink(elsewhere, linked); err != nil {
		t.Fatal(err)
	}
	if _, err := join(t, linked, time.Second); !errors.Is(err, instance.ErrStranger) {
		t.Errorf("a linked folder: %v", err)
	}
	lock := t.TempDir()
	if err := os.Symlink(filepath.Join(elsewhere, "x"), filepath.Join(lock, "escale.lock")); err != nil {
		t.Fatal(err)
	}
	if _, err := join(t, lock, time.Second); !errors.Is(err, instance.ErrStranger) {
		t.Errorf("a linked lock: %v", err)
	}
	dir := t.TempDir()
	first, err := join(t, dir, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close() //nolint:errcheck // the folder goes
	path := filepath.Join(dir, "escale.sock")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "other.sock"), path); err != nil {
		t.Fatal(err)
	}
	if _, err := join(t, dir, time.Second); !errors.Is(err, instance.ErrStranger) {
		t.Errorf("a linked socket: %v", err)
	}
	if os.Getuid() != 0 {
		return
	}
	foreign := t.TempDir()
	if err := os.Chown(foreign, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := join(t, foreign, time.Second); !errors.Is(err, instance.ErrStranger) {
		t.Errorf("another user's folder: %v", err)
	}
}
