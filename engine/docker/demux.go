package docker

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"escale/engine"
)

// maxLogLine is where a line of a log is cut.
const maxLogLine = 64 << 10

// errFrame ends a log whose frames are not frames.
var errFrame = errors.New("log is not in the format it should be")

// demux reads a log of frames: one byte of stream, three of nothing, four of
// length, then the text. A frame is one line, or a part of one, with a time
// before it.
//
// Source: POST /containers/{id}/attach, "Stream format".
func demux(r io.Reader, send func(engine.LogLine) error) error {
	in := bufio.NewReaderSize(r, 32<<10)
	out, err := pending{}, pending{stderr: true}
	for {
		var header [8]byte
		if _, failure := io.ReadFull(in, header[:]); failure != nil {
			return finish(failure, send, &out, &err)
		}
		body := &io.LimitedReader{R: in, N: int64(binary.BigEndian.Uint32(header[4:]))}
		var failure error
		switch {
		case header[1]|header[2]|header[3] != 0 || header[0] > 3:
			failure = errFrame
		case header[0] == 3: // the engine's own trouble
			words, _ := io.ReadAll(io.LimitReader(body, 4096))
			failure = fmt.Errorf("%w: %s", engine.ErrServer, bytes.TrimSpace(words))
		case header[0] == 2:
			failure = err.frame(body, send)
		default:
			failure = out.frame(body, send)
		}
		if failure != nil {
			return finish(failure, send, &out, &err)
		}
	}
}

// partSize is where Docker splits a line of a log, in bytes.
const partSize = 16 << 10

// maxRawLine is maxLogLine with the times inside it.
const maxRawLine = maxLogLine + (maxLogLine/partSize+1)*maxTime

// demuxRaw reads the log of a container with a terminal: lines with a time
// before each, and before each part of those that the engine has split.
func demuxRaw(r io.Reader, send func(engine.LogLine) error) error {
	in := bufio.NewReaderSize(r, 32<<10)
	var raw []byte
	begun := false
	for {
		part, err := in.ReadSlice('\n')
		raw = append(raw, part[:min(len(part), maxRawLine-len(raw))]...)
		begun = begun || len(part) > 0
		if begun && !errors.Is(err, bufio.ErrBufferFull) {
			at, text := rejoin(bytes.TrimSuffix(raw, []byte("\n")))
			whole := pending{at: at, text: text[:min(len(text), maxLogLine)]}
			if failure := whole.flush(send); failure != nil {
				return failure
			}
			raw, begun = raw[:0], false
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// rejoin takes the times out of a line: the one before it, and those that stand
// where Docker splits lines. It works in place.
func rejoin(raw []byte) (time.Time, []byte) {
	at, rest := cutTime(raw)
	text := rest[:0]
	for !at.IsZero() && len(rest) > partSize {
		inner, more := cutTime(rest[partSize:])
		if inner.IsZero() {
			break
		}
		text, rest = append(text, rest[:partSize]...), more
	}
	return at, append(text, rest...)
}

// finish sends what has no line end yet, and returns why reading ended.
func finish(cause error, send func(engine.LogLine) error, all ...*pending) error {
	for _, p := range all {
		if p.begun {
			if err := p.flush(send); err != nil {
				return err
			}
		}
	}
	return cause
}

// pending is a line that is being put together. Text beyond maxLogLine is
// thrown away.
type pending struct {
	stderr bool
	begun  bool
	at     time.Time
	text   []byte
}

// frame reads one frame in pieces, whatever length it claims to have.
func (p *pending) frame(body *io.LimitedReader, send func(engine.LogLine) error) error {
	in := bufio.NewReaderSize(body, 16<<10)
	first := true
	for {
		part, err := in.ReadSlice('\n')
		if first && p.begun {
			_, part = cutTime(part) // the time of a part of a line
		}
		first = false
		if failure := p.add(part, send); failure != nil {
			return failure
		}
		switch {
		case err == nil || errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && body.N > 0:
			return io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return nil
		default:
			return err
		}
	}
}

// add takes in a part of a line, which is the last one if it ends in a newline.
func (p *pending) add(part []byte, send func(engine.LogLine) error) error {
	if len(part) == 0 {
		return nil
	}
	if !p.begun {
		p.begun = true
		p.at, part = cutTime(part)
	}
	text, ended := bytes.CutSuffix(part, []byte("\n"))
	p.text = append(p.text, text[:min(len(text), maxLogLine-len(p.text))]...)
	if !ended {
		return nil
	}
	return p.flush(send)
}

func (p *pending) flush(send func(engine.LogLine) error) error {
	text := string(bytes.TrimSuffix(p.text, []byte("\r")))
	line := engine.LogLine{At: p.at, Stderr: p.stderr, Text: strings.ToValidUTF8(text, "\uFFFD")}
	p.begun, p.at, p.text = false, time.Time{}, p.text[:0]
	return send(line)
}

// maxTime is more than a time and a space have, in bytes.
const maxTime = 40

// cutTime takes a time and a space off the front. Without one the text stays
// whole and the time is zero.
func cutTime(text []byte) (time.Time, []byte) {
	end := bytes.IndexByte(text[:min(len(text), maxTime)], ' ')
	if end < len("2006-01-02T15:04:05Z") {
		if at, err := time.Parse(time.RFC3339Nano, string(bytes.TrimRight(text, "\r\n"))); err == nil && len(text) < maxTime {
			return at.UTC(), text[len(bytes.TrimRight(text, "\r\n")):] // an empty line
		}
		return time.Time{}, text
	}
	at, err := time.Parse(time.RFC3339Nano, string(text[:end]))
	if err != nil {
		return time.Time{}, text
	}
	return at.UTC(), text[end+1:]
}
