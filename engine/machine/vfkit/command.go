//go:build !windows

package vfkit

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"escale/engine/machine/driver"
)

const (
	// mac is the guest's network card's: locally administered, and the same for
	// every machine, for each has a network of its own.
	mac = "52:54:00:e5:ca:1e"
	// vsockPort is where the guest's init listens.
	vsockPort = 2375
	// network is the descriptor that vfkit inherits; 3 is the disk's lock.
	network = 4
)

// errQuote is said of a path that vfkit's command line cannot name.
var errQuote = errors.New("a quotation mark is in a path")

// places are what vfkit opens in a folder of the boot's own.
type places struct{ rest, channel, console string }

func in(dir string) places {
	return places{filepath.Join(dir, "r"), filepath.Join(dir, "c"), filepath.Join(dir, "console.log")}
}

// arguments is vfkit's command line, without the program.
func arguments(s driver.Spec, at places) ([]string, error) {
	args := []string{
		"--cpus", strconv.Itoa(s.CPUs), "--memory", strconv.FormatInt(s.MemoryBytes>>20, 10),
		"--restful-uri", (&url.URL{Scheme: "unix", Path: at.rest}).String(),
		"--bootloader", list("linux", "kernel="+s.Kernel, "initrd="+s.Initrd) + `,cmdline="console=hvc0 ` + s.KernelArgs + `"`,
	}
	for _, device := range devices(s, at) {
		args = append(args, "--device", device)
	}
	for _, named := range []string{s.Kernel, s.Initrd, s.Root, s.Tools, s.Data, s.KernelArgs, at.rest} {
		if !nameable(named) {
			return nil, fmt.Errorf("%w: %s", errQuote, named)
		}
	}
	return args, nil
}

func devices(s driver.Spec, at places) []string {
	all := []string{
		list("virtio-blk", "path="+s.Root, "deviceId=root", "readonly"),
		list("virtio-blk", "path="+s.Data, "deviceId=data"),
	}
	if s.Tools != "" {
		all = append(all, list("virtio-blk", "path="+s.Tools, "deviceId=tools", "readonly"))
	}
	all = append(all,
		list("virtio-net", "fd="+strconv.Itoa(network), "mac="+mac),
		list("virtio-vsock", "port="+strconv.Itoa(vsockPort), "socketURL="+at.channel, "connect"),
		list("virtio-serial", "logFilePath="+at.console),
		"virtio-rng", "virtio-balloon",
	)
	for _, share := range s.Shares {
		if nameable(share.Dir) {
			all = append(all, list("virtio-fs", "sharedDir="+share.Dir, "mountTag="+share.Tag))
		}
	}
	return all
}

// nameable tells whether vfkit's command line can name a path.
func nameable(path string) bool { return !strings.Contains(path, `"`) }

// refused are the shares that are left out, by their tags: the machine is worth
// more than a folder.
func refused(shares []driver.Share) map[string]error {
	all := make(map[string]error)
	for _, s := range shares {
		if !nameable(s.Dir) {
			all[s.Tag] = fmt.Errorf("%w: %s", errQuote, s.Dir)
		}
	}
	return all
}

// list is one of vfkit's option lists. An option that has a comma is wholly
// quoted: quotes that do not begin it would become part of its value.
func list(options ...string) string {
	quoted := make([]string, 0, len(options))
	for _, o := range options {
		if strings.Contains(o, ",") {
			o = `"` + o + `"`
		}
		quoted = append(quoted, o)
	}
	return strings.Join(quoted, ",")
}

// listing is a command line as a person reads it, for logs and goldens.
func listing(program string, args []string) string {
	var b strings.Builder
	b.WriteString(program)
	for _, a := range args {
		separator := " "
		if strings.HasPrefix(a, "--") {
			separator = "\n"
		}
		b.WriteString(separator + a)
	}
	return b.String() + "\n"
}
