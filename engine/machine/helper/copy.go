package helper

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// extent is a part of a file that is not a hole.
type extent struct{ at, length int64 }

const (
	chunk = 256 << 10
	// smallHole is read as zeros: a map of each would be longer than it saves.
	smallHole = 64 << 10
)

var zeros = make([]byte, chunk)

// errChanged is a copy that is not what was copied.
var errChanged = errors.New("what was written is not what is read")

func total(parts []extent) (sum int64) {
	for _, p := range parts {
		sum += p.length
	}
	return sum
}

// join makes one of parts that only a small hole keeps apart.
func join(parts []extent) (out []extent) {
	for _, p := range parts {
		if n := len(out); n > 0 && p.at-(out[n-1].at+out[n-1].length) < smallHole {
			out[n-1].length = p.at + p.length - out[n-1].at
			continue
		}
		out = append(out, p)
	}
	return out
}

// fingerprint is the SHA-256 of parts of a file and of their places.
type fingerprint struct{ hash.Hash }

func (f fingerprint) add(at int64, data []byte) {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:8], uint64(at)) //nolint:gosec // a place in a file
	binary.BigEndian.PutUint64(place[8:], uint64(len(data)))
	_, _ = f.Write(place[:]) // a hash takes everything
	_, _ = f.Write(data)
}

// readParts hands parts of a file to use, in pieces, until ctx ends.
func readParts(ctx context.Context, from io.ReaderAt, parts []extent, m *meter, use func(at int64, data []byte) error) error {
	buffer := make([]byte, chunk)
	for _, p := range parts {
		for at := p.at; at < p.at+p.length; {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			data := buffer[:min(int64(len(buffer)), p.at+p.length-at)]
			if n, err := from.ReadAt(data, at); n < len(data) {
				return fmt.Errorf("read disk: %w", errors.Join(err, io.ErrUnexpectedEOF))
			}
			if err := use(at, data); err != nil {
				return err
			}
			at += int64(len(data))
			m.done.Add(int64(len(data)))
		}
	}
	return nil
}

// copyDisk copies a disk to a new file with its holes, and syncs that.
func copyDisk(ctx context.Context, from, to string, m *meter) error {
	_, _, err := copyParts(ctx, from, to, m)
	return err
}

// copyParts is copyDisk; it says what was copied, and its fingerprint.
func copyParts(ctx context.Context, from, to string, m *meter) (parts []extent, sum []byte, err error) {
	in, err := os.Open(from) //nolint:gosec // ours
	if err != nil {
		return nil, nil, fmt.Errorf("copy disk: %w", err)
	}
	defer in.Close() //nolint:errcheck // only read
	info, err := in.Stat()
	if err == nil {
		parts, err = dataOf(in, info.Size())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("copy disk: %w", err)
	}
	m.total.Store(total(parts))
	out, err := createDisk(to, info.Size())
	if err != nil {
		return nil, nil, fmt.Errorf("copy disk: %w", err)
	}
	prints := fingerprint{sha256.New()}
	err = readParts(ctx, in, parts, m, func(at int64, data []byte) error {
		prints.add(at, data)
		_, err := writeData(out, at, data)
		return err
	})
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return nil, nil, fmt.Errorf("copy disk: %w", err)
	}
	return parts, prints.Sum(nil), nil
}

// createDisk makes a new file that is one hole.
func createDisk(path string, size int64) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600) //nolint:gosec // ours
	if err != nil {
		return nil, err
	}
	if err := errors.Join(allowHoles(file), file.Truncate(size)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// writeData writes what is not zero into a file that is, and says how much.
func writeData(to io.WriterAt, at int64, data []byte) (written int64, err error) {
	for len(data) > 0 {
		n := 0 // of zeros, then of data
		for n < len(data) && isZero(data[n:min(n+page, len(data))]) {
			n = min(n+page, len(data))
		}
		at, data, n = at+int64(n), data[n:], 0
		for n < len(data) && !isZero(data[n:min(n+page, len(data))]) {
			n = min(n+page, len(data))
		}
		if n == 0 {
			continue
		}
		if _, err := to.WriteAt(data[:n], at); err != nil {
			return written, err
		}
		at, data, written = at+int64(n), data[n:], written+int64(n)
	}
	return written, nil
}

// page is how finely holes are told from data, as file systems do.
const page = 4 << 10

func isZero(data []byte) bool { return bytes.Equal(data, zeros[:len(data)]) }

// verifyParts reads a copy again and compares.
func verifyParts(ctx context.Context, path string, size int64, parts []extent, sum []byte, m *meter) error {
	file, err := os.Open(path) //nolint:gosec // ours
	if err != nil {
		return fmt.Errorf("verify copy: %w", err)
	}
	defer file.Close() //nolint:errcheck // only read
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("verify copy: %w", err)
	}
	forgetCache(file)
	prints := fingerprint{sha256.New()}
	if err := readParts(ctx, file, parts, m, func(at int64, data []byte) error {
		prints.add(at, data)
		return nil
	}); err != nil {
		return fmt.Errorf("verify copy: %w", err)
	}
	if info.Size() != size || !bytes.Equal(prints.Sum(nil), sum) {
		return fmt.Errorf("verify copy: %w", errChanged)
	}
	return nil
}
