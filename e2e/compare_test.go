//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"escale/app/compare"
	"escale/engine/machine"
	"escale/views/say"
)

// compareLabel marks what a comparison makes on the engine.
const compareLabel = "label=org.escale.compare"

// compareTime is for a whole comparison: three boots by software emulation.
const compareTime = 8 * time.Minute

// TestCompare compares for real, checks the figures against the engine's events
// and the kernel's own, cancels in the middle, is killed in the middle, and looks
// each time at what is left.
func TestCompare(t *testing.T) {
	say.SetLanguage("en")
	ownMachine(t)
	docker(t, "pull", compare.Image)
	d := sit(t, options{theme: "light", helper: true})
	s := &steps{d: d}
	began := time.Now()
	watcher := watchBoth(t)
	s.do("the way there", func() {
		d.read(say.L("pill.ready"), 20*time.Second)
		d.press("ctrl+5")
		d.click(say.L("compare.lead"))
		d.read(say.L("compare.intro")[:40], 10*time.Second)
	})
	s.do("a container and a virtual machine serve the page, side by side", func() {
		d.click(say.L("compare.start"))
		d.read(say.L("compare.stage.machine"), time.Minute)
		d.read(say.L("compare.stage.measure"), 3*time.Minute)
	})
	s.do("the whole comparison", func() {
		d.wait("the end", button(say.L("compare.again")), compareTime)
	})
	watcher.end()
	result := lastComparison(t, d)
	s.do("its figures are on screen", func() {
		c, m := result.Medians()
		for _, words := range []string{say.Quick(c.FirstByte), say.Quick(m.FirstByte), say.Bytes(m.MemoryBytes)} {
			d.wait(words, text(words), 5*time.Second)
		}
		if result.Emulated() {
			d.read(say.L("compare.emulated.title"), time.Second)
		}
	})
	checkEvents(t, result, began)
	checkMemory(t, result, watcher)
	nothingLeft(t)
	s.do("cancelled in the middle", func() {
		d.click(say.L("compare.again"))
		d.read(say.L("compare.stage.machine"), time.Minute)
		d.until("a virtual machine", time.Minute, func() bool { return len(machines()) == 1 })
		d.click(say.L("action.cancel"))
		d.wait("the end", button(say.L("compare.again")), 30*time.Second)
	})
	nothingLeft(t)
	s.do("killed in the middle, and started again", func() {
		d.click(say.L("compare.again"))
		d.read(say.L("compare.stage.machine"), time.Minute)
		d.until("a virtual machine", time.Minute, func() bool { return len(machines()) == 1 })
		if err := d.cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = d.cmd.Wait()
		if len(machines()) != 1 || docker(t, "ps", "-aq", "--filter", compareLabel) == "" {
			t.Error("nothing was in the middle")
		}
		d.launch()
		d.until("the rest to go", time.Minute, func() bool {
			left, err := tryDocker("ps", "-aq", "--filter", compareLabel)
			return err == nil && left == "" && len(machines()) == 0
		})
	})
	nothingLeft(t)
	if again := lastComparison(t, d); !again.At.Equal(result.At) {
		t.Error("half a comparison took the place of a whole one")
	}
}

// lastComparison is what the program has kept.
func lastComparison(t *testing.T, d *desk) compare.Result {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(d.settings, "compare.json"))
	var book struct{ Last *compare.Result }
	if err == nil {
		err = json.Unmarshal(data, &book)
	}
	if err != nil || book.Last == nil {
		t.Fatalf("no comparison is kept: %v, %s", err, data)
	}
	for i, r := range book.Last.Rounds {
		t.Logf("round %d: container %+v, machine %+v", i+1, r.Container, r.Machine)
	}
	return *book.Last
}

// within tells whether two figures agree within ten per cent, or so small a time
// that no clock tells it apart.
func within[T ~int64](a, b, least T) bool {
	return a-b <= max(a, b)/10+least && b-a <= max(a, b)/10+least
}

// checkEvents compares when things happened with what the engine and the helper
// say of it.
func checkEvents(t *testing.T, r compare.Result, began time.Time) {
	t.Helper()
	out := docker(t, "events", "--since", fmt.Sprint(began.Unix()), "--until", fmt.Sprint(time.Now().Unix()+1), "--format", "{{json .}}", "--filter", compareLabel)
	var created, started []time.Time
	for line := range strings.Lines(out) {
		var e struct {
			Action   string
			TimeNano int64 `json:"timeNano"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		switch e.Action {
		case "create":
			created = append(created, time.Unix(0, e.TimeNano))
		case "start":
			started = append(started, time.Unix(0, e.TimeNano))
		}
	}
	runs := machineRuns(t)
	if len(created) != compare.Rounds || len(started) != compare.Rounds || len(runs) < compare.Rounds {
		t.Fatalf("%d were created, %d started, and %d machines ran", len(created), len(started), len(runs))
	}
	const clocks = 15 * time.Millisecond // between an event and its answer
	for i, round := range r.Rounds {
		c, m := round.ContainerMoments, round.MachineMoments
		if created[i].Before(c.Ordered) || started[i].After(c.Answered) {
			t.Errorf("round %d: ordered %v, created %v, started %v, answered %v", i+1, c.Ordered, created[i], started[i], c.Answered)
		}
		if said, is := c.Started.Sub(c.Ordered), started[i].Sub(c.Ordered); !within(said, is, clocks) {
			t.Errorf("round %d: the container started in %v, by the engine's events in %v", i+1, said, is)
		}
		if got := c.Answered.Sub(c.Ordered); !within(got, round.Container.FirstByte, clocks) {
			t.Errorf("round %d: the container's page took %v and is shown as %v", i+1, got, round.Container.FirstByte)
		}
		if said, is := m.Started.Sub(m.Ordered), runs[i].Sub(m.Ordered); !within(said, is, clocks) {
			t.Errorf("round %d: the machine started in %v, by the helper's log in %v", i+1, said, is)
		}
	}
}

var ranLine = regexp.MustCompile(`(?m)^time=(\S+) .*msg="machine runs" machine=compare`)

// machineRuns are when the helper noted that the machine runs.
func machineRuns(t *testing.T) (at []time.Time) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(os.Getenv(machine.HomeVariable), "helper.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range ranLine.FindAllSubmatch(log, -1) {
		when, err := time.Parse(time.RFC3339Nano, string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, when)
	}
	return at
}

// seen is what the kernel said at one moment.
type seen struct {
	at                 time.Time
	machine, container int64 // bytes; 0: there was none
}

// kernelWatch looks at both while they are compared.
type kernelWatch struct {
	stop, done chan struct{}
	mu         sync.Mutex
	all        []seen
}

func watchBoth(t *testing.T) *kernelWatch {
	t.Helper()
	w := &kernelWatch{stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		container := "" // its process: asking docker at each look takes too long on a busy computer
		for again := time.NewTicker(300 * time.Millisecond); ; {
			s := seen{at: time.Now()}
			if all := machines(); len(all) == 1 {
				s.machine = residentOf(all[0])
			}
			if s.machine > 0 {
				if s.container = memoryOf(container); s.container == 0 {
					container = processOfComparison()
					s.container = memoryOf(container)
				}
			}
			w.mu.Lock()
			w.all = append(w.all, s)
			w.mu.Unlock()
			select {
			case <-again.C:
			case <-w.stop:
				again.Stop()
				return
			}
		}
	}()
	t.Cleanup(w.end)
	return w
}

func (w *kernelWatch) end() {
	select {
	case <-w.stop:
	default:
		close(w.stop)
	}
	<-w.done
}

// checkMemory compares the memory of each round with the kernel's own figures of
// the time at which it was taken, a moment after the machine answered.
func checkMemory(t *testing.T, r compare.Result, w *kernelWatch) {
	t.Helper()
	for i, round := range r.Rounds {
		from := round.MachineMoments.Answered
		to := from.Add(10 * time.Second)
		var near []seen
		for _, s := range w.all {
			if s.at.After(from.Add(time.Second)) && s.at.Before(to) && s.machine > 0 && s.container > 0 {
				near = append(near, s)
			}
		}
		agrees := func(of func(seen) bool) bool { return slices.ContainsFunc(near, of) }
		if !agrees(func(s seen) bool { return within(round.Machine.MemoryBytes, s.machine, 0) }) {
			t.Errorf("round %d: the machine takes %d, by the kernel %+v", i+1, round.Machine.MemoryBytes, near)
		}
		if !agrees(func(s seen) bool { return within(round.Container.MemoryBytes, s.container, 0) }) {
			t.Errorf("round %d: the container takes %d, by the kernel %+v", i+1, round.Container.MemoryBytes, near)
		}
	}
}

// machines are the processes of virtual machines of the test's own home.
func machines() (pids []int) {
	home := os.Getenv(machine.HomeVariable)
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range all {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte("qemu-system")) || !bytes.Contains(line, []byte(home)) {
			continue
		}
		if pid, err := strconv.Atoi(strings.Split(file, "/")[2]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// residentOf is VmRSS of /proc/PID/status, in bytes.
func residentOf(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	return kilobytes(string(status), "VmRSS:") << 10
}

func kilobytes(text, key string) int64 {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return n
		}
	}
	return 0
}

// processOfComparison is the container's process, "" when there is none.
func processOfComparison() string {
	id, err := tryDocker("ps", "-q", "--no-trunc", "--filter", compareLabel)
	if err != nil || id == "" {
		return ""
	}
	pid, err := tryDocker("inspect", "--format", "{{.State.Pid}}", id)
	if err != nil || pid == "0" {
		return ""
	}
	return pid
}

// memoryOf is what the control group of a container's process takes, without
// files that the kernel can drop: of version 2 of them, or 1.
func memoryOf(pid string) int64 {
	if pid == "" {
		return 0
	}
	groups, err := os.ReadFile("/proc/" + pid + "/cgroup")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		dir, current, inactive := "/sys/fs/cgroup"+parts[2], "memory.current", "inactive_file "
		switch parts[1] {
		case "":
		case "memory":
			dir, current, inactive = "/sys/fs/cgroup/memory"+parts[2], "memory.usage_in_bytes", "total_inactive_file "
		default:
			continue
		}
		used, err := os.ReadFile(filepath.Join(dir, current))
		stat, err2 := os.ReadFile(filepath.Join(dir, "memory.stat"))
		if err != nil || err2 != nil {
			continue
		}
		n, _ := strconv.ParseInt(strings.TrimSpace(string(used)), 10, 64)
		return n - kilobytes(string(stat), inactive)
	}
	return 0
}

// nothingLeft fails the test when a comparison has left anything.
func nothingLeft(t *testing.T) {
	t.Helper()
	if left := docker(t, "ps", "-aq", "--filter", compareLabel); left != "" {
		t.Errorf("containers are left: %s", left)
	}
	if left := machines(); len(left) != 0 {
		t.Errorf("virtual machines are left: %v", left)
	}
	home := os.Getenv(machine.HomeVariable)
	left, err := filepath.Glob(filepath.Join(home, "machines", "compare*"))
	if err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(home, "compare.sock")); !os.IsNotExist(err) {
		t.Errorf("a socket is left: %v", err)
	}
	client := machine.NewClient(machine.Home{Data: home, Run: home})
	defer client.Close()
	all, err := client.List(t.Context())
	for _, m := range all {
		if m.Name == compare.MachineName {
			t.Errorf("the helper knows of %+v", m)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
