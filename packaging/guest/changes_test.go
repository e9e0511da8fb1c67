//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

func TestChange(t *testing.T) {
	c := change{module: "m", file: "f.go", edits: []edit{{"one", "two"}, {"three\n", ""}}}
	if got, err := c.apply("one\nthree\nfour\n"); err != nil || got != "two\nfour\n" {
		t.Errorf("%q, %v", got, err)
	}
	for _, text := range []string{"", "one\n", "one one three\n", "one\nthree\nthree\n"} {
		if got, err := c.apply(text); err == nil || !strings.Contains(err.Error(), "m/f.go") {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}

func TestUnsigned(t *testing.T) {
	const mark = "~Module signature appended~\n"
	signed := func(content, signature string, length int) []byte {
		about := make([]byte, 12)
		binary.BigEndian.PutUint32(about[8:], uint32(length))
		return []byte(content + signature + string(about) + mark)
	}
	for name, tc := range map[string]struct{ content, want []byte }{
		"signed":     {signed("module", "PKCS7", 5), []byte("module")},
		"not signed": {[]byte("module"), []byte("module")},
		"empty":      {nil, nil},
	} {
		if got, err := unsigned(tc.content); err != nil || !bytes.Equal(got, tc.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, content := range map[string][]byte{"only a mark": []byte(mark), "too long a signature": signed("module", "PKCS7", 12)} {
		if got, err := unsigned(content); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}
