//go:build e2e

package e2e

import (
	"testing"
	"time"

	"escale/views/say"
)

// TestLongLog opens the log of a program that prints a million lines: all of
// them are kept, a search finds its one line, and the window goes on answering.
func TestLongLog(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	// With "done" and "one more" a million, which is what the screen asks for at
	// most: a fast computer has printed them before it does.
	docker(t, "run", "-d", "--name", "chatter", "-e", "LINES=999998", "escale/chatter")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "containers"}})
	d.clickOn(d.steady("the row of chatter", text("chatter"), 15*time.Second))
	d.click(say.L("container.tab.logs"))
	slowest := time.Duration(0)
	d.until("a million lines", 2*time.Minute, func() bool {
		start := time.Now()
		_, err := d.tree() // answered on the UI goroutine, between two draws
		if err != nil {
			t.Fatalf("the window froze: %v", err)
		}
		slowest = max(slowest, time.Since(start))
		// Docker's follower sometimes holds the last line of a stream back until the
		// next one is written.
		return d.sees(say.N("logs.kept", 999_999)) || d.sees(say.N("logs.kept", 999_998))
	})
	docker(t, "kill", "-s", "USR1", "chatter")
	d.until("every line, the one held back as well", 15*time.Second, func() bool {
		return d.sees(say.N("logs.kept", 1_000_000))
	})
	t.Logf("slowest answer of the window while a million lines came: %v", slowest)
	if slowest > time.Second {
		t.Errorf("the window took %v to answer", slowest)
	}
	d.fill(say.L("logs.search"), "line 777777")
	d.read(say.L("logs.position", "I", 1, "N", 1), 15*time.Second)
	d.shot("long-log")
}

// TestWhyItStopped tells apart a program that failed and one that the kernel
// ended for lack of memory, and mends the latter.
func TestWhyItStopped(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "run", "-d", "--name", "failing", "escale/exit1")
	docker(t, "run", "-d", "--name", "hungry", "-m", "64m", "escale/memory")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "containers"}})
	d.read(say.L("container.state.memory"), 30*time.Second)
	d.clickOn(d.steady("the row of hungry", text("hungry"), 10*time.Second))
	d.read(say.L("container.why.memory.title", "Code", 137), 10*time.Second)
	d.shot("why-out-of-memory")
	d.click(say.L("container.fix.memory", "Memory", "128\u00a0MB"))
	d.until("a higher limit", 15*time.Second, func() bool {
		return docker(t, "inspect", "-f", "{{.HostConfig.Memory}}", "hungry") == "134217728"
	})
	d.press("ctrl+2")
	d.clickOn(d.steady("the row of failing", text("failing"), 10*time.Second))
	d.read(say.L("container.fix.lastlines"), 10*time.Second)
	d.read("1", time.Second)
}

// TestVolumeInUse cannot remove a volume that a stopped container needs, says
// which one it is, and removes it once that is gone.
func TestVolumeInUse(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "volume", "create", "logbook")
	docker(t, "create", "--name", "keeper", "-v", "logbook:/data", "busybox")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "volumes"}})
	d.clickOn(d.steady("the volume", text("logbook"), 15*time.Second))
	d.read("keeper", 15*time.Second)
	d.menuOf("logbook", say.L("volumes.menu.remove"))
	d.read(say.L("volumes.inuse.title", "Name", "logbook"), 5*time.Second)
	d.press("Escape")
	docker(t, "rm", "keeper")
	d.read(say.L("volumes.unused"), 20*time.Second)
	d.menuOf("logbook", say.L("volumes.menu.remove"))
	d.read(say.L("volumes.remove.title", "Name", "logbook"), 5*time.Second)
	d.clickExact(say.L("action.remove"))
	d.until("the end of the volume", 15*time.Second, func() bool { return docker(t, "volume", "ls", "-q") == "" })
	d.read(say.L("volumes.empty.title"), 10*time.Second)
}
