// Command winetest writes the one library that Go's programs need of Windows and
// Wine 8 does not have: bcryptprimitives.dll, whose ProcessPrng is what
// advapi32 calls SystemFunction036. It holds no code, only that other name.
//
//	go run ./packaging/winetest DIR
//
// Source: the PE format, https://learn.microsoft.com/windows/win32/debug/pe-format.
package main

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
)

const (
	library = "bcryptprimitives.dll"
	name    = "ProcessPrng"
	is      = "ADVAPI32.SystemFunction036"

	headers = 0x200  // bytes, as sections in the file are aligned
	address = 0x1000 // of the section, when it is loaded
	section = 0x200
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "winetest: name the folder for", library)
		os.Exit(2)
	}
	if err := os.WriteFile(filepath.Join(os.Args[1], library), forwarder(), 0o644); err != nil { //nolint:gosec // public
		fmt.Fprintln(os.Stderr, "winetest:", err)
		os.Exit(1)
	}
}

// forwarder is the library.
func forwarder() []byte {
	exports, size := exportTable()
	optional := pe.OptionalHeader64{
		Magic: 0x20b, SizeOfInitializedData: section, ImageBase: 0x180000000, SectionAlignment: 0x1000, FileAlignment: headers,
		MajorOperatingSystemVersion: 6, MajorSubsystemVersion: 6, SizeOfImage: 2 * address, SizeOfHeaders: headers,
		Subsystem: pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, DllCharacteristics: pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT,
		SizeOfStackReserve: 1 << 20, SizeOfStackCommit: 1 << 12, SizeOfHeapReserve: 1 << 20, SizeOfHeapCommit: 1 << 12, NumberOfRvaAndSizes: 16,
	}
	optional.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT] = pe.DataDirectory{VirtualAddress: address, Size: size}
	const newHeader = 0x40
	var out bytes.Buffer
	dos := make([]byte, newHeader)
	copy(dos, "MZ")
	binary.LittleEndian.PutUint32(dos[0x3c:], newHeader)
	out.Write(dos)
	out.WriteString("PE\x00\x00")
	put(&out, pe.FileHeader{
		Machine: pe.IMAGE_FILE_MACHINE_AMD64, NumberOfSections: 1, SizeOfOptionalHeader: uint16(binary.Size(optional)), //nolint:gosec // small
		Characteristics: pe.IMAGE_FILE_EXECUTABLE_IMAGE | pe.IMAGE_FILE_LARGE_ADDRESS_AWARE | pe.IMAGE_FILE_DLL,
	})
	put(&out, optional)
	put(&out, pe.SectionHeader32{
		Name: [8]uint8{'.', 'e', 'd', 'a', 't', 'a'}, VirtualSize: section, VirtualAddress: address, SizeOfRawData: section, PointerToRawData: headers,
		Characteristics: pe.IMAGE_SCN_CNT_INITIALIZED_DATA | pe.IMAGE_SCN_MEM_READ,
	})
	out.Write(make([]byte, headers-out.Len()))
	out.Write(exports)
	return out.Bytes()
}

// exportTable is the section: the directory, one function, one name, one ordinal,
// and the texts. A function whose address is in here is another one's name.
func exportTable() (table []byte, size uint32) {
	const functions, names, ordinals, texts = 40, 44, 48, 50
	libraryAt := uint32(texts)
	nameAt := libraryAt + uint32(len(library)) + 1
	isAt := nameAt + uint32(len(name)) + 1
	var out bytes.Buffer
	put(&out, []uint32{
		0, 0, 0, address + libraryAt, 1, 1, 1, address + functions, address + names, address + ordinals,
		address + isAt, address + nameAt,
	})
	put(&out, uint16(0))
	out.WriteString(library + "\x00" + name + "\x00" + is + "\x00")
	size = uint32(out.Len()) //nolint:gosec // small
	out.Write(make([]byte, section-out.Len()))
	return out.Bytes(), size
}

func put(out *bytes.Buffer, value any) {
	if err := binary.Write(out, binary.LittleEndian, value); err != nil {
		panic(err) // of a fixed size
	}
}
