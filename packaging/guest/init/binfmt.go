//go:build linux

package main

import (
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// foreign says how the kernel knows a program of the other architecture, and
// who runs it. The escapes stay as they are written: the kernel reads them.
var foreign = map[string]struct{ interpreter, line string }{
	"amd64": {
		"/usr/bin/qemu-aarch64",
		`:qemu-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:` +
			`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64:OCF`,
	},
	"arm64": {
		"/usr/bin/qemu-x86_64",
		`:qemu-x86_64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00:` +
			`\xff\xff\xff\xff\xff\xfe\xfe\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-x86_64:OCF`,
	},
}

// registerOtherArchitecture lets containers of the other architecture run, where
// the image has what runs them.
func registerOtherArchitecture() {
	const dir = "/proc/sys/fs/binfmt_misc"
	other := foreign[runtime.GOARCH]
	if !exists(other.interpreter) {
		return
	}
	if !exists(dir + "/register") { // a distribution of WSL has it mounted
		modules().load("binfmt_misc")
		if err := unix.Mount("binfmt_misc", dir, "binfmt_misc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			say("mount %s: %v", dir, err)
			return
		}
	}
	if exists(dir + "/" + filepath.Base(other.interpreter)) {
		return // another distribution's engine was here, with the same program's name
	}
	if err := os.WriteFile(dir+"/register", []byte(other.line), 0o200); err != nil {
		say("register %s: %v", other.interpreter, err)
	}
}
