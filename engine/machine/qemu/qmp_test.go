package qemu

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// talk starts a monitor whose other end does what answer says for each command.
func talk(t *testing.T, greeting string, answer func(w io.Writer, command string, id int)) *monitor {
	t.Helper()
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close() //nolint:errcheck // the other side sees it
		if greeting != "" {
			_, _ = io.WriteString(theirs, greeting+"\r\n")
		}
		lines := bufio.NewScanner(theirs)
		for lines.Scan() {
			var c struct {
				Execute string `json:"execute"`
				ID      int    `json:"id"`
			}
			if json.Unmarshal(lines.Bytes(), &c) == nil {
				answer(theirs, c.Execute, c.ID)
			}
		}
	}()
	return newMonitor(ours)
}

const greeting = `{"QMP": {"version": {"qemu": {"micro": 2, "minor": 7}}, "capabilities": ["oob"]}}`

func TestMonitor(t *testing.T) {
	ok := func(w io.Writer, _ string, id int) { _, _ = fmt.Fprintf(w, `{"return": {}, "id": %d}`+"\n", id) }
	for name, tc := range map[string]struct {
		greeting string
		answer   func(io.Writer, string, int)
		want     error // of a command after the greeting
		hello    error
	}{
		"does it":            {greeting: greeting, answer: ok},
		"never greets":       {answer: ok, hello: context.DeadlineExceeded},
		"speaks no JSON":     {greeting: "HTTP/1.1 400", answer: ok, hello: errAny},
		"is no QMP":          {greeting: "{}", answer: ok, hello: errAny},
		"says too much":      {greeting: `{"QMP": "` + strings.Repeat("x", maxLine) + `"}`, answer: ok, hello: bufio.ErrTooLong},
		"events in between":  {greeting: greeting, answer: func(w io.Writer, c string, id int) { _, _ = fmt.Fprintln(w, `{"event": "RESUME"}`); ok(w, c, id) }},
		"stale answer first": {greeting: greeting, answer: func(w io.Writer, c string, id int) { ok(w, c, id+7); ok(w, c, id) }},
		"refuses": {greeting: greeting, want: errRefused, answer: func(w io.Writer, c string, id int) {
			if c == "qmp_capabilities" {
				ok(w, c, id)
				return
			}
			_, _ = fmt.Fprintf(w, `{"error": {"class": "GenericError", "desc": "no"}, "id": %d}`+"\n", id)
		}},
		"hangs": {greeting: greeting, want: context.DeadlineExceeded, answer: func(w io.Writer, c string, id int) {
			if c == "qmp_capabilities" {
				ok(w, c, id)
			}
		}},
		"goes": {greeting: greeting, want: io.EOF, answer: func(w io.Writer, c string, id int) {
			if c == "qmp_capabilities" {
				ok(w, c, id)
				return
			}
			_ = w.(net.Conn).Close()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := talk(t, tc.greeting, tc.answer)
				defer m.Close()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				err := m.hello(ctx)
				if !is(err, tc.hello) {
					t.Fatalf("hello: %v, want %v", err, tc.hello)
				}
				if err != nil {
					return
				}
				if err := m.do(ctx, "stop", nil); !is(err, tc.want) {
					t.Errorf("do: %v, want %v", err, tc.want)
				}
				if len(m.waiting) != 0 {
					t.Errorf("%d commands are never forgotten", len(m.waiting))
				}
			})
		})
	}
}

var errAny = errors.New("any error")

func is(err, want error) bool {
	if want == errAny { //nolint:errorlint // this very value
		return err != nil
	}
	return errors.Is(err, want)
}

// FuzzParse feeds the parser what a hostile QEMU could say.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		greeting, `{"return": {}, "id": 1}`, `{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}`,
		`{"error": {"class": "GenericError", "desc": "x"}}`, `{"return": null}`, `[]`, `{"id": "x", "return": {}}`, `{"event": "X", "return": 1}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		m, err := parse(line)
		if err == nil && m.Greeting == nil && m.Event == "" && m.Return == nil && m.Error == nil {
			t.Errorf("%q is a message of no kind", line)
		}
	})
}
