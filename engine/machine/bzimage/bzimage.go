// Package bzimage takes the kernel out of the file in which Linux for x86 is
// packaged, which unpacks itself while it boots.
package bzimage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// ErrOther is a file that is no bzImage, or not one whose kernel is packed by
// zstd.
var ErrOther = errors.New("no kernel packed by zstd")

// The header of a bzImage, from offset 0x1f1. Source: the Linux kernel's
// Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
const (
	sector        = 512
	headerBytes   = 0x250
	setupSectors  = 0x1f1 // one byte; 0 means 4
	signature     = 0x202 // "HdrS"
	protocol      = 0x206 // two bytes; the payload's place is there since 2.08
	payloadOffset = 0x248 // from the end of the setup's sectors
	payloadLength = 0x24c // with its last four bytes, which are the kernel's length
)

const (
	window = 128 << 20 // of the compression; "zstd -22 --ultra" has that much
	magic  = "\x28\xb5\x2f\xfd"
)

// Unpack writes the kernel, an ELF file, to out. It may have at most so many
// bytes.
func Unpack(out io.Writer, in io.ReaderAt, most int64) error {
	head := make([]byte, headerBytes)
	if _, err := in.ReadAt(head, 0); err != nil {
		return fmt.Errorf("%w: %w", ErrOther, err)
	}
	little := binary.LittleEndian
	if string(head[signature:signature+4]) != "HdrS" || little.Uint16(head[protocol:]) < 0x208 {
		return fmt.Errorf("%w: its header is another one", ErrOther)
	}
	sectors := int64(head[setupSectors])
	if sectors == 0 {
		sectors = 4
	}
	at, length := (sectors+1)*sector+int64(little.Uint32(head[payloadOffset:])), int64(little.Uint32(head[payloadLength:]))-4
	begin := make([]byte, len(magic))
	if _, err := in.ReadAt(begin, at); err != nil || length <= 0 || !bytes.Equal(begin, []byte(magic)) {
		return fmt.Errorf("%w: it is packed in another way", ErrOther)
	}
	unpacker, err := zstd.NewReader(io.NewSectionReader(in, at, length),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return fmt.Errorf("unpack kernel: %w", err)
	}
	defer unpacker.Close()
	n, err := io.Copy(out, io.LimitReader(unpacker, most+1))
	if err == nil && n > most {
		err = fmt.Errorf("more than %d bytes", most)
	}
	if err != nil {
		return fmt.Errorf("unpack kernel: %w", err)
	}
	return nil
}
