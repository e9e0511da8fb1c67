package helper

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/private"
)

// The two files of a backup, in their order.
const (
	backupNote   = "escale-machine.json"
	backupFormat = 1

	maxBackupNote = 64 << 10
	maxDisk       = 1 << 46
	roundingUp    = 64 << 20 // of parts to whole pages, more than there can be
	packWindow    = 1 << 20  // bytes; what the helper needs of memory is some of these
)

// backedUp is what a backup says of itself.
type backedUp struct {
	Format    int       `json:"format"`
	Machine   string    `json:"machine"`
	At        time.Time `json:"at"`
	Engine    string    `json:"engine"`    // the newest that worked on the data
	DiskBytes int64     `json:"diskBytes"` // the disk's size
	DataBytes int64     `json:"dataBytes"` // of that, what is no hole
}

// Backup writes the disk to a file: a tar archive of a note and of the disk with
// its holes, compressed by zstd, which has a checksum.
func (v *vm) Backup(ctx context.Context, o machine.BackupRequest) error {
	file := filepath.Clean(o.File)
	if !filepath.IsAbs(file) || strings.HasPrefix(file, v.dir+string(filepath.Separator)) || filepath.Dir(file) == v.folder() {
		return fmt.Errorf("%w: file %.200q", engine.ErrInvalid, o.File)
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) && !o.Overwrite {
		return refuse(machine.RefusedFileExists, file)
	}
	return v.work(ctx, machine.WorkBackup, func(ctx context.Context, w *work) error {
		if w.lock == nil {
			return refuse(machine.RefusedNothing, "the machine has no disk yet")
		}
		next := file + ".part"
		out, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // the user's choice
		if err != nil {
			return unwritable(err)
		}
		err = w.pack(ctx, out)
		if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
			err = replace(next, file)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("back up: %w", err), removeFile(next))
		}
		return nil
	})
}

func (w *work) pack(ctx context.Context, to io.Writer) error {
	disk, err := os.Open(w.vm.disk())
	if err != nil {
		return err
	}
	defer disk.Close() //nolint:errcheck // only read
	info, err := disk.Stat()
	if err != nil {
		return err
	}
	parts, err := dataOf(disk, info.Size())
	if err != nil {
		return err
	}
	packer, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(packWindow))
	if err != nil {
		return err
	}
	now := time.Now()
	note, err := json.MarshalIndent(backedUp{
		Format: backupFormat, Machine: w.vm.name, At: now.UTC(), Engine: w.vm.memory().Engine,
		DiskBytes: info.Size(), DataBytes: total(parts),
	}, "", "  ")
	if err != nil {
		return err
	}
	archive := tar.NewWriter(packer)
	err = archive.WriteHeader(&tar.Header{Name: backupNote, Mode: 0o600, Size: int64(len(note)), ModTime: now, Format: tar.FormatUSTAR})
	if err == nil {
		_, err = archive.Write(note)
	}
	if err = errors.Join(err, archive.Flush()); err != nil {
		return err
	}
	if _, err := packer.Write(sparseHeader(DiskFile, info.Size(), parts, now.Unix())); err != nil {
		return err
	}
	m := w.step("backup", total(parts))
	err = readParts(ctx, disk, parts, m, func(_ int64, data []byte) error {
		_, err := packer.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(endSparse(packer, parts), archive.Close(), packer.Close())
}

// Restore replaces the disk by that of a backup.
func (v *vm) Restore(ctx context.Context, o machine.BackupRequest) error {
	if !filepath.IsAbs(o.File) {
		return fmt.Errorf("%w: file %.200q", engine.ErrInvalid, o.File)
	}
	return v.work(ctx, machine.WorkRestore, func(ctx context.Context, w *work) error {
		in, err := os.Open(o.File)
		if err != nil {
			return refuse(machine.RefusedMissing, err.Error())
		}
		defer in.Close() //nolint:errcheck // only read
		if err := private.Folder(v.dir); err != nil {
			return err
		}
		next := v.beside(partFile)
		note, err := w.unpack(ctx, in, next)
		if err != nil {
			return errors.Join(err, removeFile(next))
		}
		return v.adopt(next, note)
	})
}

// adopt makes a whole new disk the machine's. At no moment does an engine seem
// fit for the data that is older than what has worked on it.
func (v *vm) adopt(next string, note backedUp) error {
	err := v.change(func(s *stored) {
		if major(note.Engine) > major(s.Engine) {
			s.Engine = note.Engine
		}
		s.Kept = nil
	})
	if err == nil {
		err = errors.Join(removeFile(v.beside(rawFile)), removeFile(v.beside(keptFile)), syncFolder(v.folder()))
	}
	if err == nil {
		err = replace(next, v.disk())
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return v.change(func(s *stored) { s.Engine = note.Engine })
}

// counting counts what is read.
type counting struct {
	io.Reader
	m *meter
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.m.done.Add(int64(n))
	return n, err
}

// unpack writes the disk of a backup to a new file, and reads the backup to its
// end.
func (w *work) unpack(ctx context.Context, in *os.File, to string) (backedUp, error) {
	info, err := in.Stat()
	if err != nil {
		return backedUp{}, err
	}
	m := w.step("restore", info.Size())
	unpacker, err := zstd.NewReader(counting{in, m}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8*packWindow))
	if err != nil {
		return backedUp{}, err
	}
	defer unpacker.Close()
	archive := tar.NewReader(unpacker)
	note, err := readNote(archive)
	for _, other := range []error{errNoBackup, zstd.ErrMagicMismatch, tar.ErrHeader} {
		if errors.Is(err, other) {
			return note, refuse(machine.RefusedNoBackup, err.Error())
		}
	}
	if err != nil {
		return note, damaged(err)
	}
	if err := w.vm.h.roomFor(to, note.DataBytes); err != nil {
		return note, err
	}
	out, err := createDisk(to, note.DiskBytes)
	if err != nil {
		return note, err
	}
	err = unpackDisk(ctx, archive, out, note)
	if _, rest := io.Copy(io.Discard, unpacker); err == nil { // its checksum comes last
		err = damaged(rest)
	}
	return note, errors.Join(err, out.Sync(), out.Close())
}

// errNoBackup is a file that can be read and is something else.
var errNoBackup = errors.New("not a machine's backup")

// readNote reads the first file and makes sure that the second one is the disk.
func readNote(archive *tar.Reader) (backedUp, error) {
	var note backedUp
	header, err := archive.Next()
	if errors.Is(err, io.EOF) {
		return note, fmt.Errorf("%w: it is empty", errNoBackup)
	}
	if err != nil {
		return note, err
	}
	if header.Name != backupNote || header.Size > maxBackupNote {
		return note, fmt.Errorf("%w: its first file is %.100q", errNoBackup, header.Name)
	}
	text, err := io.ReadAll(archive)
	if err != nil {
		return note, err
	}
	if err := json.Unmarshal(text, &note); err != nil {
		return note, fmt.Errorf("%w: %w", errNoBackup, err)
	}
	if note.Format != backupFormat || note.DiskBytes < 0 || note.DiskBytes > maxDisk || note.DataBytes < 0 || note.DataBytes > note.DiskBytes {
		return note, fmt.Errorf("%w: it is of format %d, its disk has %d bytes", errNoBackup, note.Format, note.DiskBytes)
	}
	header, err = archive.Next()
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: there is no disk in it", errNoBackup)
	}
	if err == nil && (header.Name != DiskFile || header.Size != note.DiskBytes) {
		err = fmt.Errorf("%w: its second file is %.100q with %d bytes", errNoBackup, header.Name, header.Size)
	}
	return note, err
}

func damaged(err error) error {
	if err == nil {
		return nil
	}
	return &machine.Refusal{Reason: machine.RefusedDamaged, Detail: err.Error()}
}

// unpackDisk writes what is not zero, at most what the note says.
func unpackDisk(ctx context.Context, from io.Reader, to io.WriterAt, note backedUp) error {
	buffer := make([]byte, chunk)
	left := 2*note.DataBytes + roundingUp
	for at := int64(0); at < note.DiskBytes; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		data := buffer[:min(int64(len(buffer)), note.DiskBytes-at)]
		if _, err := io.ReadFull(from, data); err != nil {
			return damaged(errors.Join(err, io.ErrUnexpectedEOF))
		}
		n, err := writeData(to, at, data)
		if err != nil {
			return err
		}
		if left -= n; left < 0 {
			return damaged(errors.New("it holds more than it says"))
		}
		at += int64(len(data))
	}
	return nil
}
