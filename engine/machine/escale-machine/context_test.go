package main

import (
	"os"
	"path/filepath"
	"testing"

	"escale/engine/contextfile"
	"escale/engine/machine"
)

func TestContextGoesWithItsMachine(t *testing.T) {
	config, home := t.TempDir(), machine.Home{Data: "/m", Run: "/m"}
	t.Setenv("DOCKER_CONFIG", config)
	contexts := func() int {
		all, _ := os.ReadDir(filepath.Join(config, "contexts", "meta"))
		return len(all)
	}
	if err := forgetContext(home, machine.DefaultName); err != nil {
		t.Errorf("without one: %v", err)
	}
	if err := contextfile.Register(config, home.DockerHost(machine.DefaultName)); err != nil {
		t.Fatal(err)
	}
	if err := forgetContext(home, "throwaway"); err != nil || contexts() != 1 {
		t.Errorf("reset of another: %v, %d contexts", err, contexts())
	}
	if err := os.WriteFile(filepath.Join(config, "config.json"), []byte(`{"currentContext":"escale"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := forgetContext(home, machine.DefaultName); err != nil || contexts() != 1 {
		t.Errorf("the one in use: %v, %d contexts", err, contexts())
	}
	if err := os.Remove(filepath.Join(config, "config.json")); err != nil {
		t.Fatal(err)
	}
	if err := forgetContext(home, machine.DefaultName); err != nil || contexts() != 0 {
		t.Errorf("reset: %v, %d contexts", err, contexts())
	}
}
