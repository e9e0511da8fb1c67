package autostart

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the files of testdata anew")

// hard has every character that one of the formats needs a mark for.
const hard = "/opt/My \"apps\"/50% $HOME `x` \\ & <b>'s/escale"

func TestFormats(t *testing.T) {
	for name, tc := range map[string]struct {
		content func(string) string
		parse   func(string) (string, bool)
	}{
		"plain.desktop": {desktopEntry, parseDesktopEntry}, "hard.desktop": {desktopEntry, parseDesktopEntry},
		"plain.plist": {launchAgent, parseLaunchAgent}, "hard.plist": {launchAgent, parseLaunchAgent},
	} {
		program := "/usr/bin/escale"
		if name[:4] == "hard" {
			program = hard
		}
		got, path := tc.content(program), filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path); err != nil || got != string(want) {
			t.Errorf("%s: %v, got\n%s", name, err, got)
		}
		if again, on := tc.parse(got); again != program || !on {
			t.Errorf("%s: read as %q, %v", name, again, on)
		}
	}
}

func TestRunValue(t *testing.T) {
	const program = `C:\Users\Ann & Bob\AppData\Local\Programs\Escale\escale.exe`
	line := runValue(program)
	if line != `"C:\Users\Ann & Bob\AppData\Local\Programs\Escale\escale.exe" --hidden` || parseRunValue(line) != program {
		t.Errorf("%s is read as %q", line, parseRunValue(line))
	}
	if got := parseRunValue(`C:\escale.exe --hidden`); got != `C:\escale.exe` {
		t.Errorf("without marks: %q", got)
	}
	for kept, want := range map[string]bool{"": true, "\x02\x00": true, "\x06": true, "\x03\x00\x01": false, "\x07": false} {
		if approved([]byte(kept)) != want {
			t.Errorf("%q is approved: %v", kept, !want)
		}
	}
}

// TestSwitchedOffElsewhere: desktops have switches of their own.
func TestSwitchedOffElsewhere(t *testing.T) {
	for content, want := range map[string]bool{
		desktopEntry("/e"): true,
		"[Desktop Entry]\nHidden = true\nTryExec=/e\n":                             false,
		"[Desktop Entry]\nX-GNOME-Autostart-enabled=false\nExec=/e\n":              false,
		"[Desktop Entry]\nExec=/e\n[Desktop Action x]\nHidden=true\nTryExec=/no\n": true,
	} {
		if program, on := parseDesktopEntry(content); on != want || program == "/no" {
			t.Errorf("%q is read as %q, %v", content, program, on)
		}
	}
	for content, want := range map[string]bool{
		launchAgent("/e"): true,
		"<plist><dict><key>Disabled</key><true/><key>ProgramArguments</key><array><string>/e</string></array></dict></plist>": false,
		"<plist><dict>": false, "": false,
	} {
		if _, on := parseLaunchAgent(content); on != want {
			t.Errorf("%q is on: %v", content, on)
		}
	}
	if !translocated("/private/var/folders/x/T/AppTranslocation/ABC/d/Escale.app/Contents/MacOS/escale") || translocated("/Applications/Escale.app/Contents/MacOS/escale") {
		t.Error("a program that macOS runs elsewhere is not told from others")
	}
}
