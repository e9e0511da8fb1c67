package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"escale/app/instance"
	"escale/engine/machine"
)

// TestSecondStartEndsEarly: a start that only brings the first one to the front
// ends before the toolkit, the network and most else are set up.
func TestSecondStartEndsEarly(t *testing.T) {
	home := t.TempDir()
	first, err := instance.Join(t.Context(), filepath.Join(home, "window"), nil)
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan []string, 1)
	first.Handle(func(arguments []string) { asked <- arguments })
	second := exec.CommandContext(t.Context(), os.Args[0])
	second.Env = append(os.Environ(), commandVariable+"=yes", machine.HomeVariable+"="+home, "GODEBUG=inittrace=1", "DISPLAY=")
	said, err := second.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if arguments := <-asked; len(arguments) > 0 {
		t.Errorf("it asked for %q", arguments)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d packages were set up", strings.Count(string(said), "\ninit "))
	for _, late := range []string{"fyne.io/", "init net ", "init regexp ", "init encoding/json ", "init escale/"} {
		if strings.Contains(string(said), late) {
			t.Errorf("%q was set up first: %s", late, said)
		}
	}
}
