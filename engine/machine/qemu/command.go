package qemu

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"escale/engine/machine/driver"
)

// Accelerators that QEMU has.
const (
	kvm  = "kvm"
	hvf  = "hvf"
	whpx = "whpx"
	tcg  = "tcg"
)

// mac is the guest's network card's: locally administered, and the same for
// every machine, for each has a network of its own.
const mac = "52:54:00:e5:ca:1e"

// wires are how the four streams of a machine reach QEMU: descriptors that it
// inherits, so that nothing listens anywhere, or sockets in a folder where the
// system cannot pass connections to a program.
type wires struct {
	qmp, channel, network, console string // each "fd=N" or "path=/…"
}

// inherited are the descriptors as a child gets them; 3 is the disk's lock.
var inherited = wires{qmp: "fd=4", channel: "fd=5", network: "fd=6", console: "fd=7"}

// inFolder are sockets that the helper listens on before QEMU starts.
func inFolder(dir string) wires {
	at := func(name string) string { return "path=" + comma(dir+"/"+name) }
	return wires{qmp: at("q"), channel: at("c"), network: at("n"), console: at("s")}
}

// setting is everything that the command line depends on besides the Spec.
type setting struct {
	accel   string
	sandbox bool
	wires   wires
	shares  []served
}

// program names QEMU's program for a guest.
func program(goos, arch string) string {
	name := map[string]string{"amd64": "qemu-system-x86_64", "arm64": "qemu-system-aarch64"}[arch]
	if goos == "windows" {
		name += ".exe"
	}
	return name
}

// arguments is QEMU's command line, without the program.
func arguments(s driver.Spec, with setting) []string {
	memory := strconv.FormatInt(s.MemoryBytes>>20, 10)
	args := []string{
		"-name", "escale-" + s.Name,
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-machine", board(s.Arch, with.accel) + sharedMemory(with.shares), "-accel", accelerator(with.accel), "-cpu", processor(s.Arch, with.accel),
		"-smp", strconv.Itoa(s.CPUs), "-m", memory + "M",
		"-kernel", kernel(s, with.accel), "-initrd", s.Initrd, "-append", "console=" + console(s.Arch) + " " + s.KernelArgs + bounces + emulated(s.CPUs, with.accel),
	}
	if with.sandbox {
		args = append(args, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny")
	}
	args = append(args, disks(s)...)
	args = append(args, streams(with.wires)...)
	args = append(args, folders(with.shares, memory)...)
	return append(args,
		"-device", "virtio-balloon-pci,id=balloon,deflate-on-oom=on,free-page-reporting=on",
		"-device", "virtio-rng-pci")
}

// disks name files in JSON, where a comma means nothing. The data disk gives
// freed blocks back to the file system, and what is flushed in the guest is
// flushed here. When this computer cannot write or read, the guest is stopped
// where it is, and asked again later: it never hears of it.
func disks(s driver.Spec) []string {
	all := []string{
		"-blockdev", blockdev("root", s.Root, true),
		"-device", "virtio-blk-pci,drive=root,serial=root",
		"-blockdev", blockdev("data", s.Data, false),
		"-device", "virtio-blk-pci,drive=data,serial=data,discard=on,write-cache=on,werror=stop,rerror=stop",
	}
	if s.Tools != "" {
		all = append(all, "-blockdev", blockdev("tools", s.Tools, true), "-device", "virtio-blk-pci,drive=tools,serial=tools")
	}
	return all
}

func blockdev(name, path string, readOnly bool) string {
	type file struct {
		Driver   string `json:"driver"`
		Filename string `json:"filename"`
		Discard  string `json:"discard,omitempty"`
	}
	node := struct {
		Driver       string `json:"driver"`
		Name         string `json:"node-name"`
		ReadOnly     bool   `json:"read-only"`
		Discard      string `json:"discard,omitempty"`
		DetectZeroes string `json:"detect-zeroes,omitempty"`
		File         file   `json:"file"`
	}{Driver: "raw", Name: name, ReadOnly: readOnly, File: file{Driver: "file", Filename: path}}
	if !readOnly {
		node.Discard, node.DetectZeroes, node.File.Discard = "unmap", "unmap", "unmap"
	}
	text, err := json.Marshal(node)
	if err != nil {
		panic(err) // strings and booleans always marshal
	}
	return string(text)
}

func streams(w wires) []string {
	network, place, _ := strings.Cut(w.network, "=")
	address := "addr.type=fd,addr.str=" + place
	if network == "path" {
		address = "addr.type=unix,addr.path=" + place
	}
	return []string{
		"-chardev", "socket,id=qmp," + w.qmp, "-mon", "chardev=qmp,mode=control",
		"-chardev", "socket,id=console," + w.console, "-serial", "chardev:console",
		"-chardev", "socket,id=channel," + w.channel,
		"-device", "virtio-serial-pci", "-device", "virtserialport,chardev=channel,name=escale",
		"-netdev", "stream,id=net,server=off," + address,
		"-device", "virtio-net-pci,netdev=net,romfile=,mac=" + mac,
	}
}

// board is the machine type. q35 under software emulation too: microvm boots
// faster, but hung in one of four boots there.
func board(arch, accel string) string {
	if arch == "arm64" {
		if accel == tcg {
			return "virt,gic-version=3"
		}
		return "virt"
	}
	return "q35"
}

func accelerator(name string) string {
	switch name {
	case tcg:
		return "tcg,thread=multi,tb-size=128" // QEMU would take a gigabyte for its cache
	case whpx:
		return "whpx,kernel-irqchip=off"
	default:
		return name
	}
}

// kernel is the kernel's file. Where nothing emulates the processor the usual one
// boots, which unpacks itself in a moment.
func kernel(s driver.Spec, accel string) string {
	if accel == tcg && s.Plain != "" {
		return s.Plain
	}
	return s.Kernel
}

// bounces keeps Linux from setting 64 MB aside for devices that reach only the
// first four gigabytes: all of the machine's reach everything.
const bounces = " swiotlb=noforce"

// emulated is what an emulated guest's kernel is told besides.
//
// It leaves out what takes an emulated processor a second and serves nobody here:
// testing its own ciphers, a source of randomness beside the one that QEMU gives
// it, and the keys for signed modules, for which there are no signatures left.
//
// It boots with one processor; its init brings the others when the kernel has
// changed its own code for the last time, or nearly so. QEMU before 8.1 may go on
// with the translation of what was there before, when one processor changes code
// that another is just coming to: the kernel dies of a breakpoint that it took
// away again.
func emulated(cpus int, accel string) string {
	if accel != tcg {
		return ""
	}
	args := " cryptomgr.notests initcall_blacklist=jent_mod_init,load_system_certificate_list"
	if cpus > 1 {
		args += " maxcpus=1"
	}
	return args
}

// processor is the real one where it can be. Emulated, an x86 of everything has
// two features with which Linux does not survive in QEMU 7.2, and one, erms, with
// which it clears memory byte by byte, for that is quick where it is real.
func processor(arch, accel string) string {
	switch {
	case accel == kvm || accel == hvf:
		return "host"
	case arch == "amd64" && accel == tcg:
		return "max,la57=off,cx16=off,erms=off"
	case arch == "amd64":
		return "max,la57=off,cx16=off"
	default:
		return "max"
	}
}

func console(arch string) string {
	if arch == "arm64" {
		return "ttyAMA0"
	}
	return "ttyS0"
}

// comma doubles commas, as QEMU's option lists want them in a value.
func comma(value string) string { return strings.ReplaceAll(value, ",", ",,") }

// listing is a command line as a person reads it, for logs and goldens.
func listing(program string, args []string) string {
	var b strings.Builder
	b.WriteString(program)
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			fmt.Fprintf(&b, "\n%s", a)
		} else {
			fmt.Fprintf(&b, " %s", a)
		}
	}
	return b.String() + "\n"
}
