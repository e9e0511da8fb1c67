package bzimage_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"escale/engine/machine/bzimage"
	"escale/engine/machine/machinetest"
)

func TestUnpack(t *testing.T) {
	kernel := []byte("\x7fELF" + strings.Repeat("a kernel. ", 10_000))
	good := machinetest.BzImage(27, machinetest.Zstandard(t, kernel))
	var out bytes.Buffer
	if err := bzimage.Unpack(&out, bytes.NewReader(good), int64(len(kernel))); err != nil || !bytes.Equal(out.Bytes(), kernel) {
		t.Fatalf("%d bytes, %v", out.Len(), err)
	}
	if err := bzimage.Unpack(&out, bytes.NewReader(good), int64(len(kernel))-1); err == nil || errors.Is(err, bzimage.ErrOther) {
		t.Errorf("more than it may be: %v", err)
	}
	cut := good[:len(good)-12]
	if err := bzimage.Unpack(&out, bytes.NewReader(cut), 1<<20); err == nil || errors.Is(err, bzimage.ErrOther) {
		t.Errorf("cut off: %v", err)
	}
	for name, file := range map[string][]byte{
		"nothing": nil, "an ELF": kernel, "gzip": machinetest.BzImage(27, []byte("\x1f\x8b\x08\x00 and more")), "no payload": machinetest.BzImage(27, nil),
		"an old one": func() []byte { f := bytes.Clone(good); f[0x206] = 7; return f }(),
		"far away":   func() []byte { f := bytes.Clone(good); f[0x24b] = 0xff; return f }(),
	} {
		if err := bzimage.Unpack(&out, bytes.NewReader(file), 1<<20); !errors.Is(err, bzimage.ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(machinetest.BzImage(27, machinetest.Zstandard(f, []byte(strings.Repeat("x", 5000)))))
	f.Add(machinetest.BzImage(0, []byte("\x28\xb5\x2f\xfd")))
	f.Fuzz(func(t *testing.T, file []byte) {
		const most = 1 << 16
		var out bytes.Buffer
		if err := bzimage.Unpack(&out, bytes.NewReader(file), most); err == nil && out.Len() > most {
			t.Errorf("%d bytes", out.Len())
		}
	})
}
