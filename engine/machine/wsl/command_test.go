package wsl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCommandLines compares every command line with testdata; UPDATE=1 writes
// what is there now.
func TestCommandLines(t *testing.T) {
	const dir = `C:\Users\Ada B\AppData\Local\escale\machines\default`
	name := "escale-default-00000000"
	var b strings.Builder
	for _, args := range [][]string{
		versionArgs, statusArgs, listArgs,
		importArgs(name, dir+`\wsl`, `C:\Program Files\Escale\guest\amd64\root.tar.gz`),
		adoptArgs(name, dir+`\wsl\ext4.vhdx`),
		initArgs(name, "update"), execArgs(name, spareInit, "update"),
		initArgs(name, muxWords("quiet loglevel=4 panic=1 escale.name=default escale.proxy=e30")...),
		initArgs(name, "end"),
		terminateArgs(name), unregisterArgs(name),
	} {
		b.WriteString(listing("wsl.exe", args))
	}
	path := filepath.Join("testdata", "commands.txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

// TestDistributionName: one machine has one distribution, whatever case its
// folder is written in, and machines of two homes do not share one.
func TestDistributionName(t *testing.T) {
	one := distribution("default", "/home/A/machines/default")
	if one != distribution("default", "/home/a/machines/default/") {
		t.Error("the same folder gives two names")
	}
	if one == distribution("default", "/home/b/machines/default") {
		t.Error("two folders give the same name")
	}
	if !strings.HasPrefix(one, "escale-default-") {
		t.Errorf("called %s", one)
	}
}
