//go:build e2e

package e2e

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"escale/app/lesson"
	"escale/app/lesson/plays"
	"escale/views/say"
)

// script is how a lesson's tasks are done with docker, and not done.
func script(t *testing.T, l *lesson.Lesson) map[string]plays.Play {
	t.Helper()
	all, err := plays.All()
	if err != nil {
		t.Fatal(err)
	}
	tasks := map[string]plays.Play{}
	for _, p := range all[l.ID] {
		tasks[p.Task] = p
	}
	return tasks
}

// deeds are how tasks are done in the window that are not done by Run.
var deeds = map[string]func(*pupil){
	"first-container/stop": func(p *pupil) { p.click(say.L("action.stop")) },
	"client-daemon-registry/pull": func(p *pupil) {
		p.click(say.L("images.pull"))
		p.fill(say.L("images.pull.label"), "hello-world")
		p.clickExact(say.L("images.pull.verb"))
		p.until("the image", time.Minute, func() bool { _, err := tryDocker("image", "inspect", "hello-world"); return err == nil })
		p.click(say.L("tasks.title")) // what was opened beside it leaves no room for the tick
	},
	"hub/find": func(p *pupil) {
		p.fill(say.L("discover.search"), "redis")
		p.read(say.L("discover.results", "Query", "redis"), 15*time.Second)
		p.clickOn(p.steady("the card of redis", button("redis"), 10*time.Second))
		p.read(say.L("discover.page.versions"), 15*time.Second)
		p.click(say.L("action.run"))
		p.steady("the run sheet", button(say.L("action.cancel")), 10*time.Second)
		p.clickExact(say.L("action.run"))
	},
	"hub/version":       changed("latest", "2.4"),
	"ports/door":        changed("8080", "8088"),
	"settings/greet":    changed("somebody", "Ada"),
	"settings/database": changed("postgres", "library"),

	"ports/visit":    (*pupil).visits,
	"networks/visit": (*pupil).visits,
	"publish/visit":  (*pupil).visits,
	"logs/kill": func(p *pupil) {
		p.click(say.L("action.more"))
		p.click(say.L("container.menu.kill"))
		p.clickExact(say.L("container.kill.verb"))
	},
	"volumes/delete":    (*pupil).deletes,
	"cleanup/container": (*pupil).deletes,
	"cleanup/image": func(p *pupil) {
		p.menuOf("hello-world:linux", say.L("images.menu.remove"))
		p.clickExact(say.L("action.remove"))
	},
	"cleanup/volume": func(p *pupil) {
		p.menuOf("escale-scrap", say.L("volumes.menu.remove"))
		p.clickExact(say.L("action.remove"))
	},
}

// does does a task in the window, which shows where.
func (p *pupil) does(task *lesson.Task) {
	p.t.Helper()
	if deed, ok := deeds[p.l.ID+"/"+task.ID]; ok {
		deed(p)
		return
	}
	if task.Open.Name != lesson.OpenRun {
		p.t.Fatalf("nobody does %s in the window", task.ID)
	}
	p.click(say.L("action.run"))
}

// changed types something else into a field of the form, and runs it.
func changed(old, words string) func(*pupil) {
	return func(p *pupil) {
		p.t.Helper()
		p.fill(old, words)
		p.press("Tab")
		p.click(say.L("action.run"))
	}
}

// visits opens a container's page in the browser, which the desk only notes.
func (p *pupil) visits() {
	p.t.Helper()
	p.click(say.L("action.open"))
	p.until("the browser", 10*time.Second, func() bool { return len(p.opened()) > 0 })
	fetch(p.t, p.opened()[len(p.opened())-1])
}

func (p *pupil) deletes() {
	p.t.Helper()
	p.click(say.L("action.more"))
	p.click(say.L("container.menu.delete"))
	p.clickExact(say.L("action.delete"))
}

// commands runs lines for a shell with the docker command, whose failures are
// part of the play.
func commands(t *testing.T, lines []string) {
	t.Helper()
	for _, line := range lines {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		command := exec.CommandContext(ctx, "sh", "-c", line)
		command.Env = append(os.Environ(), "DOCKER_HOST="+place.docker)
		if out, err := command.CombinedOutput(); err != nil {
			t.Logf("%s: %v: %s", line, err, out)
		}
		cancel()
	}
}

// stage empties the engine of what lessons make, and puts its socket where the
// forms of lessons look for it.
func stage(t *testing.T) {
	t.Helper()
	emptyEngine(t, "hello-world", "my-page", "localhost:5050/my-page", "localhost:5050/another")
	docker(t, "network", "prune", "-f")
	const usual = "/var/run/docker.sock"
	own := strings.TrimPrefix(place.docker, "unix://")
	if err := os.Symlink(own, usual); err != nil {
		if to, _ := os.Readlink(usual); to != own {
			t.Logf("%s is another engine's: its lesson plays there", usual)
		}
		return
	}
	t.Cleanup(func() { _ = os.Remove(usual) })
}
