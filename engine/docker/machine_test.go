//go:build testbed

package docker

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/machine"
)

// TestMachineConforms runs the suite on the engine of an Escale Machine that it
// boots. ESCALE_MACHINE is the helper program, ESCALE_GUEST the guest's image.
//
// The registry is on this computer's loopback, which the machine reaches by the
// name that containers know it by.
func TestMachineConforms(t *testing.T) {
	_, port, _ := strings.Cut(setting(t, registryVar), ":")
	registry := "host.docker.internal:" + port
	home := startMachine(t, "--memory", "768", "--host-port", port, "--insecure-registry", registry, "--mirror", "http://127.0.0.1:"+port)
	conformsWith(t, engine.Endpoint{ID: "test", Name: "Escale Machine", Kind: engine.EndpointEnv, Host: home.DockerHost(machine.DefaultName)}, "Docker", registry)
}

// startMachine boots a machine of the test's own, which ends with it.
func startMachine(t *testing.T, flags ...string) machine.Home {
	t.Helper()
	program := setting(t, machine.ProgramVariable)
	dir, err := os.MkdirTemp("", "m") //nolint:usetesting // a short name: sockets' paths are short
	if err != nil {
		t.Fatal(err)
	}
	do := func(ctx context.Context, args ...string) {
		command := exec.CommandContext(ctx, program, args...)
		command.Env = append(os.Environ(), machine.HomeVariable+"="+dir)
		began := time.Now()
		out, err := command.CombinedOutput()
		t.Logf("%v took %.1f s\n%s", args, time.Since(began).Seconds(), out)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "helper.log"))
			t.Logf("the helper's log ends with\n%s", log[max(0, len(log)-4000):])
		}
		do(context.WithoutCancel(t.Context()), "stop")
		do(context.WithoutCancel(t.Context()), "reset", "--yes")
		endHelper(t, machine.Home{Data: dir, Run: dir})
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	do(t.Context(), append([]string{"start"}, flags...)...)
	return machine.Home{Data: dir, Run: dir}
}

// endHelper ends the helper, which would wait for more to do, by its number.
func endHelper(t *testing.T, home machine.Home) {
	t.Helper()
	client := machine.NewClient(home)
	defer client.Close()
	v, err := client.Version(context.WithoutCancel(t.Context()))
	if err == nil {
		err = syscall.Kill(v.PID, syscall.SIGTERM)
	}
	for end := time.Now().Add(20 * time.Second); err == nil && syscall.Kill(v.PID, 0) == nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the helper, process %d, does not end", v.PID)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
