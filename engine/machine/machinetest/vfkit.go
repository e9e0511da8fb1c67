package machinetest

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// options are those of vfkit's command line that matter here.
type options struct {
	rest                                 string
	data, channel, console, cmdline, net string
	shares                               [][2]string // tags and folders
}

// playVfkit plays vfkit.
func playVfkit(args []string) int {
	o, err := readVfkit(args)
	if err != nil {
		return complain(err)
	}
	v := &vm{began: time.Now(), accel: "vz", dir: filepath.Dir(o.data), off: func() { os.Exit(0) }}
	if v.plan, err = readPlan(v.dir); err != nil {
		return complain(err)
	}
	if v.plan.Refuse != "" {
		return complain(errors.New(v.plan.Refuse))
	}
	for _, s := range o.shares {
		if info, err := os.Stat(s[1]); err != nil || !info.IsDir() {
			return complain(fmt.Errorf("invalid directory sharing configuration: %s", s[1]))
		}
		v.note("virtiofs", s[0]+" "+s[1])
	}
	console, err := os.OpenFile(o.console, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return complain(err)
	}
	v.console = console
	_, _ = fmt.Fprintln(console, "[    0.000000] Linux plays vz:", o.cmdline)
	if err := v.network(o.net); err != nil {
		return complain(err)
	}
	if err := v.vsock(o.channel); err != nil {
		return complain(err)
	}
	return v.rest(o.rest)
}

// readVfkit takes a command line apart as vfkit does: at commas that are not
// between quotation marks, which are taken off where they are around a whole.
func readVfkit(args []string) (o options, err error) {
	for i := 0; i+1 < len(args); i += 2 {
		value := args[i+1]
		switch args[i] {
		case "--restful-uri":
			address, err := url.ParseRequestURI(value)
			if err != nil || address.Host != "" {
				return o, fmt.Errorf("address %q: %w", value, err)
			}
			o.rest = address.Path
		case "--bootloader", "--device":
			o.take(unlist(value))
		case "--cpus", "--memory":
		default:
			return o, fmt.Errorf("unknown flag: %s", args[i])
		}
	}
	return o, nil
}

func unlist(value string) []string {
	var all []string
	quoted := false
	for part := range strings.SplitSeq(value, ",") {
		if quoted {
			all[len(all)-1] += "," + part
		} else {
			all = append(all, part)
		}
		quoted = quoted != (strings.Count(part, `"`)%2 == 1)
	}
	for i, part := range all {
		all[i] = unquote(part)
	}
	return all
}

func unquote(text string) string {
	if strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) {
		return strings.Trim(text, `"`)
	}
	return text
}

func (o *options) take(device []string) {
	values := make(map[string]string)
	for _, option := range device[1:] {
		name, value, _ := strings.Cut(option, "=")
		values[name] = value
	}
	switch device[0] {
	case "linux":
		o.cmdline = unquote(values["cmdline"])
	case "virtio-blk":
		if values["deviceId"] == "data" {
			o.data = values["path"]
		}
	case "virtio-vsock":
		o.channel = (&url.URL{Path: values["socketURL"]}).EscapedPath() // as vfkit reads it
	case "virtio-serial":
		o.console = values["logFilePath"]
	case "virtio-net":
		o.net = values["fd"]
	case "virtio-fs":
		o.shares = append(o.shares, [2]string{values["mountTag"], values["sharedDir"]})
	}
}

// network asks for the gateway, and notes the answer.
func (v *vm) network(descriptor string) error {
	fd, err := strconv.Atoi(descriptor)
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(fd), "network")
	conn, err := net.FileConn(file)
	if err != nil {
		return fmt.Errorf("descriptor %d: %w", fd, err)
	}
	_ = file.Close()
	go func() {
		frame := make([]byte, 1<<16)
		for {
			n, err := conn.Read(frame)
			if err != nil {
				return
			}
			v.note("network", fmt.Sprintf("%x", frame[:n]))
		}
	}()
	_, err = conn.Write(WhoIs([4]byte{192, 168, 127, 2}, [4]byte{192, 168, 127, 1}))
	return err
}

// WhoIs is a frame that asks for the hardware address of an IPv4 address.
//
// Source: RFC 826.
func WhoIs(from, who [4]byte) []byte {
	mac := []byte{0x52, 0x54, 0x00, 0xe5, 0xca, 0x1e}
	frame := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, mac...)
	for _, word := range []uint16{0x0806, 1, 0x0800, 0x0604, 1} {
		frame = binary.BigEndian.AppendUint16(frame, word)
	}
	frame = append(append(frame, mac...), from[:]...)
	return append(append(frame, 0, 0, 0, 0, 0, 0), who[:]...)
}

// vsock takes calls, and ends those that come before the guest listens.
func (v *vm) vsock(socket string) error {
	listener, err := net.Listen("unix", socket) //nolint:noctx // plays
	if err != nil {
		return err
	}
	go func() {
		for calls := 0; ; calls++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if calls < v.plan.Absent {
				_ = conn.Close()
				continue
			}
			v.gate = newGate(conn)
			v.guest()
		}
	}()
	return nil
}

// rest answers on vfkit's socket until the process ends.
func (v *vm) rest(socket string) int {
	listener, err := net.Listen("unix", socket) //nolint:noctx // plays
	if err != nil {
		return complain(err)
	}
	var state atomic.Value
	state.Store("VirtualMachineStateRunning")
	var change sync.Mutex
	mux := http.NewServeMux()
	mux.HandleFunc("GET /vm/state", func(w http.ResponseWriter, _ *http.Request) {
		if time.Since(v.began) < v.plan.StepDelay { // it is still starting
			_, _ = fmt.Fprint(w, `{"state":"VirtualMachineStateStarting"}`)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"state": state.Load(), "canStop": true})
	})
	mux.HandleFunc("POST /vm/state", func(w http.ResponseWriter, q *http.Request) {
		change.Lock()
		defer change.Unlock()
		var want struct{ State string }
		if err := json.NewDecoder(q.Body).Decode(&want); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		is := state.Load()
		switch {
		case want.State == "Pause" && is == "VirtualMachineStateRunning":
			state.Store("VirtualMachineStatePaused")
			v.gate.close()
		case want.State == "Resume" && is == "VirtualMachineStatePaused":
			state.Store("VirtualMachineStateRunning")
			v.gate.open()
		case want.State == "Stop":
			w.Header().Set("Content-Length", "0")
			w.WriteHeader(http.StatusAccepted)
			_ = http.NewResponseController(w).Flush()
			if !v.plan.DeafButton {
				v.off()
			}
			return
		default:
			http.Error(w, `{"error":"invalid virtual machine state transition"}`, http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return complain(http.Serve(listener, mux)) //nolint:gosec // a test's
}
