//go:build e2e

package e2e

import (
	"testing"
	"time"

	"escale/views/say"
)

// TestPullCancelled stops a download half-way: nothing stays, and the form
// keeps what was typed.
func TestPullCancelled(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t, "escale/big")
	fault(t, "_registry", `{"throttleBytesPerSecond":3000000}`)
	d := sit(t, options{})
	d.fill(say.L("discover.search"), "escale/big")
	d.clickNear("big", say.L("action.run"))
	d.fill(say.L("run.name"), "my-big-one")
	d.click(say.L("action.run"))
	d.read(say.L("run.work.pull"), 10*time.Second)
	d.read(" of 6", 20*time.Second) // "12 MB of 63 MB": it is under way
	d.click(say.L("action.cancel"))
	d.read("my-big-one", 10*time.Second)
	if left := docker(t, "ps", "-aq"); left != "" {
		t.Errorf("a container was left behind: %q", left)
	}
	if images := docker(t, "images", "-q", "escale/big"); images != "" {
		t.Errorf("the image is here: %q", images)
	}
}

// TestPullFails has the registry refuse the layers: the failure is said in
// plain words, nothing stays, and Retry works once the registry does.
func TestPullFails(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t, "redis")
	mend := fault(t, "_registry", `{"failBlobs":true}`)
	d := sit(t, options{})
	d.clickNear("redis", say.L("action.run"))
	d.fill(say.L("run.name"), "my-redis")
	d.click(say.L("action.run"))
	d.read(say.L("run.failed.title", "Name", "Redis"), time.Minute)
	d.read(say.L("run.failed.safe"), 5*time.Second)
	mend()
	d.click(say.L("run.failed.back"))
	d.read("my-redis", 5*time.Second)
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "my-redis"), 2*time.Minute)
}

// TestEngineKilled kills the engine while the window is open, and starts it
// again: the rows stay, dimmed, and come back to life by themselves.
func TestEngineKilled(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "nginx")
	docker(t, "run", "-d", "--name", "lighthouse", "nginx")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "containers"}})
	d.read("lighthouse", 10*time.Second)
	testbed(t, "engine", "kill")
	t.Cleanup(func() { testbed(t, "engine", "start") })
	d.read(say.L("pill.reconnecting"), 10*time.Second)
	if !d.sees("lighthouse") {
		t.Error("the row has gone with the engine")
	}
	d.press("ctrl+5")
	d.read(say.L("action.retry"), 5*time.Second)
	testbed(t, "engine", "start")
	d.read(say.L("pill.ready"), 30*time.Second)
	d.press("ctrl+2")
	d.read("lighthouse", 10*time.Second)
	docker(t, "start", "lighthouse")
	d.wait("a live row", button(say.L("action.stop")), 15*time.Second)
}

// TestEngineHangs stops the engine's process for ten seconds: the window says
// so and goes on answering clicks.
func TestEngineHangs(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "nginx")
	docker(t, "run", "-d", "--name", "lighthouse", "nginx")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "containers"}})
	d.wait("a live row", button(say.L("action.stop")), 15*time.Second)
	testbed(t, "engine", "pause")
	resumed := false
	resume := func() {
		if !resumed {
			resumed = true
			testbed(t, "engine", "resume")
		}
	}
	t.Cleanup(resume)
	frozen := time.Now()
	d.clickNear("lighthouse", say.L("action.stop"))
	d.read(say.L("container.busy.stop"), 2*time.Second)
	// Every place opens while the engine hangs.
	for _, step := range []struct{ place, words string }{
		{say.L("nav.discover"), say.L("discover.beginner.title")},
		{say.L("nav.images"), say.L("images.pull")},
		{say.L("nav.engine"), say.L("engine.others")},
		{say.L("nav.containers"), "lighthouse"},
	} {
		d.click(step.place)
		start := time.Now()
		d.read(step.words, 3*time.Second)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s took %v while the engine hung", step.place, took)
		}
	}
	d.read(say.L("container.busy.slow"), 5*time.Second)
	d.read(say.L("pill.unresponsive"), 15*time.Second)
	time.Sleep(max(0, 10*time.Second-time.Since(frozen)))
	resume()
	d.until("the container's end", 30*time.Second, func() bool {
		return docker(t, "inspect", "-f", "{{.State.Status}}", "lighthouse") == "exited"
	})
	d.wait("the row offers a start", button(say.L("action.start")), 15*time.Second)
}

// TestNoEngine opens the window where no engine is: it says so, and what to do.
func TestNoEngine(t *testing.T) {
	say.SetLanguage("en")
	d := sit(t, options{dockerHost: "unix:///nowhere/docker.sock", prefs: map[string]any{"lastRoute": "engine"}})
	d.read(say.L("pill.failed"), 10*time.Second)
	d.read(say.L("engine.failed.title"), 5*time.Second)
	d.click(say.L("action.retry"))
	d.read(say.L("engine.failed.title"), 10*time.Second)
}

// TestHubDown has the Hub answer errors: the engine's own search takes over,
// and where that finds nothing either, the images that are here.
func TestHubDown(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "nginx")
	fault(t, "_fault", `{"mode":"500"}`)
	d := sit(t, options{})
	result := func(name string) match {
		return func(o object) bool { return o.Text == name && o.Role != "input" }
	}
	d.fill(say.L("discover.search"), place.registry+"/red") // an engine without internet searches just this one
	d.read(say.L("discover.why.broken"), 30*time.Second)
	d.read(say.L("discover.notice.engine"), 5*time.Second)
	d.wait("what the engine found", result("redis"), 5*time.Second)
	d.fill(say.L("discover.search"), "nginx:la")
	d.read(say.L("discover.notice.here"), 30*time.Second)
	d.wait("the image that is here", result("nginx:latest"), 5*time.Second)
	d.clickNear("nginx:latest", say.L("action.run"))
	d.read(say.L("run.name"), 10*time.Second)
}
