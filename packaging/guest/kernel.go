//go:build linux

package main

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"slices"
	"strings"

	"escale/engine/machine/bzimage"
)

// kernel is a Debian kernel package, looked through.
type kernel struct {
	image   []byte
	folder  string            // "usr/lib/modules/6.12…/"
	files   map[string]string // path of a module, by name
	builtin map[string]bool
	parcel  parcel
}

func readKernel(from parcel) (*kernel, error) {
	k := &kernel{files: map[string]string{}, builtin: map[string]bool{}, parcel: from}
	for name, n := range from {
		base := path.Base(name)
		switch {
		case strings.HasPrefix(name, "boot/vmlinuz-"):
			k.image = n.content
			k.folder = "usr/lib/modules/" + strings.TrimPrefix(base, "vmlinuz-") + "/"
		case base == "modules.builtin":
			for line := range strings.Lines(string(n.content)) {
				k.builtin[moduleName(strings.TrimSpace(line))] = true
			}
		case strings.Contains(base, ".ko"):
			k.files[moduleName(name)] = name
		}
	}
	if k.image == nil || len(k.files) == 0 {
		return nil, fmt.Errorf("kernel package without a kernel or modules")
	}
	return k, nil
}

// plainFile is the name of the kernel without its own compression. It does not
// travel: the helper makes it of the other one, where an emulated processor would
// take a second for that at each boot, and compares it with the manifest.
const plainFile = "vmlinux"

// plain says what the plain kernel is; nil where there is none.
func (k *kernel) plain() (*fileInfo, error) {
	const most = 256 << 20
	var out bytes.Buffer
	err := bzimage.Unpack(&out, bytes.NewReader(k.image), most)
	if errors.Is(err, bzimage.ErrOther) { // another architecture's
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &fileInfo{hash(out.Bytes()), int64(out.Len())}, nil
}

// moduleName makes "virtio_blk" of "kernel/drivers/block/virtio-blk.ko.xz".
func moduleName(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".ko")
	return strings.ReplaceAll(name, "-", "_")
}

// module is a kernel module as it says it is.
type module struct {
	name, file string
	content    []byte
	needs      []string // all of them, in the order of loading
	aliases    []string
}

// load reads the modules with these names and those that they need. Names that
// this kernel has built in, or does not have, are left out.
func (k *kernel) load(ctx context.Context, names []string) (map[string]*module, error) {
	all := map[string]*module{}
	for _, name := range names {
		if err := k.loadOne(ctx, name, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (k *kernel) loadOne(ctx context.Context, name string, all map[string]*module) error {
	packed, ok := k.files[name]
	if _, done := all[name]; done || !ok {
		return nil
	}
	content, err := unpack(ctx, packed, k.parcel[packed].content)
	if err != nil {
		return fmt.Errorf("unpack module %s: %w", name, err)
	}
	content, err = unsigned(content)
	if err != nil {
		return fmt.Errorf("read module %s: %w", name, err)
	}
	said, err := moduleInfo(content)
	if err != nil {
		return fmt.Errorf("read module %s: %w", name, err)
	}
	m := &module{name: name, content: content, aliases: said["alias"]}
	m.file, _, _ = strings.Cut(packed, ".ko")
	m.file += ".ko"
	all[name] = m
	for _, needed := range directNeeds(said) {
		if err := k.loadOne(ctx, needed, all); err != nil {
			return err
		}
		if n := all[needed]; n != nil {
			m.needs = appendNew(m.needs, append(slices.Clone(n.needs), needed)...)
		} else if !k.builtin[needed] {
			return fmt.Errorf("module %s needs %s, which is not there", name, needed)
		}
	}
	slices.Sort(m.aliases)
	return nil
}

// directNeeds is what must be there before, and what its author wants before.
func directNeeds(said map[string][]string) []string {
	var needs []string
	for _, line := range said["depends"] {
		for name := range strings.SplitSeq(line, ",") {
			if name != "" {
				needs = append(needs, strings.ReplaceAll(name, "-", "_"))
			}
		}
	}
	return needs
}

func appendNew(list []string, more ...string) []string {
	for _, one := range more {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}

func unpack(ctx context.Context, name string, content []byte) ([]byte, error) {
	if path.Ext(name) != ".xz" {
		return content, nil
	}
	cmd := exec.CommandContext(ctx, "xz", "-dc")
	cmd.Stdin = bytes.NewReader(content)
	return cmd.Output()
}

// unsigned is a module without the signature that Debian put behind it. The kernel
// would check each one while it boots, with arithmetic that takes an emulated
// processor seconds; the whole root was compared with its hash before that.
// Source: struct module_signature of Linux, whose last field is a length.
func unsigned(content []byte) ([]byte, error) {
	const about = 12 // bytes: kinds, and the signature's length
	rest, signed := bytes.CutSuffix(content, []byte("~Module signature appended~\n"))
	if !signed {
		return content, nil
	}
	if len(rest) < about {
		return nil, errors.New("a signature without its length")
	}
	length := binary.BigEndian.Uint32(rest[len(rest)-4:])
	rest = rest[:len(rest)-about]
	if int64(length) > int64(len(rest)) {
		return nil, fmt.Errorf("a signature of %d bytes in a module of %d", length, len(rest))
	}
	return rest[:len(rest)-int(length)], nil
}

// moduleInfo reads the "key=value" strings of a module.
func moduleInfo(content []byte) (map[string][]string, error) {
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	section := file.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("no .modinfo")
	}
	text, err := section.Data()
	if err != nil {
		return nil, err
	}
	said := map[string][]string{}
	for entry := range bytes.SplitSeq(text, []byte{0}) {
		if key, value, ok := strings.Cut(string(entry), "="); ok {
			said[key] = append(said[key], value)
		}
	}
	return said, nil
}

// moduleTable is what the guest's modprobe reads.
func moduleTable(all map[string]*module) []byte {
	var table bytes.Buffer
	for _, name := range sortedKeys(all) {
		m := all[name]
		_, _ = fmt.Fprintf(&table, "module %s /%s %s\n", name, m.file, strings.Join(m.needs, " "))
		for _, alias := range m.aliases {
			if !strings.ContainsAny(alias, " \t\n") {
				_, _ = fmt.Fprintf(&table, "alias %s %s\n", alias, name)
			}
		}
	}
	return table.Bytes()
}

// loadOrder lists modules so that each comes after what it needs.
func loadOrder(all map[string]*module, names []string) []*module {
	var order []string
	for _, name := range names {
		if m := all[name]; m != nil {
			order = appendNew(order, append(slices.Clone(m.needs), name)...)
		}
	}
	modules := make([]*module, 0, len(order))
	for _, name := range order {
		modules = append(modules, all[name])
	}
	return modules
}
