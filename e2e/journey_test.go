//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"escale/views/say"
)

// steps prints each step of a journey with its time, and takes its picture.
type steps struct {
	d *desk
	n int
}

func (s *steps) do(what string, act func()) {
	s.d.t.Helper()
	start := time.Now()
	act()
	s.n++
	took := time.Since(start)
	fmt.Printf("%2d. %-58s %6.2f s\n", s.n, what, took.Seconds())
	s.d.shot(fmt.Sprintf("%02d-%s", s.n, slug(what)))
}

func slug(words string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(words))
	return strings.Trim(strings.ReplaceAll(kept, "--", "-"), "-")
}

// TestJourney is the first hour of somebody who has never seen a container:
// opens the window, finds an image, runs it with two clicks, opens it in the
// browser, reads its log, stops it, and keeps data in a volume.
func TestJourney(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t, "nginx", "redis")
	started := time.Now()
	d := sit(t, options{theme: "light"})
	s := &steps{d: d}
	s.do(fmt.Sprintf("open the window (%.2f s after the start)", time.Since(started).Seconds()), func() {
		d.read(say.L("discover.beginner.title"), 10*time.Second)
		d.read(say.L("pill.ready"), 10*time.Second)
	})
	s.do("first click: Run on the card of nginx", func() {
		d.clickNear("nginx", say.L("action.run"))
		d.read(say.L("run.title", "Name", "nginx"), 5*time.Second)
		d.wait("the Run button of the sheet", button(say.L("action.run")), 5*time.Second)
	})
	s.do("second click: Run, and it runs", func() {
		d.click(say.L("action.run"))
		d.read(say.L("run.done.title", "Name", "hello-nginx"), 2*time.Minute)
	})
	s.do("its page is served", func() {
		if page := fetch(t, "http://127.0.0.1:8080/"); !strings.Contains(page, "nginx") {
			t.Errorf("the page does not speak of nginx: %.200s", page)
		}
	})
	s.do("open it in the browser", func() {
		d.click(say.L("run.done.browse"))
		d.until("the browser", 5*time.Second, func() bool { return len(d.opened()) == 1 })
		if got := d.opened()[0]; got != "http://localhost:8080" && got != "http://127.0.0.1:8080" && got != "http://localhost:8080/" {
			t.Errorf("the browser got %q", got)
		}
	})
	s.do("read its log", func() {
		d.click(say.L("run.done.log"))
		d.read("GET / HTTP/1.1", 10*time.Second)
	})
	s.do("stop it", func() {
		d.click(say.L("action.stop"))
		d.read(say.L("container.state.stopped"), 20*time.Second)
		if state := docker(t, "inspect", "-f", "{{.State.Status}}", "hello-nginx"); state != "exited" {
			t.Errorf("the engine says %q", state)
		}
	})
	s.keepData(t)
	start := time.Now()
	d.quit()
	fmt.Printf("    %-58s %6.2f s\n", "close the window", time.Since(start).Seconds())
}

// keepData is the part of the journey about a volume.
func (s *steps) keepData(t *testing.T) {
	t.Helper()
	d := s.d
	s.do("run redis, which keeps its data in a volume", func() {
		d.press("ctrl+1")
		d.clickNear("redis", say.L("action.run"))
		d.read(say.L("run.title", "Name", "Redis"), 5*time.Second)
		d.click(say.L("action.run"))
		d.read(say.L("run.done.title", "Name", "hello-redis"), 2*time.Minute)
		d.press("Escape")
		d.gone(say.L("run.done.title", "Name", "hello-redis"), 5*time.Second)
	})
	s.do("write something into it", func() {
		if out := docker(t, "exec", "hello-redis", "redis-cli", "set", "port-of-call", "Marseille"); out != "OK" {
			t.Fatalf("redis said %q", out)
		}
		docker(t, "exec", "hello-redis", "redis-cli", "save")
	})
	s.do("delete its container", func() {
		d.press("ctrl+2")
		d.menuOf("hello-redis", say.L("container.menu.delete"))
		d.read(say.N("container.delete.title", 1, "Name", "hello-redis"), 5*time.Second)
		d.clickExact(say.L("action.delete"))
		d.until("the end of the container", 20*time.Second, func() bool {
			return docker(t, "ps", "-aq", "--filter", "name=hello-redis") == ""
		})
	})
	s.do("its volume is still there", func() {
		d.press("ctrl+4")
		d.read("hello-redis", 10*time.Second)
		d.read(say.L("volumes.unused"), 20*time.Second)
	})
	s.do("run redis anew with the same volume", func() {
		d.press("ctrl+1")
		d.clickNear("redis", say.L("action.run"))
		d.read(say.L("run.title", "Name", "Redis"), 5*time.Second)
		d.click(say.L("run.volume.use"))
		d.until("the volume of before in the form", 5*time.Second, func() bool {
			_, offered := d.look(button(say.L("run.volume.use")))
			return !offered
		})
		d.click(say.L("action.run"))
		d.read(say.L("run.done.title", "Name", "hello-redis"), time.Minute)
		d.press("Escape")
	})
	s.do("the data is still there", func() {
		if got := docker(t, "exec", "hello-redis", "redis-cli", "get", "port-of-call"); got != "Marseille" {
			t.Errorf("redis remembers %q", got)
		}
	})
}

// TestSearchRunRemove finds an image by search, chooses a version, and takes a
// container through its life by its row.
func TestSearchRunRemove(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t, "httpd")
	d := sit(t, options{})
	d.fill(say.L("discover.search"), "httpd")
	d.read(say.L("discover.results", "Query", "httpd"), 15*time.Second)
	d.click(say.L("discover.official"))
	d.clickOn(d.steady("the card of httpd", button("httpd"), 10*time.Second))
	d.read(say.L("discover.page.versions"), 15*time.Second)
	d.click(say.L("discover.page.versions"))
	d.clickNear("2.4", say.L("action.run"))
	d.read(say.L("run.title", "Name", "Apache httpd"), 10*time.Second)
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "hello-httpd"), 2*time.Minute)
	if image := docker(t, "inspect", "-f", "{{.Config.Image}}", "hello-httpd"); image != "httpd:2.4" {
		t.Errorf("the image is %q, want httpd:2.4", image)
	}
	d.click(say.L("run.done.log"))
	d.read("resuming normal operations", 15*time.Second)

	d.press("ctrl+2")
	d.clickNear("hello-httpd", say.L("action.stop"))
	d.until("the stop", 30*time.Second, func() bool {
		return docker(t, "inspect", "-f", "{{.State.Status}}", "hello-httpd") == "exited"
	})
	d.clickNear("hello-httpd", say.L("action.start"))
	d.until("the start", 30*time.Second, func() bool {
		return docker(t, "inspect", "-f", "{{.State.Status}}", "hello-httpd") == "running"
	})
	d.menuOf("hello-httpd", say.L("container.menu.delete"))
	d.clickExact(say.L("action.delete"))
	d.read(say.L("containers.empty.title"), 30*time.Second)
	if left := docker(t, "ps", "-aq"); left != "" {
		t.Errorf("left behind: %q", left)
	}
}

// TestPortConflict has a program hold the port that nginx would get.
func TestPortConflict(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	var config net.ListenConfig
	held, err := config.Listen(t.Context(), "tcp", "127.0.0.1:8090")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Close() }()
	d := sit(t, options{})
	d.clickNear("nginx", say.L("action.run"))
	d.read(say.L("run.title", "Name", "nginx"), 5*time.Second)
	d.fill(say.L("run.port.host"), "8090")
	holder := d.read("8090 is used by", 10*time.Second)
	if !strings.Contains(holder.Text, "pid ") && !strings.Contains(holder.Text, "e2e") {
		t.Errorf("the hint does not name the holder: %q", holder.Text)
	}
	d.read(say.L("run.first.taken"), 5*time.Second)
	d.click(say.L("run.port.use", "Port", "8091"))
	d.gone("8090 is used by", 5*time.Second)
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "hello-nginx"), 2*time.Minute)
	fetch(t, "http://127.0.0.1:8091/")
}
