package command

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var memoryRule = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?(?:([kmgtp])(?:i?b)?|b)?$`)

// readMemory reads an amount as docker does: units are powers of 1024.
func readMemory(text string) (int64, bool) {
	m := memoryRule.FindStringSubmatch(strings.ToLower(text))
	if m == nil || len(m[1]) > 20 {
		return 0, false
	}
	value, err := strconv.ParseFloat(m[1], 64) // as docker does, which matters for fractions
	if err != nil {
		return 0, false
	}
	if m[2] != "" {
		value *= float64(int64(1) << (10 * (strings.Index("kmgtp", m[2]) + 1)))
	}
	if value > 1<<60 {
		return 0, false
	}
	return int64(value), true
}

// readCPUs reads a number of processors in billionths.
func readCPUs(text string) (int64, bool) {
	if strings.Trim(text, "0123456789.") != "" || len(text) > 20 {
		return 0, false
	}
	value, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false
	}
	value.Mul(value, new(big.Rat).SetInt64(1e9))
	return value.Num().Int64(), value.IsInt() && value.Num().IsInt64()
}
