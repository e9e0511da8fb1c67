package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheck: what is wrong for one system only is found there and nowhere else,
// behind cgo, too, and in what cgo's own package uses.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":         "module tried\n\ngo 1.26\n",
		"main.go":        "package main\n\nfunc main() { println(size()) }\n",
		"size_linux.go":  "package main\n\nfunc size() int { return 1 }\n",
		"size_darwin.go": "package main\n\n// int one(void) { return 1; }\nimport \"C\"\n\nfunc size() string { return int(C.one()) + wrong }\n",
		"size_windows.go": "package main\n\nimport \"syscall\"\n\n" +
			"func size() int { return int(syscall.Handle(3)) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for system, want := range map[string]string{"darwin/arm64": "undefined: wrong", "windows/amd64": "", "linux/amd64": ""} {
		r, err := check(t.Context(), dir, system, "./...")
		if err != nil || !strings.Contains(strings.Join(r.wrong, "\n"), want) || (len(r.wrong) > 0) != (want != "") {
			t.Errorf("%s: %q, %v", system, r.wrong, err)
		}
		if system == "darwin/arm64" && r.cgo == 0 {
			t.Error("cgo was left out")
		}
	}
	if _, err := check(t.Context(), dir, "darwin"); err == nil {
		t.Error("a system without a processor is checked")
	}
}
