package wsl

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func utf16le(text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func TestDecode(t *testing.T) {
	for _, text := range []string{"Version WSL : 2.6.3.0\r\n", "已启用“虚拟机平台”\r\n", "Sous-système 🐧\r\n"} {
		if got := decode([]byte(text)); got != text {
			t.Errorf("UTF-8: %q became %q", text, got)
		}
		if got := decode(utf16le("\ufeff" + text)); got != text {
			t.Errorf("UTF-16: %q became %q", text, got)
		}
	}
}

// TestDecoder: both ways of writing come mixed, and in any pieces.
func TestDecoder(t *testing.T) {
	said := append([]byte("escale: un début\n"), utf16le("wsl : un avertissement\r\n")...)
	said = append(said, "escale: a step\nwithout an end"...)
	const want = "escale: un début\nwsl : un avertissement\r\nescale: a step\nwithout an end"
	for name, reader := range map[string]io.Reader{
		"at once":      strings.NewReader(string(said)),
		"one by one":   iotest.OneByteReader(strings.NewReader(string(said))),
		"half by half": iotest.HalfReader(strings.NewReader(string(said))),
	} {
		var got strings.Builder
		d := &decoder{to: &got}
		if _, err := io.Copy(d, reader); err != nil {
			t.Fatal(err)
		}
		d.flush()
		if got.String() != want {
			t.Errorf("%s: %q", name, got.String())
		}
	}
}

// TestDecoderIsBounded: what never ends its line is passed on all the same.
func TestDecoderIsBounded(t *testing.T) {
	var got strings.Builder
	d := &decoder{to: &got}
	for range 100 {
		_, _ = d.Write([]byte(strings.Repeat("x", 1000)))
	}
	if got.Len() < 80_000 || len(d.line) > 2*maxLine {
		t.Errorf("passed on %d, kept %d", got.Len(), len(d.line))
	}
}

func TestVersions(t *testing.T) {
	for text, want := range map[string]int{
		"WSL version: 2.6.3.0\r\nKernel version: 6.6.87.2-1": 2, "WSL 버전: 0.67.6.0": 0, "Version WSL : 1.0.3.0": 1, "nothing": 0,
	} {
		if got := majorOf(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
