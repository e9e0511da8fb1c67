//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"escale/views/say"
)

// TestSwitchEngines goes back and forth between Docker and Podman: each time
// the window shows the containers of the engine in use, and only those.
func TestSwitchEngines(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "busybox")
	docker(t, "run", "-d", "--name", "schooner", "busybox", "sleep", "600")
	podman := os.Getenv("ESCALE_TEST_PODMAN")
	onPodman := func(args ...string) {
		if out, err := dockerAt(podman, args...); err != nil {
			t.Fatalf("podman %s: %v: %s", strings.Join(args, " "), err, out)
		}
	}
	onPodman("pull", "-q", "busybox")
	onPodman("run", "-d", "--name", "dinghy", "busybox", "sleep", "600")
	t.Cleanup(func() { onPodman("rm", "-f", "dinghy") })
	d := sit(t, options{
		contexts: map[string]string{"east": place.docker, "west": podman},
		prefs:    map[string]any{"lastRoute": "engine"},
	})
	d.read(say.L("pill.ready"), 15*time.Second)
	for i := range 10 {
		mine, theirs, next := "schooner", "dinghy", "west"
		if i%2 == 1 {
			mine, theirs, next = theirs, mine, "east"
		}
		d.press("ctrl+2")
		d.read(mine, 15*time.Second)
		if d.sees(theirs) {
			t.Fatalf("switch %d: %s belongs to the other engine", i, theirs)
		}
		d.press("ctrl+5")
		d.clickNear(next, say.L("engine.use"))
	}
}

// TestEngineKilledAtWork kills the engine while it works for many containers,
// and starts it again: no row stays busy, and each says what is true.
func TestEngineKilledAtWork(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "busybox")
	const many = 8
	for i := range many {
		docker(t, "run", "-d", "--name", fmt.Sprintf("boat-%d", i), "busybox", "sleep", "600")
	}
	d := sit(t, options{prefs: map[string]any{"lastRoute": "containers"}})
	d.read("boat-0", 15*time.Second)
	d.clickNear("boat-0", say.L("containers.pick", "Name", "boat-0"))
	d.click(say.L("containers.pickall"))
	d.clickNear(say.N("containers.picked", many), say.L("action.stop"))
	d.read(say.L("container.busy.stop"), 5*time.Second)
	testbed(t, "engine", "kill")
	t.Cleanup(func() { testbed(t, "engine", "start") })
	d.read(say.L("pill.reconnecting"), 15*time.Second)
	testbed(t, "engine", "start")
	d.read(say.L("pill.ready"), 40*time.Second)
	d.gone(say.L("container.busy.stop"), 60*time.Second)
	docker(t, append([]string{"start"}, strings.Fields(docker(t, "ps", "-aq"))...)...)
	d.until("every row runs", 30*time.Second, func() bool {
		seen, err := d.tree()
		running := 0
		for _, o := range seen.Objects {
			if button(say.L("action.stop"))(o) {
				running++
			}
		}
		return err == nil && running >= many
	})
}
