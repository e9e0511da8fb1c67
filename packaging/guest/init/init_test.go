//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine/machine/wire"
)

// disk makes the first bytes of a disk with ext4 on it.
func disk(label string, change func(super []byte)) []byte {
	d := make([]byte, blankBytes)
	super := d[1024:2048]
	binary.LittleEndian.PutUint32(super[4:], 4_194_304) // blocks
	binary.LittleEndian.PutUint32(super[0x18:], 2)      // of 4 KiB
	binary.LittleEndian.PutUint16(super[0x38:], 0xEF53)
	binary.LittleEndian.PutUint16(super[0x3A:], 1)
	copy(super[0x78:0x88], label)
	if change != nil {
		change(super)
	}
	return d
}

func TestExamine(t *testing.T) {
	almost := make([]byte, blankBytes)
	almost[blankBytes-1] = 1
	for name, tc := range map[string]struct {
		disk []byte
		want content
		err  error
	}{
		"blank":                     {disk: make([]byte, blankBytes), want: content{blank: true}},
		"one byte is not blank":     {disk: almost, err: errForeign},
		"ours":                      {disk: disk(labelData, nil), want: content{size: 16 << 30}},
		"ours, never used":          {disk: disk(labelNew, nil), want: content{size: 16 << 30, unborn: true}},
		"ours, hurt":                {disk: disk(labelData, func(s []byte) { s[0x3A] = 3 }), want: content{size: 16 << 30, damaged: true}},
		"somebody's ext4":           {disk: disk("home", nil), err: errForeign},
		"somebody's nameless ext4":  {disk: disk("", nil), err: errForeign},
		"a longer name than ours":   {disk: disk(labelData+"2", nil), err: errForeign},
		"impossible block size":     {disk: disk(labelData, func(s []byte) { s[0x18] = 60 }), err: errForeign},
		"impossible size":           {disk: disk(labelData, func(s []byte) { s[0x153] = 0xFF }), err: errForeign},
		"a partition table":         {disk: append([]byte("\xEB\x63\x90"), disk("", func(s []byte) { s[0x38] = 0 })...), err: errForeign},
		"too small to hold a thing": {disk: make([]byte, blankBytes-1), err: errShort},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := examine(bytes.NewReader(tc.disk))
			if got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func FuzzReadSuper(f *testing.F) {
	f.Add(disk(labelData, nil)[1024:2048])
	f.Fuzz(func(t *testing.T, super []byte) {
		if len(super) != 1024 {
			return
		}
		if c, err := readSuper(super); err == nil && (c.blank || c.size < 0) {
			t.Fatalf("%+v", c)
		}
	})
}

func TestModules(t *testing.T) {
	table := readModules(strings.NewReader(`module nft_ct /lib/nft-ct.ko nf_tables nf_conntrack
module nf_tables /lib/nf_tables.ko
alias nft-expr-ct nft_ct
alias virtio:d00000001v* virtio_net
alias fs-[ nothing
module short
rubbish
`))
	for name, want := range map[string][]string{
		"nft-ct": {"nft_ct"}, "nft_ct": {"nft_ct"}, "nft-expr-ct": {"nft_ct"}, "virtio:d00000001v00001AF4": {"virtio_net"},
		"short": nil, "": nil, "fs-[": {"nothing"}, "fs-x": nil,
	} {
		if got := table.named(name); !slices.Equal(got, want) {
			t.Errorf("%q stands for %q, want %q", name, got, want)
		}
	}
	if got := table.needs["nft_ct"]; !slices.Equal(got, []string{"nf_tables", "nf_conntrack"}) {
		t.Errorf("nft_ct needs %q", got)
	}
}

func TestStepsAreReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSteps()
		s.add(wire.Step{Step: wire.StepKernel})
		ctx, cancel := context.WithCancel(t.Context())
		var heard []string
		done := make(chan error)
		go func() {
			done <- s.tell(ctx, func(step wire.Step) error {
				heard = append(heard, step.Step)
				return nil
			})
		}()
		synctest.Wait()
		s.add(wire.Step{Step: wire.StepRoot})
		s.add(wire.Step{Step: wire.StepData})
		synctest.Wait()
		cancel()
		if err := <-done; err != nil || !slices.Equal(heard, []string{wire.StepKernel, wire.StepRoot, wire.StepData}) {
			t.Errorf("heard %q, %v", heard, err)
		}
	})
}

func TestPresence(t *testing.T) {
	gone := func(p *presence) bool {
		select {
		case <-p.gone:
			return true
		default:
			return false
		}
	}
	synctest.Test(t, func(t *testing.T) {
		p := newPresence()
		time.Sleep(firstWait - time.Second)
		p.come()
		time.Sleep(time.Hour)
		p.come() // the next helper may come before the last one has left
		p.leave()
		time.Sleep(time.Hour)
		p.leave()
		time.Sleep(awayWait - time.Second)
		p.come()
		p.leave()
		time.Sleep(awayWait - time.Second)
		if gone(p) {
			t.Fatal("gone too early")
		}
		time.Sleep(2 * time.Second)
		if !gone(p) {
			t.Error("never gone")
		}
		p.come()
		p.leave()
		time.Sleep(time.Hour) // it closes once only
	})
	synctest.Test(t, func(t *testing.T) {
		p := newPresence()
		time.Sleep(firstWait + time.Second)
		if !gone(p) {
			t.Error("nobody ever came, and nobody missed them")
		}
	})
}

func TestLogbook(t *testing.T) {
	l := newLogbook()
	_, _ = l.Write([]byte("one\ntw"))
	_, _ = l.Write([]byte("o\nthree\nunfinished"))
	if got := l.last(2); got != "two\nthree\n" {
		t.Errorf("last two lines: %q", got)
	}
	_, _ = l.Write(append(bytes.Repeat([]byte("x"), 1<<20), '\n'))
	if got := l.last(1); len(got) != mostInLine+1 || !strings.HasPrefix(got, "unfinishedx") {
		t.Errorf("a line of a megabyte became %d bytes", len(got))
	}
	for i := range 100_000 {
		_, _ = fmt.Fprintf(l, "line %d\n", i)
	}
	if l.bytes > mostRemembered || l.last(1) != "line 99999\n" {
		t.Errorf("%d bytes, last %q", l.bytes, l.last(1))
	}
}

func TestLogbookFileIsBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	l := newLogbook()
	_, _ = l.Write([]byte("before the disk was there\n"))
	l.keepIn(file)
	if content, _ := os.ReadFile(file); string(content) != "before the disk was there\n" {
		t.Errorf("the file begins with %q", content)
	}
	line := append(bytes.Repeat([]byte("x"), 999), '\n')
	for range 5_000 {
		_, _ = l.Write(line)
	}
	l.close()
	for _, name := range []string{file, file + ".1"} {
		if info, err := os.Stat(name); err != nil || info.Size() > mostInFile {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	_, _ = l.Write(line) // is still remembered, and opens nothing
	if l.out != nil {
		t.Error("the file is open again")
	}
}

func TestLogbookIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLogbook()
		_, _ = l.Write([]byte("a\nb\nc\n"))
		ctx, cancel := context.WithCancel(t.Context())
		r, w := io.Pipe()
		go func() {
			_ = l.copy(ctx, w, 2)
			_ = w.Close()
		}()
		lines := bufio.NewScanner(r)
		for _, want := range []string{"b", "c"} {
			if !lines.Scan() || lines.Text() != want {
				t.Fatalf("got %q, want %q", lines.Text(), want)
			}
		}
		_, _ = l.Write([]byte("d\n"))
		if !lines.Scan() || lines.Text() != "d" {
			t.Errorf("got %q", lines.Text())
		}
		cancel()
		if lines.Scan() {
			t.Errorf("got %q after the end", lines.Text())
		}
	})
}

func TestKernelLine(t *testing.T) {
	for record, want := range map[string]string{
		"6,339,5140900,-;text; with more\n KEY=value\n": "[    5.140900] text; with more\n",
		"6,339;short":          "short\n",
		"6,339,what,-;strange": "strange\n",
		"nothing of the kind":  "nothing of the kind",
	} {
		if got := kernelLine(record); got != want {
			t.Errorf("%q became %q", record, got)
		}
	}
}

func TestMemory(t *testing.T) {
	info := "MemTotal:         196608 kB\nMemFree:          100 kB\nBroken: x kB\n"
	for name, want := range map[string]int64{"MemTotal": 192 << 20, "MemFree": 100 << 10, "Broken": 0, "None": 0} {
		if got := memory(info, name); got != want {
			t.Errorf("%s is %d", name, got)
		}
	}
}

func TestMountPoints(t *testing.T) {
	got := mountPoints(bufio.NewScanner(strings.NewReader(
		"30 1 254:16 / /var/lib rw,noatime - ext4 /dev/vdb rw\n31 30 0:40 / /var/lib/a\\040b rw - overlay overlay rw\nshort\n")))
	if !slices.Equal(got, []string{"/var/lib", "/var/lib/a b"}) {
		t.Errorf("got %q", got)
	}
	if uses("/var/library", dataDir) || !uses("/var/lib/docker", dataDir) || !uses(dataDir, dataDir) {
		t.Error("which mount points use a folder")
	}
}

func TestEarlierSteps(t *testing.T) {
	got := earlierSteps("kernel=312 root=780 broken= =5 x")
	if got["kernel"] != 312 || got["root"] != 780 || len(got) != 3 {
		t.Errorf("got %v", got)
	}
}

func TestPowerButton(t *testing.T) {
	event := func(kind, code uint16, value uint32) []byte {
		e := make([]byte, 24)
		binary.LittleEndian.PutUint16(e[16:], kind)
		binary.LittleEndian.PutUint16(e[18:], code)
		binary.LittleEndian.PutUint32(e[20:], value)
		return e
	}
	events := slices.Concat(event(0, 0, 0), event(1, 30, 1), event(1, 116, 1), event(1, 116, 0), []byte("cut"))
	presses := 0
	readButton(io.NopCloser(bytes.NewReader(events)), func() { presses++ })
	if presses != 1 {
		t.Errorf("pressed %d times", presses)
	}
}
