//go:build linux

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"slices"
	"strings"
)

// wslFile is the root as a distribution of WSL.
const wslFile = "root.tar.gz"

// wslConf keeps a distribution apart, as far as it goes: no Windows program is
// started from it, none of the user's disks appears in it by itself, and no
// first process of its own runs. Names and name servers are WSL's to write.
const wslConf = `[automount]
enabled = false
mountFsTab = false

[interop]
enabled = false
appendWindowsPath = false

[network]
hostname = escale
generateHosts = true
generateResolvConf = true

[user]
default = root

[boot]
systemd = false
`

// notInWSL are files of the guest that are WSL's own there: it has its kernel,
// with its modules.
var notInWSL = []string{"usr/lib/modules", "etc/modules.map", "etc/modules.boot", "etc/hosts", "etc/hostname", "etc/resolv.conf"}

// files are what the guest is made of, beside its manifest.
func (b *builder) files() []string { return append(b.together(), toolsFile) }

// together are those that travel as one; the tools travel apart.
func (b *builder) together() []string {
	if b.wsl {
		return append(slices.Clone(imageFiles), wslFile)
	}
	return slices.Clone(imageFiles)
}

// forWSL is the root as a distribution.
func forWSL(root tree) tree {
	t := tree{}
	for name, n := range root {
		if !slices.ContainsFunc(notInWSL, func(not string) bool { return name == not || strings.HasPrefix(name, not+"/") }) {
			t[name] = n
		}
	}
	t.file("etc/wsl.conf", []byte(wslConf), 0o644)
	return t
}

// writeWSL writes the distribution's archive, the same one for the same root.
func writeWSL(root tree, file string) error {
	var archive bytes.Buffer
	packed, err := gzip.NewWriterLevel(&archive, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("pack %s: %w", wslFile, err)
	}
	if err := forWSL(root).writeTar(packed); err != nil {
		return fmt.Errorf("pack %s: %w", wslFile, err)
	}
	if err := packed.Close(); err != nil {
		return fmt.Errorf("pack %s: %w", wslFile, err)
	}
	if err := os.WriteFile(file, archive.Bytes(), 0o644); err != nil { //nolint:gosec // public
		return fmt.Errorf("write %s: %w", wslFile, err)
	}
	return nil
}
