package helper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"escale/engine/machine/bzimage"
)

// plainFile is the kernel of an image without its own compression, for emulated
// processors: one of these takes a second to unpack what the real one unpacks in
// the half of it, and once. No image travels with it.
const plainFile = "vmlinux"

var onlyPlain = []string{plainFile}

// emulates says whether a guest would run on a processor that is emulated.
func (h *Helper) emulates(arch string) bool {
	ways, _ := h.ways(arch)
	return ways[0] == slowWay
}

// check verifies the files of an image, and meanwhile the plain kernel beside
// them where that is of use. An image without one is as good, and slower.
func (s *images) check(ctx context.Context, i *image) error {
	plain := make(chan bool, 1)
	go func() { plain <- s.hasPlain(ctx, *i) }()
	err := i.verify(ctx, s.files())
	i.plain = <-plain
	return err
}

// hasPlain says whether the plain kernel of an image is there and sound. It is
// made where it is missing or damaged.
func (s *images) hasPlain(ctx context.Context, i image) bool {
	if _, named := i.manifest.Files[plainFile]; !named || !s.plain(i.manifest.Arch) {
		return false
	}
	if i.verify(ctx, onlyPlain) == nil {
		return true
	}
	err := i.unpackKernel()
	if err != nil && ctx.Err() == nil {
		s.warn("the kernel was not unpacked", err)
	}
	return err == nil
}

// unpackKernel makes the plain kernel. What it is made from need not be verified
// yet: what comes of it is.
func (i image) unpackKernel() (err error) {
	want := i.manifest.Files[plainFile]
	if want.Bytes <= 0 || want.Bytes > maxImage {
		return fmt.Errorf("%w: the manifest says that %s has %d bytes", errImageDamaged, plainFile, want.Bytes)
	}
	in, err := os.Open(i.path(kernelFile))
	if err != nil {
		return fmt.Errorf("unpack kernel: %w", err)
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.CreateTemp(i.dir, plainFile+"-*")
	if err != nil {
		return fmt.Errorf("unpack kernel: %w", err)
	}
	defer os.Remove(out.Name()) //nolint:errcheck // it has its name, or is of no use
	hash := sha256.New()
	err = errors.Join(bzimage.Unpack(io.MultiWriter(out, hash), in, want.Bytes), out.Close())
	if got := hex.EncodeToString(hash.Sum(nil)); err == nil && got != want.SHA256 {
		err = fmt.Errorf("%w: the SHA-256 of %s is %s, not %s", errImageDamaged, plainFile, got, want.SHA256)
	}
	if err == nil {
		err = os.Rename(out.Name(), i.path(plainFile))
	}
	if err != nil {
		return fmt.Errorf("unpack kernel: %w", err)
	}
	return nil
}
