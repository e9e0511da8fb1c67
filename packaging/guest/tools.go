//go:build linux

package main

import (
	"archive/tar"
	"context"
	"fmt"
	"maps"
	"path/filepath"
)

// toolsFile is the disk of the tools.
const toolsFile = "tools.sqfs"

// makeTools makes the disk that only some machines load. Nothing of it may need a
// library that the root does not have.
func (b *builder) makeTools(ctx context.Context, root tree, from parcel, out string) error {
	t, err := b.toolsTree(root, from)
	if err != nil {
		return err
	}
	archive, err := t.archive()
	if err != nil {
		return err
	}
	return squash(ctx, archive, filepath.Join(out, toolsFile))
}

func (b *builder) toolsTree(root tree, from parcel) (tree, error) {
	t := tree{}
	for name, content := range toolsWritten {
		t.file(name, []byte(content), 0o644)
	}
	for _, p := range tools {
		n, err := from.open(p.from)
		if err != nil {
			return nil, fmt.Errorf("take tools: %w", err)
		}
		t.file(p.to, n.content, n.mode)
		with := maps.Clone(root)
		if err := b.addLibraries(with, from, p.to, n.content); err != nil {
			return nil, err
		}
		for _, name := range with.names() {
			if _, there := root[name]; !there && with[name].kind != tar.TypeDir {
				return nil, fmt.Errorf("%s needs %s, which the root does not have", p.name, name)
			}
		}
	}
	for _, name := range toolsApplets {
		if _, there := root["usr/bin/"+name]; !there {
			t.link("bin/"+name, "/usr/bin/busybox")
		}
	}
	return t, nil
}
