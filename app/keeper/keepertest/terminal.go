package keepertest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"escale/engine"
	"escale/engine/machine"
)

// Prompt is what a played shell says when it waits for a line.
const Prompt = "# "

// Size is a terminal's, in characters.
type Size struct{ Rows, Cols int }

// Terminal plays a shell in a guest: it prompts, says back what is typed and
// then Answer's answer to the line, and ends at "exit". Safe for concurrent use.
type Terminal struct {
	// Answer says what a line prints. Set it before anything is typed; nil: nothing.
	Answer func(line string) string

	mu    sync.Mutex
	out   bytes.Buffer
	more  chan struct{} // closed and replaced with everything that happens
	line  []byte
	lines []string
	sizes []Size
	over  bool // the shell has ended
	shut  bool // Close was called
}

var _ machine.Terminal = (*Terminal)(nil)

// NewTerminal returns a shell that waits for its first line.
func NewTerminal(rows, cols int) *Terminal {
	t := &Terminal{more: make(chan struct{}), sizes: []Size{{rows, cols}}}
	t.out.WriteString(Prompt)
	return t
}

// edit changes the terminal and wakes who reads.
func (t *Terminal) edit(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	close(t.more)
	t.more = make(chan struct{})
}

// Read implements machine.Terminal.
func (t *Terminal) Read(p []byte) (int, error) {
	for {
		t.mu.Lock()
		n, _ := t.out.Read(p)
		more, over := t.more, t.over || t.shut
		t.mu.Unlock()
		switch {
		case n > 0 || len(p) == 0:
			return n, nil
		case over:
			return 0, io.EOF
		}
		<-more
	}
}

// Write implements machine.Terminal.
func (t *Terminal) Write(p []byte) (n int, err error) {
	t.edit(func() {
		for _, c := range p {
			if t.over || t.shut {
				err = io.ErrClosedPipe
				return
			}
			t.key(c)
			n++
		}
	})
	return n, err
}

// key is one byte that is typed. The caller holds the lock.
func (t *Terminal) key(c byte) {
	if c != '\r' && c != '\n' {
		t.line = append(t.line, c)
		t.out.WriteByte(c)
		return
	}
	line := string(t.line)
	t.line, t.lines = nil, append(t.lines, line)
	t.out.WriteString("\r\n")
	if line == "exit" {
		t.over = true
		return
	}
	if t.Answer != nil {
		t.out.WriteString(strings.ReplaceAll(t.Answer(line), "\n", "\r\n"))
	}
	t.out.WriteString(Prompt)
}

// Close implements machine.Terminal.
func (t *Terminal) Close() error { t.edit(func() { t.shut = true }); return nil }

// Resize implements machine.Terminal.
func (t *Terminal) Resize(_ context.Context, rows, cols int) (err error) {
	t.edit(func() {
		if t.over || t.shut {
			err = fmt.Errorf("%w: the shell has ended", engine.ErrNotFound)
			return
		}
		t.sizes = append(t.sizes, Size{rows, cols})
	})
	return err
}

// Say prints text, as a program in the guest does.
func (t *Terminal) Say(text string) { t.edit(func() { t.out.WriteString(text) }) }

// End ends the shell, as its machine's end does.
func (t *Terminal) End() { t.edit(func() { t.over = true }) }

// Lines are those that were typed, in order.
func (t *Terminal) Lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lines)
}

// Sizes are those that it had, the first one from its beginning.
func (t *Terminal) Sizes() []Size {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.sizes)
}

// Closed tells whether Close was called.
func (t *Terminal) Closed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shut
}

// Shell implements keeper.Machine.
func (m *Machine) Shell(_ context.Context, _ string, rows, cols int) (machine.Terminal, error) {
	var t *Terminal
	_, err := m.do("shell", up(func(*machine.Status) {
		t = NewTerminal(rows, cols)
		m.terminals = append(m.terminals, t)
	}))
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Terminals are the shells that were opened, in order.
func (m *Machine) Terminals() []*Terminal {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.terminals)
}
