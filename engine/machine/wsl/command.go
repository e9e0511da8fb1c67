package wsl

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
)

// distribution names a machine's distribution. All of a user's are in one list:
// the hash keeps machines of different homes apart.
func distribution(name, dir string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(filepath.Clean(dir))))
	return "escale-" + name + "-" + hex.EncodeToString(sum[:4])
}

var (
	versionArgs = []string{"--version"}
	statusArgs  = []string{"--status"}
	listArgs    = []string{"--list", "--quiet"}
)

func importArgs(name, dir, root string) []string {
	return []string{"--import", name, dir, root, "--version", "2"}
}

func adoptArgs(name, disk string) []string { return []string{"--import-in-place", name, disk} }
func terminateArgs(name string) []string   { return []string{"--terminate", name} }
func unregisterArgs(name string) []string  { return []string{"--unregister", name} }

// The guest's init, and the one of before that did the last update: see
// packaging/guest/init.
const (
	initPath  = "/sbin/init"
	spareInit = "/.escale-init"
)

// initArgs runs the guest's init in a distribution.
func initArgs(name string, words ...string) []string { return execArgs(name, initPath, words...) }

// execArgs runs a program in a distribution, with no shell in between. The folder
// is named because Windows's own is no folder there.
func execArgs(name, path string, words ...string) []string {
	return append([]string{"--distribution", name, "--user", "root", "--cd", "/", "--exec", path}, words...)
}

// muxWords are what the guest's init is told, of a kernel's command line: a
// distribution has no kernel of its own.
func muxWords(kernelArgs string) []string {
	words := []string{"mux"}
	for word := range strings.FieldsSeq(kernelArgs) {
		if strings.HasPrefix(word, "escale.") {
			words = append(words, word)
		}
	}
	return words
}
