package run

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Why a figure cannot be used.
var (
	ErrNotSize = errors.New("not a size")
	ErrNotCPUs = errors.New("not a number of processors")
)

// ParseSize reads an amount of memory as people write it: "512m", "512 MB",
// "1.5 GB", "1,5 Go", "2GiB", a plain number of bytes. Units are powers of
// 1024, as the docker command line takes them.
func ParseSize(text string) (int64, error) {
	number, unit := splitUnit(text)
	value, err := parseDecimal(number)
	if err != nil {
		return 0, ErrNotSize
	}
	shift, ok := unitShift(unit)
	if !ok {
		return 0, ErrNotSize
	}
	bytes := math.Round(value * float64(int64(1)<<shift))
	if bytes < 0 || bytes > 1<<60 {
		return 0, ErrNotSize
	}
	return int64(bytes), nil
}

// ParseCPUs reads a number of processors, "1.5" or "1,5", in billionths of one.
func ParseCPUs(text string) (int64, error) {
	value, err := parseDecimal(compact(text))
	if err != nil || value < 0 || value > 100_000 {
		return 0, ErrNotCPUs
	}
	return int64(math.Round(value * 1e9)), nil
}

// unitShift is the power of two that a unit stands for.
func unitShift(unit string) (shift int, ok bool) {
	unit = strings.ToLower(unit)
	for _, last := range []string{"ib", "io", "b", "o"} {
		if rest, cut := strings.CutSuffix(unit, last); cut && (rest != "" || last == "b" || last == "o") {
			unit = rest
			break
		}
	}
	switch unit {
	case "":
		return 0, true
	case "k":
		return 10, true
	case "m":
		return 20, true
	case "g":
		return 30, true
	case "t":
		return 40, true
	}
	return 0, false
}

// splitUnit parts "1,5 Go" into "1,5" and "Go".
func splitUnit(text string) (number, unit string) {
	text = compact(text)
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || '9' < r) && r != '.' && r != ',' })
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

// compact takes every kind of space away.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\u00a0', '\u202f', '\u2009':
			return -1
		}
		return r
	}, text)
}

// parseDecimal reads digits with at most one decimal mark, a point or a comma.
func parseDecimal(text string) (float64, error) {
	if strings.Trim(text, "0123456789.,") != "" || strings.Trim(text, ".,") == "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
}
