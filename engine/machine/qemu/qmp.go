package qemu

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"escale/engine/machine/driver"
)

// maxLine bounds one message of QEMU's monitor; its greeting and our answers
// are a few hundred bytes.
const maxLine = 1 << 20

// errRefused is a command that QEMU understood and would not do.
var errRefused = errors.New("refused by QEMU")

// monitor speaks QMP, QEMU's control protocol: JSON lines in both directions.
// It may be used from many goroutines.
//
// Source: https://www.qemu.org/docs/master/interop/qmp-spec.html
type monitor struct {
	conn    net.Conn
	greeted chan struct{} // closed at the greeting
	done    chan struct{} // closed when nothing more will be read
	why     error         // of that end; set before done is closed
	reason  string        // of the machine's shutdown; set before done is closed

	// diskErrors has room for one: a second one says nothing new.
	diskErrors chan driver.DiskError
	// stops tells that the processors were stopped, by whomever; closed with done.
	stops chan struct{}

	mu      sync.Mutex
	last    int                  // the newest command's id
	waiting map[int]chan message // the commands without an answer; room for one each
}

// message is any message that QEMU sends.
type message struct {
	Greeting json.RawMessage `json:"QMP"`
	Event    string          `json:"event"`
	Data     struct {
		Reason string `json:"reason"`
		// Of BLOCK_IO_ERROR.
		Action  string `json:"action"`
		NoSpace bool   `json:"nospace"`
	} `json:"data"`
	Return json.RawMessage `json:"return"`
	Error  *refusal        `json:"error"`
	ID     int             `json:"id"`
}

type refusal struct {
	Class string `json:"class"`
	Desc  string `json:"desc"`
}

// parse reads one line.
func parse(line []byte) (message, error) {
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		return message{}, fmt.Errorf("read QMP message: %w", err)
	}
	kinds := 0
	for _, is := range []bool{m.Greeting != nil, m.Event != "", m.Return != nil, m.Error != nil} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		return message{}, fmt.Errorf("read QMP message: %.80q is no greeting, event, return or error", line)
	}
	return m, nil
}

// newMonitor starts to read conn, which it owns from now on.
func newMonitor(conn net.Conn) *monitor {
	m := &monitor{
		conn:    conn,
		greeted: make(chan struct{}),
		done:    make(chan struct{}),
		waiting: make(map[int]chan message),

		diskErrors: make(chan driver.DiskError, 1),
		stops:      make(chan struct{}, 1),
	}
	go m.read()
	return m
}

func (m *monitor) read() {
	defer close(m.done)
	defer close(m.stops)
	m.why = m.lines()
	if m.why == nil {
		m.why = io.EOF
	}
	_ = m.conn.Close()
}

func (m *monitor) lines() error {
	scanner := bufio.NewScanner(m.conn)
	scanner.Buffer(make([]byte, 0, 4096), maxLine)
	greeted := false
	for scanner.Scan() {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		msg, err := parse(line)
		switch {
		case err != nil:
			return err
		case msg.Greeting != nil && !greeted:
			greeted = true
			close(m.greeted)
		case msg.Event == "SHUTDOWN":
			m.reason = msg.Data.Reason
		case msg.Event == "BLOCK_IO_ERROR" && msg.Data.Action == "stop":
			select {
			case m.diskErrors <- driver.DiskError{NoSpace: msg.Data.NoSpace}:
			default:
			}
		case msg.Event == "STOP":
			select {
			case m.stops <- struct{}{}:
			default:
			}
		case msg.Return != nil || msg.Error != nil:
			m.deliver(msg)
		}
	}
	return scanner.Err()
}

// deliver hands an answer to the command that waits for it, if it still does.
func (m *monitor) deliver(msg message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if answer, waits := m.waiting[msg.ID]; waits {
		delete(m.waiting, msg.ID)
		answer <- msg
	}
}

// Close ends the connection and waits for the reading goroutine.
func (m *monitor) Close() {
	_ = m.conn.Close()
	<-m.done
}

// hello waits for the greeting, and ends the negotiation before which QEMU
// takes no commands.
func (m *monitor) hello(ctx context.Context) error {
	select {
	case <-m.greeted:
	case <-m.done:
		return fmt.Errorf("greet QEMU: %w", m.why)
	case <-ctx.Done():
		return fmt.Errorf("greet QEMU: %w", context.Cause(ctx))
	}
	return m.do(ctx, "qmp_capabilities", nil)
}

// do sends a command and waits until it is done.
func (m *monitor) do(ctx context.Context, command string, arguments any) error {
	_, err := m.ask(ctx, command, arguments)
	return err
}

// status is the name of what QEMU's processors do: "running", "paused" and more,
// RunState in https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html.
func (m *monitor) status(ctx context.Context) (string, error) {
	answer, err := m.ask(ctx, "query-status", nil)
	if err != nil {
		return "", err
	}
	var state struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(answer, &state); err != nil {
		return "", fmt.Errorf("read QEMU's status: %w", err)
	}
	return state.Status, nil
}

// ask sends a command and returns what came of it.
func (m *monitor) ask(ctx context.Context, command string, arguments any) (json.RawMessage, error) {
	id, answer := m.expect()
	defer m.forget(id)
	if err := m.send(ctx, id, command, arguments); err != nil {
		return nil, fmt.Errorf("tell QEMU %s: %w", command, err)
	}
	select {
	case msg := <-answer:
		if msg.Error != nil {
			return nil, fmt.Errorf("tell QEMU %s: %w: %s", command, errRefused, msg.Error.Desc)
		}
		return msg.Return, nil
	case <-m.done:
		return nil, fmt.Errorf("tell QEMU %s: %w", command, m.why)
	case <-ctx.Done():
		return nil, fmt.Errorf("tell QEMU %s: %w", command, context.Cause(ctx))
	}
}

func (m *monitor) expect() (int, <-chan message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	answer := make(chan message, 1)
	m.waiting[m.last] = answer
	return m.last, answer
}

func (m *monitor) forget(id int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.waiting, id)
}

func (m *monitor) send(ctx context.Context, id int, command string, arguments any) error {
	line, err := json.Marshal(struct {
		Execute   string `json:"execute"`
		Arguments any    `json:"arguments,omitempty"`
		ID        int    `json:"id"`
	}{command, arguments, id})
	if err != nil {
		return err
	}
	m.mu.Lock() // lines must not mix
	defer m.mu.Unlock()
	deadline, _ := ctx.Deadline() // zero: none
	if err := m.conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	defer m.conn.SetWriteDeadline(time.Time{}) //nolint:errcheck // the connection ended
	_, err = m.conn.Write(append(line, '\n'))
	return err
}
