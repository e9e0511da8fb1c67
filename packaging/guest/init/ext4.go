//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The two names that our file system has in its life. It gets the second once it
// has been mounted for the first time: one with the first name holds nothing
// yet, its making may have been interrupted, and it is made again.
const (
	labelNew  = "escale-new"
	labelData = "escale-data"
)

// blankBytes is how much of a disk must be zero before it counts as blank.
const blankBytes = 1 << 20

var (
	errForeign = errors.New("something that is not ours is on the data disk")
	errShort   = errors.New("the data disk is too small")
)

// content is what was found on a data disk.
type content struct {
	blank   bool  // nothing: it may be formatted
	unborn  bool  // ours, made and never used
	size    int64 // of the file system, in bytes
	damaged bool  // the kernel noted errors: check before mounting
}

// examine looks at the beginning of a disk. Everything that is neither blank nor
// ours is an errForeign.
func examine(disk io.ReaderAt) (content, error) {
	head := make([]byte, blankBytes)
	if n, err := disk.ReadAt(head, 0); n < len(head) {
		if err == nil || errors.Is(err, io.EOF) {
			err = errShort
		}
		return content{}, fmt.Errorf("read data disk: %w", err)
	}
	if len(bytes.TrimLeft(head, "\x00")) == 0 {
		return content{blank: true}, nil
	}
	return readSuper(head[1024:2048])
}

// readSuper reads the superblock of ext4.
//
// Source: Linux, Documentation/filesystems/ext4/super.rst.
func readSuper(super []byte) (content, error) {
	const magic, hasErrors = 0xEF53, 2
	number := binary.LittleEndian
	if number.Uint16(super[0x38:]) != magic {
		return content{}, errForeign
	}
	label, _, _ := bytes.Cut(super[0x78:0x88], []byte{0})
	shift := number.Uint32(super[0x18:])
	if shift > 6 {
		return content{}, errForeign
	}
	blocks := uint64(number.Uint32(super[0x150:]))<<32 | uint64(number.Uint32(super[4:]))
	if blocks > 1<<44 {
		return content{}, errForeign
	}
	c := content{
		unborn:  string(label) == labelNew,
		size:    int64(blocks << (10 + shift)), //nolint:gosec // bounded above
		damaged: number.Uint16(super[0x3A:])&hasErrors != 0,
	}
	if !c.unborn && string(label) != labelData {
		return content{}, errForeign
	}
	return c, nil
}
