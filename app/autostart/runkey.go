package autostart

import "strings"

// runValue is the command line by which Windows starts a program with the
// session. A path of Windows has no quotation marks.
func runValue(program string) string { return `"` + program + `" ` + Hidden }

// parseRunValue reads which program a command line starts.
func parseRunValue(line string) string {
	if rest, ok := strings.CutPrefix(line, `"`); ok {
		program, _, _ := strings.Cut(rest, `"`)
		return program
	}
	program, _, _ := strings.Cut(line, " ")
	return program
}

// approved reads what the Task Manager keeps of a program that the session
// starts: an odd first byte has been switched off, and nothing never was.
func approved(kept []byte) bool { return len(kept) == 0 || kept[0]&1 == 0 }
