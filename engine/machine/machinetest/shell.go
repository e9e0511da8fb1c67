package machinetest

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"escale/engine/machine/wire"
)

// shell plays one: its prompt is its size, it says back each line that is typed,
// and "exit" ends it.
func (v *vm) shell(s *wire.Stream, h wire.Header) {
	v.shells.Store(s.StreamID(), s)
	defer v.shells.Delete(s.StreamID())
	_ = s.WriteJSON(wire.Answer{OK: true})
	_, _ = fmt.Fprintf(s, "%dx%d# ", h.Cols, h.Rows)
	for lines := bufio.NewScanner(s); lines.Scan(); {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if line == "exit" {
			return
		}
		_, _ = fmt.Fprintf(s, "%s\r\n# ", line)
	}
}

// resize prompts anew, with the new size.
func (v *vm) resize(h wire.Header) wire.Answer {
	if v.plan.Unsizable {
		return wire.Fail(wire.FailHeader, errors.New("do \"resize\" is unknown"))
	}
	s, ok := v.shells.Load(h.Stream)
	if !ok {
		return wire.Fail(wire.FailGone, errors.New("no such shell"))
	}
	_, _ = fmt.Fprintf(s.(*wire.Stream), "\r\n%dx%d# ", h.Cols, h.Rows) //nolint:forcetypeassert // nothing else is stored
	return wire.Answer{OK: true}
}
