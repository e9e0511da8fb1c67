package docker

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/engine"
)

const at = "2026-01-02T03:04:05.000000006Z "

var atTime = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

// frame is one frame of a log.
func frame(stream byte, text string) string {
	var header [8]byte
	header[0] = stream
	binary.BigEndian.PutUint32(header[4:], uint32(len(text)))
	return string(header[:]) + text
}

// collect reads a log.
func collect(r io.Reader, tty bool) ([]engine.LogLine, error) {
	var lines []engine.LogLine
	err := readLog(r, tty, func(l engine.LogLine) error {
		lines = append(lines, l)
		return nil
	})
	return lines, err
}

func TestLogFrames(t *testing.T) {
	out := func(text string) engine.LogLine { return engine.LogLine{At: atTime, Text: text} }
	for name, tc := range map[string]struct {
		log  string
		tty  bool
		want []engine.LogLine
		err  error
	}{
		"lines":                {log: frame(1, at+"one\n") + frame(2, at+"two\n"), want: []engine.LogLine{out("one"), {At: atTime, Stderr: true, Text: "two"}}},
		"parts of a line":      {log: frame(1, at+"one ") + frame(2, at+"other\n") + frame(1, at+"line\n"), want: []engine.LogLine{{At: atTime, Stderr: true, Text: "other"}, out("one line")}},
		"two lines in a frame": {log: frame(1, at+"one\n"+at+"two\n"), want: []engine.LogLine{out("one"), out("two")}},
		"empty line":           {log: frame(1, at+"\n"), want: []engine.LogLine{out("")}},
		"empty line, no space": {log: frame(1, strings.TrimSpace(at)+"\n"), want: []engine.LogLine{out("")}},
		"empty frame":          {log: frame(1, "") + frame(1, at+"x\n"), want: []engine.LogLine{out("x")}},
		"no line end":          {log: frame(1, at+"one"), want: []engine.LogLine{out("one")}},
		"no time":              {log: frame(1, "one word\n"), want: []engine.LogLine{{Text: "one word"}}},
		"not UTF-8":            {log: frame(1, at+"a\xffb\n"), want: []engine.LogLine{out("a\uFFFDb")}},
		"cut in a header":      {log: frame(1, at+"x\n") + "\x01\x00", want: []engine.LogLine{out("x")}, err: io.ErrUnexpectedEOF},
		"cut in a frame":       {log: frame(1, at+"one")[:30], want: []engine.LogLine{{Text: strings.TrimSpace(at)[:22]}}, err: io.ErrUnexpectedEOF},
		"bad stream":           {log: "\x07\x00\x00\x00\x00\x00\x00\x01x", err: errFrame},
		"bad padding":          {log: "\x01\x00\x01\x00\x00\x00\x00\x01x", err: errFrame},
		"engine's trouble":     {log: frame(1, at+"x\n") + frame(3, "Error grabbing logs"), want: []engine.LogLine{out("x")}, err: engine.ErrServer},
		"terminal":             {log: at + "one\r\n" + at + "two\r\n", tty: true, want: []engine.LogLine{out("one"), out("two")}},
		"terminal, no end":     {log: at + "login: ", tty: true, want: []engine.LogLine{out("login: ")}},
		"nothing":              {},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := collect(strings.NewReader(tc.log), tc.tty)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if tc.err == nil {
				tc.err = io.EOF
			}
			if !errors.Is(err, tc.err) {
				t.Errorf("%v, want %v", err, tc.err)
			}
		})
	}
}

func TestLongLogLinesAreCut(t *testing.T) {
	long := strings.Repeat("x", 3*maxLogLine)
	for name, log := range map[string]string{
		"one frame": frame(1, at+long+"\n") + frame(1, at+"next\n"),
		"frames":    strings.Repeat(frame(1, at+long[:16<<10]), 12) + frame(1, at+"\n") + frame(1, at+"next\n"),
		"terminal":  at + long + "\n" + at + "next\n",
	} {
		got, err := collect(strings.NewReader(log), name == "terminal")
		if !errors.Is(err, io.EOF) || len(got) != 2 || len(got[0].Text) != maxLogLine || got[1].Text != "next" {
			t.Errorf("%s: %d lines, %v", name, len(got), err)
		}
	}
}

// What Docker splits at 16 KiB comes back whole on a terminal, where no frames
// tell the parts; a time that the program printed stays.
func TestPartsOfATerminalLine(t *testing.T) {
	full := strings.Repeat("0123456789abcdef", 1024)
	for name, tc := range map[string]struct {
		log  string
		want []string
	}{
		"two parts":                {at + full + at + "rest\r\n" + at + "next\r\n", []string{full + "rest", "next"}},
		"a whole part":             {at + full + at + "\r\n" + at + "next\r\n", []string{full, "next"}},
		"a whole part, no space":   {at + full + strings.TrimSpace(at) + "\r\n", []string{full}},
		"four parts":               {at + full + at + full + at + full + at + "x\n", []string{full + full + full + "x"}},
		"longer than is kept":      {at + strings.Repeat(full+at, 9) + "x\n" + at + "next\n", []string{full + full + full + full, "next"}},
		"not split":                {at + full + full + "\n", []string{full + full}},
		"a time of the program's":  {at + full + at + at + "x\n", []string{full + at + "x"}},
		"times at other places":    {at + full[:100] + at + full + "\n", []string{full[:100] + at + full}},
		"no time at the beginning": {full + at + "x\n", []string{full + at + "x"}},
		"cut off":                  {at + full + at + "rest", []string{full + "rest"}},
		"cut off in a time":        {at + full + at[:10], []string{full + at[:10]}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := collect(iotest.OneByteReader(strings.NewReader(tc.log)), true)
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			var lines []string
			for _, l := range got {
				lines = append(lines, l.Text)
			}
			if diff := cmp.Diff(tc.want, lines); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// endless claims a frame of 4 GiB and delivers it.
type endless struct{ header []byte }

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.header)
	e.header = e.header[n:]
	for i := range p[n:] {
		p[n+i] = 'x'
	}
	return len(p), nil
}

func TestHostileFrameIsNotKept(t *testing.T) {
	limited := io.LimitReader(&endless{[]byte{1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}}, 64<<20)
	got, err := collect(limited, false)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(got) != 1 || len(got[0].Text) != maxLogLine {
		t.Errorf("%d lines, %v", len(got), err)
	}
}

func TestLogWaitsForItsReader(t *testing.T) {
	sent := make(chan int, 1)
	e := connected(t, routes{
		"GET /containers/a1/json": text(`{"Id":"a1","Config":{"Tty":true}}`),
		"GET /containers/a1/logs": func(w http.ResponseWriter, q *http.Request) {
			n := 0
			for ; q.Context().Err() == nil && n < 100_000; n++ {
				if _, err := io.WriteString(w, at+strings.Repeat("y", 1000)+"\n"); err != nil {
					break
				}
			}
			sent <- n
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	s, err := e.Logs(ctx, "a1", engine.LogOptions{Follow: true, Tail: -1})
	if err != nil {
		t.Fatal(err)
	}
	<-s.C
	cancel()
	if n := <-sent; n == 100_000 {
		t.Error("the engine was never held back")
	}
	all(s)
	if !errors.Is(s.Err(), context.Canceled) {
		t.Errorf("%v, want Canceled", s.Err())
	}
}

func TestLogQuery(t *testing.T) {
	var query string
	e := connected(t, routes{
		"GET /containers/a1/json": text(`{"Id":"a1"}`),
		"GET /containers/a1/logs": func(_ http.ResponseWriter, q *http.Request) { query = q.URL.RawQuery },
	})
	s, err := e.Logs(t.Context(), "a1", engine.LogOptions{Tail: 5, Since: atTime})
	if err != nil {
		t.Fatal(err)
	}
	if got := all(s); len(got) != 0 || s.Err() != nil {
		t.Errorf("%v, %v", got, s.Err())
	}
	if want := "since=1767323045.000000006&stderr=1&stdout=1&tail=5&timestamps=1"; query != want {
		t.Errorf("query %s, want %s", query, want)
	}
}

// Podman answers for a terminal without frames, with times in the middle of
// lines; its own API has frames.
func TestPodmanTerminalLog(t *testing.T) {
	var query string
	r := routes{
		"GET /_ping":              func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Libpod-Api-Version", "4.3.1") },
		"GET /containers/a1/json": text(`{"Id":"a1","Config":{"Tty":true}}`),
		"GET /containers/a1/logs": text(at + "log" + at + "in: " + at + "\n"),
		"GET /libpod/containers/a1/logs": func(w http.ResponseWriter, q *http.Request) {
			query = q.URL.Path + "?" + q.URL.RawQuery
			_, _ = io.WriteString(w, frame(1, at+"log")+frame(1, at+"in: ")+frame(1, at+"\r\n"))
		},
	}
	e := connected(t, r)
	s, err := e.Logs(t.Context(), "a1", engine.LogOptions{Tail: 5, Since: atTime, Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]engine.LogLine{{At: atTime, Text: "login: "}}, all(s)); diff != "" || s.Err() != nil {
		t.Error(diff, s.Err())
	}
	if want := "/v4.3.1/libpod/containers/a1/logs?follow=true&since=1767323045.000000006&stderr=true&stdout=true&tail=5&timestamps=true"; query != want {
		t.Errorf("query %s, want %s", query, want)
	}
	for code, want := range map[int]error{http.StatusNotFound: engine.ErrNotFound, http.StatusInternalServerError: engine.ErrServer} {
		r["GET /libpod/containers/a1/logs"] = status(code, `{"cause":"no","message":"no"}`)
		s, err := connected(t, r).Logs(t.Context(), "a1", engine.LogOptions{Tail: -1})
		if err != nil {
			t.Fatal(err)
		}
		if all(s); !errors.Is(s.Err(), want) {
			t.Errorf("%d: %v, want %v", code, s.Err(), want)
		}
	}
}

func TestLogDriverThatCannotBeRead(t *testing.T) {
	e := connected(t, routes{
		"GET /containers/a1/json": text(`{"Id":"a1"}`),
		"GET /containers/a1/logs": status(http.StatusNotImplemented, `{"message":"configured logging driver does not support reading"}`),
	})
	s, err := e.Logs(t.Context(), "a1", engine.LogOptions{Tail: -1})
	if err != nil {
		t.Fatal(err)
	}
	all(s)
	if !errors.Is(s.Err(), engine.ErrUnsupported) {
		t.Error(s.Err())
	}
}

func FuzzLog(f *testing.F) {
	f.Add([]byte(frame(1, at+"one\n")+frame(2, at+"two")), false)
	f.Add([]byte(at+"one\r\n"), true)
	f.Add([]byte("\x01\x00\x00\x00\xff\xff\xff\xffxyz"), false)
	f.Add([]byte(frame(3, "trouble")), false)
	f.Fuzz(func(t *testing.T, log []byte, tty bool) {
		lines, err := collect(bytes.NewReader(log), tty)
		if err == nil {
			t.Error("no reason for the end")
		}
		for _, l := range lines {
			if strings.Contains(l.Text, "\n") || len(l.Text) > 3*maxLogLine {
				t.Errorf("line %q", l.Text)
			}
		}
	})
}
