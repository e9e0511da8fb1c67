package helper

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A tar archive knows files with holes in three ways. This is the newest one of
// GNU tar, "PAX 1.0", which bsdtar reads, too: macOS and Windows have that.
//
// Source: https://www.gnu.org/software/tar/manual/html_node/PAX-1.html and
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
const (
	block    = 512
	mostSize = 1<<33 - 1 // that the header has digits for
)

// sparseHeader is what comes before the data of a file with holes: a record that
// says so, the file's header, and the map of its parts.
func sparseHeader(name string, size int64, parts []extent, modified int64) []byte {
	var list strings.Builder
	fmt.Fprintln(&list, len(parts)+1)
	for _, p := range parts {
		fmt.Fprintf(&list, "%d\n%d\n", p.at, p.length)
	}
	fmt.Fprintf(&list, "%d\n0\n", size) // the hole at the end
	table := padded([]byte(list.String()))
	stored := int64(len(table)) + total(parts)

	records := paxRecord("GNU.sparse.major", "1") + paxRecord("GNU.sparse.minor", "0") +
		paxRecord("GNU.sparse.name", name) + paxRecord("GNU.sparse.realsize", strconv.FormatInt(size, 10))
	if stored > mostSize {
		records += paxRecord("size", strconv.FormatInt(stored, 10))
	}
	out := ustarHeader("PaxHeaders/"+name, int64(len(records)), 'x', modified)
	out = append(out, padded([]byte(records))...)
	out = append(out, ustarHeader("GNUSparseFile.0/"+name, stored, '0', modified)...)
	return append(out, table...)
}

// paxRecord is "LENGTH key=value\n", its own length included.
func paxRecord(key, value string) string {
	rest := " " + key + "=" + value + "\n"
	length := len(rest)
	for length != len(rest)+len(strconv.Itoa(length)) {
		length = len(rest) + len(strconv.Itoa(length))
	}
	return strconv.Itoa(length) + rest
}

func ustarHeader(name string, size int64, kind byte, modified int64) []byte {
	h := make([]byte, block)
	copy(h[:100], name)
	octal := func(at, digits int, value int64) { copy(h[at:], fmt.Sprintf("%0*o", digits, value)) }
	octal(100, 7, 0o600)
	octal(108, 7, 0)
	octal(116, 7, 0)
	octal(124, 11, min(size, mostSize)) // a record says what is longer
	octal(136, 11, modified)
	copy(h[148:], "        ")
	h[156] = kind
	copy(h[257:], "ustar\x0000")
	var sum int64
	for _, b := range h {
		sum += int64(b)
	}
	octal(148, 6, sum)
	h[154] = 0
	return h
}

func padded(data []byte) []byte { return append(data, make([]byte, padding(int64(len(data))))...) }

func padding(length int64) int64 { return (block - length%block) % block }

// endSparse fills up the last block of a file's data.
func endSparse(w io.Writer, parts []extent) error {
	_, err := w.Write(make([]byte, padding(total(parts))))
	return err
}
