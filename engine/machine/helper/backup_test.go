//go:build !windows

package helper

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// backedUpBench is a bench whose machine was backed up, and the file.
func backedUpBench(t *testing.T) (*bench, string) {
	t.Helper()
	b := newBench(t, machinetest.Plan{}, nil)
	if _, err := b.Put(t.Context(), name, machine.Resources{DiskBytes: 2 << 30}); err != nil {
		t.Fatal(err)
	}
	b.start()
	b.stop()
	b.writeData("the data of before")
	file := filepath.Join(t.TempDir(), "machine.tar.zst")
	s, err := b.Backup(t.Context(), name, file, false)
	if err != nil || len(s.Steps) != 1 || s.Steps[0].Name != "backup" || s.Steps[0].DoneBytes == 0 || s.Steps[0].DoneBytes != s.Steps[0].TotalBytes {
		t.Fatalf("back up: %+v, %v", s.Steps, err)
	}
	return b, file
}

func TestBackupAndRestore(t *testing.T) {
	b, file := backedUpBench(t)
	ctx := t.Context()
	info, err := os.Stat(file)
	if err != nil || info.Size() > 64<<10 || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %+v, %v", info, err)
	}
	if _, err := b.Backup(ctx, name, file, false); !refusedFor(err, machine.RefusedFileExists) {
		t.Errorf("over another file: %v", err)
	}
	if _, err := b.Backup(ctx, name, file, true); err != nil {
		t.Errorf("over another file, as the user wants: %v", err)
	}
	b.writeData("the data of after!")
	s, err := b.Restore(ctx, name, file)
	if err != nil || b.data() != "the data of before" || s.State != machine.StateStopped || s.Steps[0].DoneBytes != s.Steps[0].TotalBytes {
		t.Errorf("restored: %+v, %v", s, err)
	}
	disk := filepath.Join(b.home.Machine(name), DiskFile)
	if size, used := diskSize(disk), usedSpace(disk); size != 2<<30 || used > 1<<20 {
		t.Errorf("the disk has %d bytes and takes %d", size, used)
	}
	if s := b.start(); s.State != machine.StateRunning {
		t.Errorf("started: %+v", s)
	}
	for what, ask := range map[string]error{
		"backup":  err2(b.Backup(ctx, name, file+"2", false)),
		"restore": err2(b.Restore(ctx, name, file)),
	} {
		if !refusedFor(ask, machine.RefusedRuns) {
			t.Errorf("%s while it runs: %v", what, ask)
		}
	}
	b.stop()
	if err := b.Reset(ctx, name); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Backup(ctx, name, file+"2", false); !refusedFor(err, machine.RefusedNothing) {
		t.Errorf("of nothing: %v", err)
	}
	if s, err := b.Restore(ctx, name, file); err != nil || s.State != machine.StateStopped || b.data() != "the data of before" {
		t.Errorf("into nothing: %+v, %v", s, err)
	}
	if got := b.memory().Engine; got != "29.7.1" {
		t.Errorf("the data's engine is %q", got)
	}
}

func err2(_ machine.Status, err error) error { return err }

func (b *bench) memory() stored {
	b.t.Helper()
	v, err := b.h.machine(name)
	if err != nil {
		b.t.Fatal(err)
	}
	return v.memory()
}

// TestBackupOpensElsewhere: tar reads what was written, holes and all.
func TestBackupOpensElsewhere(t *testing.T) {
	b, file := backedUpBench(t)
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	dir := t.TempDir()
	unpack := exec.CommandContext(t.Context(), "tar", "-xf", "-", "-C", dir)
	unpack.Stdin = reader
	if out, err := unpack.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	disk := filepath.Join(dir, DiskFile)
	if size, used := diskSize(disk), usedSpace(disk); size != 2<<30 || used > 1<<20 || readData(t, disk) != "the data of before" {
		t.Errorf("unpacked: %d bytes, takes %d, %q", size, used, readData(t, disk))
	}
	if note, err := os.ReadFile(filepath.Join(dir, backupNote)); err != nil || !bytes.Contains(note, []byte(`"engine": "29.7.1"`)) {
		t.Errorf("its note: %s, %v", note, err)
	}
	if b.data() != "the data of before" {
		t.Error("the backup changed the data")
	}
}

// TestDamagedBackup: what cannot be read to its end replaces nothing.
func TestDamagedBackup(t *testing.T) {
	b, file := backedUpBench(t)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b.writeData("the data of after!")
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-2] ^= 1
	for what, tc := range map[string]struct {
		content []byte
		want    machine.Reason
	}{
		"cut off":           {whole[:len(whole)-20], machine.RefusedDamaged},
		"another checksum":  {flipped, machine.RefusedDamaged},
		"something else":    {[]byte("a holiday picture"), machine.RefusedNoBackup},
		"nothing":           {nil, machine.RefusedNoBackup},
		"another archive":   {pack(t, ustarHeader("x", 0, '0', 0)), machine.RefusedNoBackup},
		"no disk in it":     {pack(t, noteOf(`{"format":1,"diskBytes":100}`)), machine.RefusedNoBackup},
		"a later format":    {pack(t, noteOf(`{"format":2}`)), machine.RefusedNoBackup},
		"more than it says": {pack(t, append(noteOf(`{"format":1,"diskBytes":73400320,"dataBytes":10}`), fullDisk(70<<20)...)), machine.RefusedDamaged},
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, tc.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Restore(t.Context(), name, bad); !refusedFor(err, tc.want) {
			t.Errorf("%s: %v", what, err)
		}
		if b.data() != "the data of after!" || hasDisk(filepath.Join(b.home.Machine(name), partFile)) {
			t.Errorf("%s: the data is %q", what, b.data())
		}
	}
	if _, err := b.Restore(t.Context(), name, filepath.Join(t.TempDir(), "none")); !refusedFor(err, machine.RefusedMissing) {
		t.Errorf("no file: %v", err)
	}
	b.setFree(100)
	if _, err := b.Restore(t.Context(), name, file); !refusedFor(err, machine.RefusedNoRoom) {
		t.Errorf("no room: %v", err)
	}
}

func noteOf(text string) []byte {
	return append(ustarHeader(backupNote, int64(len(text)), '0', 0), padded([]byte(text))...)
}

func fullDisk(size int) []byte {
	return append(ustarHeader(DiskFile, int64(size), '0', 0), bytes.Repeat([]byte("x"), size)...)
}

func pack(t *testing.T, archive []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	if err == nil {
		_, err = w.Write(append(archive, make([]byte, 1024)...))
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBackupPlaces: nothing is written where the machine's own files are, and
// what fails leaves nothing.
func TestBackupPlaces(t *testing.T) {
	b, _ := backedUpBench(t)
	for _, file := range []string{"relative.tar.zst", filepath.Join(b.home.Machine(name), DiskFile), filepath.Join(b.home.Machine(name), "x")} {
		if _, err := b.Backup(t.Context(), name, file, true); !errors.Is(err, engine.ErrInvalid) {
			t.Errorf("%s: %v", file, err)
		}
	}
	if _, err := b.Backup(t.Context(), name, filepath.Join(t.TempDir(), "no", "x"), false); !refusedFor(err, machine.RefusedMissing) {
		t.Errorf("no such folder: %v", err)
	}
	v, err := b.h.machine(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.mayWorkNow(); err != nil {
		t.Errorf("work goes on after a failure: %v", err)
	}
	// /dev/full is a disk on which there is no room.
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close() //nolint:errcheck // it takes nothing
	w := &work{vm: v}
	if err := outOfRoom(w.pack(t.Context(), full)); !refusedFor(err, machine.RefusedNoRoom) {
		t.Errorf("a full disk: %v", err)
	}
}

func (v *vm) mayWorkNow() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.mayWork(machine.WorkBackup)
}
