package autostart

import (
	"encoding/xml"
	"strings"
)

// launchAgent is the file by which macOS starts a program with the session.
//
// Source: launchd.plist(5).
func launchAgent(program string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + id + `</string>
	<key>ProgramArguments</key>
	<array>
		<string>` + escaped(program) + `</string>
		<string>` + Hidden + `</string>
	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>LimitLoadToSessionType</key>
	<string>Aqua</string>
	<key>ProcessType</key>
	<string>Interactive</string>
</dict>
</plist>
`
}

func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}

// parseLaunchAgent reads which program an agent starts, and whether it does.
func parseLaunchAgent(content string) (program string, on bool) {
	decoder := xml.NewDecoder(strings.NewReader(content))
	key, text := "", ""
	on = true
	for {
		token, err := decoder.Token()
		if err != nil {
			return program, on && program != ""
		}
		switch t := token.(type) {
		case xml.CharData:
			text = string(t)
		case xml.StartElement:
			text = ""
			if t.Name.Local == "true" && key == "Disabled" {
				on = false
			}
		case xml.EndElement:
			switch {
			case t.Name.Local == "key":
				key = text
			case t.Name.Local == "string" && key == "ProgramArguments" && program == "":
				program = text
			}
		}
	}
}

// translocated tells whether macOS runs the program at a place that it made up
// for this run: what was downloaded and not moved yet.
func translocated(program string) bool { return strings.Contains(program, "/AppTranslocation/") }
