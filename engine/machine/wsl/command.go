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

// initArgs runs the guest's init in a distribution, with no shell in between. The
// folder is named because Windows's own is no folder there.
func initArgs(name string, words ...string) []string {
	return append([]string{"--distribution", name, "--user", "root", "--cd", "/", "--exec", "/sbin/init"}, words...)
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
