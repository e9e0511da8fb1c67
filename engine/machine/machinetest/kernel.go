package machinetest

import (
	"encoding/binary"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// BzImage packages a payload as Linux for x86 packages its kernel, behind a setup
// of so many sectors.
func BzImage(sectors byte, payload []byte) []byte {
	const sector, unpacker = 512, 96 // bytes
	file := make([]byte, (max(int(sectors), 1)+1)*sector)
	little := binary.LittleEndian
	file[0x1f1] = sectors
	copy(file[0x202:], "HdrS")
	little.PutUint16(file[0x206:], 0x20f)
	little.PutUint32(file[0x248:], unpacker)
	little.PutUint32(file[0x24c:], uint32(len(payload)+4)) //nolint:gosec // tests' payloads are small
	file = append(file, make([]byte, unpacker)...)
	return append(append(file, payload...), 1, 2, 3, 4, 'e', 'n', 'd')
}

// Zstandard compresses.
func Zstandard(tb testing.TB, content []byte) []byte {
	tb.Helper()
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return packer.EncodeAll(content, nil)
}
