package main_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports keeps the layers apart: views → app → engine. It is the part of
// docs/ARCHITECTURE.md that cannot go stale.
func TestImports(t *testing.T) {
	for _, tc := range []struct{ packages, banned string }{
		{"./engine/...", "fyne.io/"},
		{"./engine/...", "escale/app"},
		{"./engine/...", "escale/views"},
		{"./app/...", "fyne.io/"},
		{"./app/...", "escale/views"},
		{"./app/...", "escale/engine/docker"},
		{"./app/...", "github.com/docker/docker/client"},
		{"./views/...", "github.com/docker/docker/client"},
		{"./app/...", "github.com/docker/cli"},
		{"./views/...", "github.com/docker/cli"},
		{"./views/...", "escale/engine/docker"},
		{"./assets/...", "escale/"},
	} {
		for _, dependency := range list(t, "-deps", "-f", "{{.ImportPath}}", tc.packages) {
			own := strings.HasPrefix(dependency, "escale/assets") && tc.banned == "escale/"
			if strings.HasPrefix(dependency, tc.banned) && !own {
				t.Errorf("%s must not depend on %s", tc.packages, dependency)
			}
		}
	}
}

// TestMachineIsAProgramOfItsOwn keeps what runs virtual machines out of the
// application: it links the client, and the helper links the rest.
func TestMachineIsAProgramOfItsOwn(t *testing.T) {
	for _, tc := range []struct{ packages, banned string }{
		{".", "gvisor.dev/"},
		{".", "github.com/containers/gvisor-tap-vsock"},
		{".", "github.com/hashicorp/yamux"},
		{".", "escale/engine/machine/"},
		{"./app/...", "escale/engine/machine/"},
		{"./views/...", "escale/engine/machine/"},
		{"./engine/machine/escale-machine", "github.com/docker/docker/client"},
		{"./engine/machine/wire", "gvisor.dev/"},
	} {
		for _, dependency := range list(t, "-deps", "-f", "{{.ImportPath}}", tc.packages) {
			if strings.HasPrefix(dependency, tc.banned) {
				t.Errorf("%s must not depend on %s", tc.packages, dependency)
			}
		}
	}
}

// TestScreensStandAlone keeps screens from importing each other: they ask for
// a route, and only the shell knows them all.
func TestScreensStandAlone(t *testing.T) {
	shared := map[string]bool{"kit": true, "theme": true, "say": true, "post": true, "nav": true, "life": true, "viewtest": true}
	for _, line := range list(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./views/...") {
		screen, imports, _ := strings.Cut(line, " ")
		name := strings.TrimPrefix(screen, "escale/views/")
		if name == "shell" {
			continue
		}
		for imported := range strings.FieldsSeq(imports) {
			other, ok := strings.CutPrefix(imported, "escale/views/")
			if ok && !shared[other] && !strings.HasPrefix(other, name+"/") {
				t.Errorf("%s must not import %s: open a route instead", name, other)
			}
		}
	}
}

// TestOnlyMainWires keeps the knowledge of all three layers in one file.
func TestOnlyMainWires(t *testing.T) {
	for _, line := range list(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		pkg, imports, _ := strings.Cut(line, " ")
		for imported := range strings.FieldsSeq(imports) {
			if imported == "escale/engine/docker" && pkg != "escale" {
				t.Errorf("only main may name engine/docker, not %s", pkg)
			}
		}
	}
}

func list(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
