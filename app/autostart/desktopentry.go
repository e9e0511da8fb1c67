package autostart

import "strings"

// desktopEntry is the file by which a desktop of Linux and its relatives starts
// a program with the session. TryExec has it leave alone a program that is gone.
//
// Source: freedesktop.org, Desktop Application Autostart Specification 0.5 and
// Desktop Entry Specification 1.5, "The Exec key".
//
//nolint:misspell // the comment is French
func desktopEntry(program string) string {
	return `[Desktop Entry]
Type=Application
Name=Escale
Comment=Containers for everyone
Comment[fr]=Des conteneurs pour tous
Icon=` + id + `
TryExec=` + value(program) + `
Exec=` + value(quoted(program)+" "+Hidden) + `
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
`
}

// quoted is an argument of an Exec line: in quotation marks, with a backslash
// before what means something there, and no field codes.
func quoted(argument string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`, `%`, `%%`).Replace(argument) + `"`
}

// value is a string as a desktop entry has it. A blank at its beginning would be
// lost, and a control character is refused before.
func value(text string) string {
	text = strings.ReplaceAll(text, `\`, `\\`)
	if strings.HasPrefix(text, " ") {
		return `\s` + text[1:]
	}
	return text
}

// parseDesktopEntry reads which program an entry starts, and whether it does:
// desktops switch one off by a word in it.
func parseDesktopEntry(content string) (program string, on bool) {
	on = true
	inside := false
	for line := range strings.Lines(content) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			inside = line == "[Desktop Entry]"
			continue
		}
		key, text, ok := strings.Cut(line, "=")
		if !ok || !inside {
			continue
		}
		text = strings.TrimSpace(text)
		switch strings.TrimSpace(key) {
		case "TryExec":
			program = strings.NewReplacer(`\\`, `\`, `\s`, " ").Replace(text)
		case "Hidden":
			on = on && text != "true"
		case "X-GNOME-Autostart-enabled":
			on = on && text != "false"
		}
	}
	return program, on
}
