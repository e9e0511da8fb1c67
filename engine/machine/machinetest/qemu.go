package machinetest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"escale/engine/machine/wire"
)

// aloneFor is how long a guest goes on without its helper.
const aloneFor = 300 * time.Millisecond

// vm is a process that plays QEMU, or another one.
type vm struct {
	plan    Plan
	dir     string // the machine's
	accel   string
	qmp     net.Conn // QEMU's alone
	console io.Writer
	gate    *gate
	began   time.Time
	off     func()   // what the guest's own end is to the program
	shells  sync.Map // the streams of those that are open, by their numbers

	mu sync.Mutex // of what is written to qmp
}

func play(args []string) int {
	v := &vm{began: time.Now(), accel: valueOf(args, "-accel")}
	v.dir = filepath.Dir(fileOf(args, "data"))
	var err error
	if v.plan, err = readPlan(v.dir); err != nil {
		return complain(err)
	}
	if engine := engineOf(fileOf(args, "root")); v.plan.Only != "" && v.plan.Only != engine {
		v.plan = Plan{Engine: v.plan.Engine}
	}
	if v.plan.Refuse != "" {
		return complain(errors.New(v.plan.Refuse))
	}
	if v.plan.NoSandbox && slices.Contains(args, "-sandbox") {
		return complain(errors.New("-sandbox support is not enabled in this QEMU binary"))
	}
	if tools := fileOf(args, "tools"); tools != "" {
		v.note("tools", tools)
	}
	if v.plan.Scribble {
		if err := scribble(fileOf(args, "data")); err != nil {
			return complain(err)
		}
	}
	conns, err := streams(args)
	if err != nil {
		return complain(err)
	}
	v.qmp, v.console = conns["qmp"], conns["console"]
	v.off = v.powerOff
	v.gate = newGate(conns["channel"])
	_, _ = fmt.Fprintln(v.console, "[    0.000000] Linux plays", v.accel)
	go v.guest()
	go v.fill()
	return v.monitor()
}

// fileOf is the file of a block device.
func fileOf(args []string, node string) string {
	var device struct {
		Name string `json:"node-name"`
		File struct{ Filename string }
	}
	for _, a := range args {
		if json.Unmarshal([]byte(a), &device) == nil && device.Name == node {
			return device.File.Filename
		}
	}
	return ""
}

// engineOf is the engine of the image that a root belongs to.
func engineOf(root string) string {
	var manifest struct{ Engine struct{ Version string } }
	data, err := os.ReadFile(filepath.Join(filepath.Dir(root), "manifest.json"))
	if err != nil || json.Unmarshal(data, &manifest) != nil {
		return ""
	}
	return manifest.Engine.Version
}

func scribble(disk string) error {
	file, err := os.OpenFile(disk, os.O_WRONLY, 0) //nolint:gosec // the test's own
	if err != nil {
		return err
	}
	_, err = file.WriteAt(bytes.Repeat([]byte("scribble"), 1<<20), 1<<20)
	return errors.Join(err, file.Close())
}

func valueOf(args []string, option string) string {
	i := slices.Index(args, option)
	if i < 0 || i+1 >= len(args) {
		return ""
	}
	return regexp.MustCompile(`^[a-z]+`).FindString(args[i+1])
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "qemu-system-test:", err)
	return 1
}

// streams opens the inherited descriptors.
func streams(args []string) (map[string]net.Conn, error) {
	out := make(map[string]net.Conn)
	for _, a := range args {
		found := regexp.MustCompile(`^socket,id=(\w+),fd=(\d+)$`).FindStringSubmatch(a)
		if found == nil {
			continue
		}
		fd, err := strconv.Atoi(found[2])
		if err != nil {
			return nil, err
		}
		file := os.NewFile(uintptr(fd), found[1])
		conn, err := net.FileConn(file)
		if err != nil {
			return nil, err
		}
		_ = file.Close()
		out[found[1]] = conn
	}
	for _, name := range []string{"qmp", "console", "channel"} {
		if out[name] == nil {
			return nil, fmt.Errorf("no descriptor for %s", name)
		}
	}
	return out, nil
}

// monitor speaks QMP until the process ends.
func (v *vm) monitor() int {
	v.say(map[string]any{"QMP": map[string]any{"version": map[string]any{}, "capabilities": []string{"oob"}}})
	lines := bufio.NewScanner(v.qmp)
	for lines.Scan() {
		var command struct {
			Execute string `json:"execute"`
			ID      int    `json:"id"`
		}
		if err := json.Unmarshal(lines.Bytes(), &command); err != nil {
			return complain(err)
		}
		v.say(map[string]any{"timestamp": map[string]int{"seconds": 1}, "event": "NOTHING_THAT_MATTERS"})
		switch command.Execute {
		case "stop":
			v.gate.close()
			v.say(map[string]any{"event": "STOP"})
		case "cont":
			if v.isFull() {
				v.diskError()
				break
			}
			v.gate.open()
		case "system_powerdown":
			if !v.plan.DeafButton {
				v.say(map[string]any{"return": map[string]any{}, "id": command.ID})
				v.powerOff()
			}
		case "query-status":
			v.say(map[string]any{"return": v.status(), "id": command.ID})
			continue
		case "balloon", "block_resize", "qmp_capabilities":
		default:
			v.say(map[string]any{"error": map[string]any{"class": "CommandNotFound", "desc": "no such command"}, "id": command.ID})
			continue
		}
		v.say(map[string]any{"return": map[string]any{}, "id": command.ID})
	}
	select {} // the helper has gone: the guest ends by itself
}

func (v *vm) say(message any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	line, err := json.Marshal(message)
	if err == nil {
		_, err = v.qmp.Write(append(line, '\r', '\n'))
	}
	_ = err // the helper has gone
}

// breaks says whether the plan has the processor fail.
func (v *vm) breaks() bool { return v.plan.Broken != "" && v.plan.Broken == v.accel }

// status is what the processors do, so far as it matters.
func (v *vm) status() map[string]any {
	if v.breaks() {
		return map[string]any{"running": false, "status": "internal-error"}
	}
	return map[string]any{"running": true, "status": "running"}
}

// powerOff is what the guest's own end is to QEMU.
func (v *vm) powerOff() {
	v.say(map[string]any{"event": "SHUTDOWN", "data": map[string]any{"guest": true, "reason": "guest-shutdown"}})
	os.Exit(0)
}

// dies says whether the plan ends the process at this step.
func (v *vm) dies(step string) bool {
	if v.plan.DieAfter != step {
		return false
	}
	if !v.plan.Once {
		return true
	}
	mark := filepath.Join(v.dir, "died")
	_, err := os.Stat(mark)
	if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return os.WriteFile(mark, nil, 0o600) == nil
}

func (v *vm) isFull() bool {
	_, err := os.Stat(filepath.Join(v.dir, fullFile))
	return err == nil
}

func (v *vm) diskError() {
	v.say(map[string]any{"event": "BLOCK_IO_ERROR", "data": map[string]any{
		"device": "", "node-name": "data", "operation": "write", "action": "stop", "nospace": true, "reason": "No space left on device",
	}})
	v.say(map[string]any{"event": "STOP"})
}

// steps are those of a boot.
var steps = []string{wire.StepKernel, wire.StepRoot, wire.StepNetwork, wire.StepData, wire.StepEngine, wire.StepReady}
