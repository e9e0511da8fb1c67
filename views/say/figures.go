package say

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// narrow is the narrow no-break space that French puts between a figure and
// its unit, and between thousands.
const narrow = "\u202f"

// Bytes writes a size in decimal units: "84 MB", "84 Mo". Negative is unknown.
func Bytes(n int64) string {
	if n < 0 {
		return L("figure.unknown")
	}
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	if Language() == "fr" {
		units = []string{"o", "ko", "Mo", "Go", "To", "Po"}
	}
	value, unit := float64(n), 0
	for value >= 999.5 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	digits := 0
	if unit > 1 && value < 9.95 {
		digits = 1
	}
	return decimal(value, digits) + space() + units[unit]
}

// Percent writes a percentage: "2.1%", "2,1 %".
func Percent(p float64) string {
	digits := 1
	if p >= 9.95 {
		digits = 0
	}
	if Language() == "fr" {
		return decimal(p, digits) + narrow + "%"
	}
	return decimal(p, digits) + "%"
}

// Count writes a whole number with its thousands apart: "1,204", "1 204".
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	separator := ","
	if Language() == "fr" {
		separator = narrow
	}
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, parts...), separator)
}

// Short writes a big count in three figures: "13.6k", "11.4B", "11,4 Md".
func Short(n int64) string {
	units := []string{"", "k", "M", "B"}
	gap := ""
	if Language() == "fr" {
		units, gap = []string{"", "k", "M", "Md"}, narrow
	}
	value, unit := float64(n), 0
	for value >= 999.5 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	if unit == 0 {
		return strconv.FormatInt(n, 10)
	}
	digits := 0
	if value < 99.95 {
		digits = 1
	}
	return strings.TrimSuffix(decimal(value, digits), decimal(0, 1)[1:]) + gap + units[unit]
}

// Seconds writes a short time exactly: "0.4 s", "12 s", "2 min 5 s".
func Seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return decimal(d.Seconds(), 1) + space() + "s"
	case d < time.Minute:
		return decimal(d.Seconds(), 0) + space() + "s"
	}
	return Duration(d)
}

// Quick writes a time that may be very short: "48 ms", then as Seconds does.
func Quick(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + space() + "ms"
	}
	return Seconds(d)
}

// Duration writes how long something has lasted, in its two largest units:
// "12 s", "4 min", "2 h 14 min", "3 d 4 h".
func Duration(d time.Duration) string {
	day, s := "d", space()
	if Language() == "fr" {
		day = "j"
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d%ss", int(d.Seconds()), s)
	case d < time.Hour:
		return fmt.Sprintf("%d%smin", int(d.Minutes()), s)
	case d < 24*time.Hour:
		return pairOf(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	case d < 30*24*time.Hour:
		return pairOf(int(d.Hours())/24, day, int(d.Hours())%24, "h")
	}
	return N("time.days", int(d.Hours())/24)
}

func pairOf(big int, bigUnit string, small int, smallUnit string) string {
	text := strconv.Itoa(big) + space() + bigUnit
	if small > 0 {
		text += " " + strconv.Itoa(small) + space() + smallUnit
	}
	return text
}

// Ago writes when something happened: "just now", "4 min ago", "yesterday",
// "3 days ago", then the date. A zero time is unknown.
func Ago(at, now time.Time) string {
	switch d := now.Sub(at); {
	case at.IsZero():
		return L("figure.unknown")
	case d < 10*time.Second:
		return L("time.now")
	case d < 24*time.Hour:
		return L("time.ago", "Time", strings.SplitN(Duration(d), " ", 2)[0])
	case d < 48*time.Hour:
		return L("time.yesterday")
	case d < 30*24*time.Hour:
		return N("time.days.ago", int(d.Hours())/24)
	}
	return Date(at)
}

// Date writes a day: "5 Jun 2026", "5 juin 2026".
func Date(at time.Time) string {
	months := strings.Split(L("time.months"), " ")
	at = at.Local()
	return fmt.Sprintf("%d%s%s %d", at.Day(), "\u00a0", months[at.Month()-1], at.Year())
}

// space is what stands between a figure and its unit.
func space() string {
	if Language() == "fr" {
		return narrow
	}
	return "\u00a0"
}

// number writes a number with as many digits as it has.
func number(value float64) string {
	if whole := int64(value); float64(whole) == value {
		return Count(whole)
	}
	return decimal(value, -1)
}

// decimal writes a number with the language's decimal mark.
func decimal(value float64, digits int) string {
	text := strconv.FormatFloat(value, 'f', digits, 64)
	if Language() == "fr" {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}
