package machinetest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"escale/engine/machine/wire"
)

// gate is a connection that brings nothing while the machine is frozen.
type gate struct {
	net.Conn
	mu sync.RWMutex // held for writing while it is closed
}

func newGate(conn net.Conn) *gate { return &gate{Conn: conn} }

func (g *gate) close() { g.mu.Lock() }
func (g *gate) open()  { g.mu.Unlock() }

func (g *gate) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	g.mu.RLock()
	defer g.mu.RUnlock()
	return n, err
}

// guest serves the channel, for one helper.
func (v *vm) guest() {
	if v.plan.Silent != "" && v.plan.Silent == v.accel {
		return
	}
	if v.breaks() {
		v.say(map[string]any{"event": "STOP"})
		return
	}
	v.serveSession()
	time.Sleep(aloneFor) //nolint:forbidigo // a process of its own, that nobody waits for
	os.Exit(0)
}

// serveSession serves a helper until it has gone.
func (v *vm) serveSession() {
	session, err := wire.Guest(v.gate)
	if err == nil {
		for {
			stream, header, err := session.Accept()
			if err != nil {
				break
			}
			go v.serve(stream, header)
		}
	}
}

func (v *vm) serve(s *wire.Stream, h wire.Header) {
	defer s.Close() //nolint:errcheck // plays
	switch h.Do {
	case wire.Boot:
		v.boot(s)
	case wire.Docker:
		v.docker(s)
	case wire.Dial:
		v.dial(s, h)
	case wire.Status:
		_ = s.WriteJSON(wire.State{Engine: wire.EngineRunning})
	case wire.Shutdown:
		if v.plan.Deaf {
			return
		}
		_ = s.WriteJSON(wire.Answer{OK: true})
		v.off()
	case wire.Clock:
		v.note("clock", fmt.Sprint(h.UnixNanos))
		_ = s.WriteJSON(wire.Answer{OK: true})
	case wire.Shares:
		_ = s.WriteJSON(v.mount(h.Shares))
	case wire.Touched:
		v.note("touched", strings.Join(h.Paths, "\n"))
		_ = s.WriteJSON(wire.Answer{OK: true})
	case wire.Trim, wire.Reclaim, wire.Grow:
		v.note(h.Do, "done")
		_ = s.WriteJSON(wire.Answer{OK: true, Bytes: 1})
	case wire.Log:
		_, _ = fmt.Fprintf(s, "the log of %s\n", h.Name)
		_, _ = s.Read(make([]byte, 1)) // followed until the host closes
	case wire.Shell:
		v.shell(s, h)
	case wire.Resize:
		_ = s.WriteJSON(v.resize(h))
	}
}

// mount plays that folders are mounted.
func (v *vm) mount(all []wire.Share) wire.Answer {
	if v.plan.NoShares {
		return wire.Fail(wire.FailHeader, errors.New("do \"shares\" is unknown"))
	}
	for _, s := range all {
		v.note("mounted", fmt.Sprint(s.Tag, " ", s.Path, " ", s.ReadOnly))
	}
	answer := wire.Answer{OK: true}
	if v.plan.RefuseShare != "" {
		answer.Refused = map[string]string{"share0": v.plan.RefuseShare}
	}
	return answer
}

// note leaves a line for the test beside the machine's disk.
func (v *vm) note(name, text string) {
	file, err := os.OpenFile(filepath.Join(v.dir, name+".note"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the test's own folder
	if err != nil {
		return
	}
	defer file.Close() //nolint:errcheck // plays
	_, _ = fmt.Fprintln(file, text)
}

func (v *vm) boot(s *wire.Stream) {
	for _, step := range steps {
		time.Sleep(v.plan.StepDelay) //nolint:forbidigo // plays slowness
		at := time.Since(v.began).Milliseconds()
		if v.plan.FailStep == step {
			_ = s.WriteJSON(wire.Step{Step: step, AtMillis: at, Error: v.plan.FailText})
			return
		}
		_ = s.WriteJSON(wire.Step{Step: step, AtMillis: at})
		if v.dies(step) {
			_, _ = fmt.Fprintln(v.console, "Kernel panic - not syncing")
			os.Exit(0)
		}
		if v.plan.HangAfter == step {
			select {}
		}
	}
	_, _ = s.Read(make([]byte, 1)) // stays open
}

func (v *vm) docker(s *wire.Stream) {
	conn, err := net.Dial("unix", v.plan.Engine) //nolint:noctx // plays
	if err != nil {
		return
	}
	_ = wire.Join(conn.(*net.UnixConn), s) //nolint:forcetypeassert // a unix socket's
}

func (v *vm) dial(s *wire.Stream, h wire.Header) {
	conn, err := net.Dial(h.Network, strings.Replace(h.Address, "127.0.0.1", GuestLoopback, 1)) //nolint:noctx // plays
	if err != nil {
		_ = s.WriteJSON(wire.Fail(wire.FailRefused, err))
		return
	}
	_ = s.WriteJSON(wire.Answer{OK: true})
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = wire.Join(tcp, s)
		return
	}
	_ = wire.JoinDatagrams(s, conn)
}
