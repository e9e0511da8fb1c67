// Package machinetest plays virtual machines: a program that takes the command
// line of QEMU, vfkit or wsl.exe, really executed, with a guest inside that
// speaks the real protocol and hands its engine's connections to one of the
// test's own.
package machinetest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// variable tells a test binary whom it plays.
const variable = "ESCALE_TEST_PLAYS"

// players are whom it may play.
var players = map[string]func(args []string) int{"qemu": play, "vfkit": playVfkit, "wsl": playWSL}

// planFile says, beside the data disk, what a machine's virtual machines do.
const planFile = "plan.json"

// fullFile says, beside the disk, that nothing more can be written.
const fullFile = "full"

// GuestLoopback is where ports of the guest are: it has this computer's network,
// and must not take the ports under which they are published there.
const GuestLoopback = "127.77.0.1"

// Plan is what a virtual machine does. The zero value boots at once.
type Plan struct {
	Engine string // the socket of the engine that docker streams go to

	Refuse    string        // QEMU, or vfkit, says this and ends at once
	NoSandbox bool          // it was built without one
	Silent    string        // with this accelerator, nothing is heard of the guest
	Broken    string        // with this one, its processor fails at once
	StepDelay time.Duration // before each step of the boot
	DieAfter  string        // QEMU ends after this step of the boot
	Once      bool          // … but only the first time
	HangAfter string        // nothing is heard after this step
	FailStep  string        // this step of the boot fails …
	FailText  string        // … with this error
	Scribble  bool          // the guest writes all over the disk before

	// Only with the image of this engine does anything of the above go wrong.
	Only string

	Absent      int    // how many calls vfkit ends before anybody listens in the guest
	RefuseShare string // why the guest does not mount the folder with the tag "share0"
	NoShares    bool   // the guest is of before there were folders
	Unsizable   bool   // … and of before a terminal could change its size

	Deaf       bool // the guest does not end when asked
	DeafButton bool // nor by its power button
}

// Write makes plan that of the machine with this folder.
func (p Plan) Write(t *testing.T, dir string) {
	t.Helper()
	data, err := json.Marshal(p)
	if err == nil {
		err = errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, planFile), data, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func readPlan(dir string) (Plan, error) {
	var p Plan
	data, err := os.ReadFile(filepath.Join(dir, planFile)) //nolint:gosec // a test's
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	return p, err
}

// Program returns the program that plays QEMU: this test binary. TestMain must
// call Main.
func Program(t *testing.T) func(arch string) (string, error) {
	t.Helper()
	playing(t, "qemu")
	return self
}

// Vfkit is the same that plays vfkit.
func Vfkit(t *testing.T) func() (string, error) {
	t.Helper()
	playing(t, "vfkit")
	return os.Executable
}

// WSL is the same that plays wsl.exe, with distributions of the test's own.
func WSL(t *testing.T) (program func() (string, error), w *Windows) {
	t.Helper()
	playing(t, "wsl")
	w = &Windows{t: t, dir: t.TempDir()}
	t.Setenv(windowsVariable, w.dir)
	w.Set(WindowsPlan{})
	return os.Executable, w
}

func playing(t *testing.T, name string) {
	t.Helper()
	t.Setenv(variable, name)
	t.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector waits a second at each program's end
}

// Self is Program for a process that is no test: those that it starts play QEMU
// from now on.
func Self() func(arch string) (string, error) {
	_ = os.Setenv(variable, "qemu") // a plain name
	return self
}

func self(string) (string, error) { return os.Executable() }

// Main plays a program if this process is one, and does not return then.
func Main() {
	if part := players[os.Getenv(variable)]; part != nil {
		os.Exit(part(os.Args[1:]))
	}
}
