package wsl

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
)

// decode reads what wsl.exe says: UTF-8 when it heard that it shall, else UTF-16,
// of which every line's end alone has a zero byte, as UTF-8 never has.
func decode(text []byte) string {
	if bytes.IndexByte(text, 0) < 0 {
		return string(text)
	}
	units := make([]uint16, 0, len(text)/2)
	for ; len(text) >= 2; text = text[2:] {
		if unit := binary.LittleEndian.Uint16(text); unit != 0xfeff {
			units = append(units, unit)
		}
	}
	return string(utf16.Decode(units))
}

// decoder passes on as UTF-8 what wsl.exe and the guest's init say, line by line,
// for one may write the one and the other the other.
type decoder struct {
	to   io.Writer
	line []byte
}

const maxLine = 8 << 10

func (d *decoder) Write(p []byte) (int, error) {
	d.line = append(d.line, p...)
	for {
		end := bytes.IndexByte(d.line, '\n') + 1
		if end == 0 && len(d.line) > maxLine {
			end = maxLine
		}
		if end == 0 {
			return len(p), nil
		}
		if end == len(d.line) && end%2 == 1 && bytes.IndexByte(d.line, 0) >= 0 {
			return len(p), nil // the second half of a UTF-16 line's end is still to come
		}
		if end < len(d.line) && d.line[end] == 0 {
			end++
		}
		d.pass(d.line[:end])
		d.line = d.line[end:]
	}
}

// flush passes on what has no line's end.
func (d *decoder) flush() {
	d.pass(d.line)
	d.line = nil
}

func (d *decoder) pass(line []byte) {
	if len(line) > 0 {
		_, _ = io.WriteString(d.to, decode(line)) // a full disk must not stop the machine
	}
}
