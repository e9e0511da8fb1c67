package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"escale/engine/machine"
)

// long does something that may take its time, and tells how far it is.
func (c *client) long(ctx context.Context, o options, do func(context.Context) (machine.Status, error)) error {
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	told, end := c.tell(ctx, o.name)
	s, err := do(ctx)
	end()
	<-told
	if err != nil {
		return plain(err)
	}
	return show(c.out, s)
}

// plain puts what was refused in words.
func plain(err error) error {
	var r *machine.Refusal
	if !errors.As(err, &r) {
		return err
	}
	text := map[machine.Reason]string{
		machine.RefusedMissing:     "there is no such file or folder",
		machine.RefusedReadOnly:    "nothing can be written there",
		machine.RefusedSameDisk:    "that folder is on the disk where the data is already",
		machine.RefusedNoLocks:     "files cannot be locked on that network drive, so two programs could use the data at once",
		machine.RefusedNoHoles:     "that drive has a file system (FAT or exFAT) on which the data would take its whole size; NTFS, APFS, ext4 and others will do",
		machine.RefusedNoRoom:      "there is not enough room",
		machine.RefusedFileExists:  "there is such a file already",
		machine.RefusedNoBackup:    "that file is not a backup of a machine",
		machine.RefusedDamaged:     "the file is damaged, and nothing was changed",
		machine.RefusedRuns:        "the machine runs: escale-machine stop",
		machine.RefusedBusy:        "the machine is being moved, backed up or restored",
		machine.RefusedNothing:     "there is nothing to do",
		machine.RefusedDataNewer:   "a newer engine has worked on the data: say --restore-data to go back to the data of before, too, or --force to let the older engine try",
		machine.RefusedThrowaway:   "nothing of a throwaway machine is kept",
		machine.RefusedUnsupported: "this cannot be done on this computer",
	}[r.Reason]
	if s := r.Shortage; s != nil {
		text += fmt.Sprintf(": %d MiB needed, %d MiB are free", s.NeededBytes>>20, s.AvailableBytes>>20)
	}
	return fmt.Errorf("%s (%s)", text, r.Detail)
}

func update(ctx context.Context, c *client, o options) error {
	return c.long(ctx, o, func(ctx context.Context) (machine.Status, error) { return c.Update(ctx, o.name, o.update) })
}

func rollback(ctx context.Context, c *client, o options) error {
	return c.long(ctx, o, func(ctx context.Context) (machine.Status, error) { return c.Rollback(ctx, o.name, o.rollback) })
}

// path is what the helper, which runs in another folder, calls a file.
func path(word string) (string, error) {
	if word == "" {
		return "", nil
	}
	return filepath.Abs(word)
}

func move(ctx context.Context, c *client, o options) error {
	folder, err := path(o.rest[0])
	if err != nil {
		return err
	}
	return c.long(ctx, o, func(ctx context.Context) (machine.Status, error) { return c.Move(ctx, o.name, folder) })
}

func backup(ctx context.Context, c *client, o options) error {
	file, err := path(o.rest[0])
	if err != nil {
		return err
	}
	return c.long(ctx, o, func(ctx context.Context) (machine.Status, error) {
		return c.Backup(ctx, o.name, file, o.overwrite)
	})
}

// restore replaces the machine's data, when the user has said that it may go.
func restore(ctx context.Context, c *client, o options) error {
	file, err := path(o.rest[0])
	if err != nil {
		return err
	}
	if !o.yes {
		return c.mayGo(ctx, o)
	}
	return c.long(ctx, o, func(ctx context.Context) (machine.Status, error) { return c.Restore(ctx, o.name, file) })
}

// reset removes the machine's data, when the user has said that it may go.
func reset(ctx context.Context, c *client, o options) error {
	if !o.yes {
		return c.mayGo(ctx, o)
	}
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	if err := c.Reset(ctx, o.name); err != nil {
		return plain(err)
	}
	return forgetContext(c.home, o.name)
}

// mayGo names what would be lost, and fails. It starts no helper for that.
func (c *client) mayGo(ctx context.Context, o options) error {
	known, err := c.Contents(ctx, o.name)
	if err != nil && !errors.Is(err, machine.ErrNoHelper) {
		return err
	}
	for _, kind := range []struct {
		what   string
		things []machine.Thing
	}{{"image", known.Images}, {"container", known.Containers}, {"volume", known.Volumes}} {
		for _, t := range kind.things {
			size := ""
			if t.Bytes >= 0 {
				size = fmt.Sprintf("  %.1f MB", float64(t.Bytes)/1e6)
			}
			c.say("%-9s  %s%s\n", kind.what, t.Name, size)
		}
	}
	return fmt.Errorf("this removes every image, container and volume of machine %q; say --yes", o.name)
}

// list shows every machine.
func list(ctx context.Context, c *client, o options) error {
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	all, err := c.List(ctx)
	if err != nil {
		return err
	}
	if o.json {
		encoder := json.NewEncoder(c.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(all)
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, s := range all {
		kind := ""
		if s.Resources.Throwaway {
			kind = "throwaway"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d MiB of memory\t%d MiB of disk\t%s\n", // Flush tells of errors
			s.Name, state(s), s.Use.MemoryBytes>>20, s.Use.DiskBytes>>20, kind)
	}
	return w.Flush()
}
