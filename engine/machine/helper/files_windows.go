package helper

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Source: https://learn.microsoft.com/windows/win32/api/winioctl/
const (
	setSparse       = 0x900c4 // FSCTL_SET_SPARSE
	allocatedRanges = 0x940cf // FSCTL_QUERY_ALLOCATED_RANGES
)

// dataOf are the parts of a file that are not holes. Where the file system does
// not tell, it is all data.
func dataOf(file *os.File, size int64) ([]extent, error) {
	var parts []extent
	for at := int64(0); at < size; {
		ask := extent{at, size - at}
		var found [512]extent
		var got uint32
		err := windows.DeviceIoControl(windows.Handle(file.Fd()), allocatedRanges,
			(*byte)(unsafe.Pointer(&ask)), uint32(unsafe.Sizeof(ask)),
			(*byte)(unsafe.Pointer(&found)), uint32(unsafe.Sizeof(found)), &got, nil)
		more := errors.Is(err, windows.ERROR_MORE_DATA)
		if err != nil && !more {
			return []extent{{0, size}}, nil // it does not know of holes
		}
		n := int(got) / int(unsafe.Sizeof(ask))
		for _, p := range found[:n] {
			p.length = min(p.length, size-p.at)
			parts = append(parts, p)
			at = p.at + p.length
		}
		if !more || n == 0 {
			break
		}
	}
	return join(parts), nil
}

// allowHoles lets a file have holes, which NTFS must be asked for.
func allowHoles(file *os.File) error {
	var got uint32
	_ = windows.DeviceIoControl(windows.Handle(file.Fd()), setSparse, nil, 0, nil, 0, &got, nil) // FAT has none
	return nil
}

// syncFolder has nothing to do: NTFS keeps a journal of names.
func syncFolder(string) error { return nil }

// sameDisk says whether two folders are on one drive.
func sameDisk(a, b string) bool {
	return strings.EqualFold(filepath.VolumeName(a), filepath.VolumeName(b))
}

var errNoClone = errors.New("files cannot share blocks here")

func cloneFile(string, string) error { return errNoClone }

func forgetCache(*os.File) {}
