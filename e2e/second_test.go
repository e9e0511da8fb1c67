//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/views/say"
)

// forwardWithin is how soon the window is in front after a second start.
const forwardWithin = 300 * time.Millisecond

// TestSecondStart starts the program again while another window is in front: the
// one that runs comes forward soon, also when it has much to do, and the second
// ends. What counts is the one in the middle of several starts: a computer that
// does other things, too, may hold one up.
func TestSecondStart(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "run", "-d", "--name", "chatter", "escale/chatter")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "containers"}})
	d.read("chatter", 15*time.Second)
	active := d.activations()
	_, other := d.beside("another", "xev", "-name", "another")
	rounds := func(name string) {
		var took []time.Duration
		for range 11 {
			if _, err := d.tool("xdotool", "windowactivate", "--sync", other); err != nil {
				t.Fatal(err)
			}
			took = append(took, d.comesForward(active))
		}
		slices.Sort(took)
		middle := took[len(took)/2]
		t.Logf("%s: in front %v after the second start (median of %d; worst %v)", name, middle, len(took), took[len(took)-1])
		if middle > forwardWithin {
			t.Errorf("%s: that is more than %v", name, forwardWithin)
		}
	}
	rounds("at rest")
	d.clickOn(d.steady("the row of chatter", text("chatter"), 15*time.Second))
	d.click(say.L("container.tab.logs"))
	quiet := churn()
	t.Cleanup(quiet)
	rounds("while containers come and go")
}

// TestStartsAtOnce starts the program four times in the same instant: one window
// is there, the others end.
func TestStartsAtOnce(t *testing.T) {
	d := sit(t, options{})
	d.quit()
	const many = 4
	programs := make([]*exec.Cmd, many)
	ended := make(chan int, many)
	for i := range programs {
		programs[i] = exec.CommandContext(t.Context(), place.program)
		programs[i].Env, programs[i].Dir = d.env, d.home
		programs[i].Stdout, programs[i].Stderr = d.output, d.output
	}
	for i, p := range programs {
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			if err := p.Wait(); err != nil {
				t.Errorf("start %d ended with %v", i, err)
			}
			ended <- i
		}()
	}
	left := map[int]bool{0: true, 1: true, 2: true, 3: true}
	for range many - 1 {
		select {
		case i := <-ended:
			delete(left, i)
		case <-time.After(30 * time.Second):
			t.Fatalf("more than one goes on: %v", left)
		}
	}
	for i := range left {
		d.cmd = programs[i]
	}
	d.until("its window", 20*time.Second, d.onScreen)
	d.window = d.windowOf("--pid", fmt.Sprint(d.cmd.Process.Pid), "--name", "Escale")
	_, _ = d.tool("xdotool", "windowactivate", "--sync", d.window)
	d.press("alt+F4")
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("it does not end")
	}
	d.cmd = nil
}

// comesForward starts the program once more, and returns how long it took until
// the window of the first was the active one. The second must have ended well.
func (d *desk) comesForward(active <-chan string) time.Duration {
	d.t.Helper()
	for len(active) > 0 {
		<-active
	}
	second := exec.CommandContext(d.t.Context(), place.program)
	second.Env, second.Dir = d.env, d.home
	begin := time.Now()
	if err := second.Start(); err != nil {
		d.t.Fatal(err)
	}
	defer func() {
		if err := second.Wait(); err != nil {
			d.t.Errorf("the second start ended with %v", err)
		}
	}()
	for timeout := time.After(10 * time.Second); ; {
		select {
		case id := <-active:
			if id == d.window {
				return time.Since(begin)
			}
		case <-timeout:
			d.t.Fatal("the window did not come forward")
		}
	}
}

// activations tells, as it happens, which window the window manager made the
// active one: its number in decimal digits.
func (d *desk) activations() <-chan string {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	spy := exec.CommandContext(ctx, "xprop", "-root", "-spy", "-notype", "_NET_ACTIVE_WINDOW")
	spy.Env = d.env
	out, err := spy.StdoutPipe()
	if err == nil {
		err = spy.Start()
	}
	if err != nil {
		cancel()
		d.t.Fatal(err)
	}
	ids := make(chan string, 64)
	var reading sync.WaitGroup
	reading.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			_, hex, _ := strings.Cut(lines.Text(), "# ")
			var id int
			if _, err := fmt.Sscanf(hex, "0x%x", &id); err == nil {
				ids <- fmt.Sprint(id)
			}
		}
	})
	d.t.Cleanup(func() { cancel(); reading.Wait(); _ = spy.Wait() })
	return ids
}

// churn makes and removes containers without a pause until quiet is called.
func churn() (quiet func()) {
	var ending atomic.Bool
	var working sync.WaitGroup
	working.Go(func() {
		for !ending.Load() {
			_, _ = tryDocker("run", "--rm", "busybox", "true")
		}
	})
	return func() { ending.Store(true); working.Wait() }
}
