package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"escale/engine/machine"
)

// share lists, adds or removes the folders that containers may mount.
func share(ctx context.Context, c *client, o options) error {
	do := "list"
	if len(o.rest) > 0 {
		do = o.rest[0]
	}
	if known := map[string]int{"list": 1, "add": 2, "remove": 2}[do]; known == 0 || do != "list" && len(o.rest) != known || do == "list" && len(o.rest) > 1 {
		return fmt.Errorf("share takes list, add FOLDER or remove FOLDER, and not %q", o.rest)
	}
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	s, err := c.Status(ctx, o.name)
	if err != nil {
		return err
	}
	switch do {
	case "add":
		s, err = c.addShare(ctx, s, o)
	case "remove":
		s, err = c.removeShare(ctx, s, o)
	}
	if err != nil {
		return plainly(err)
	}
	for _, f := range s.Shares {
		c.say("%s\n", describe(f))
	}
	for _, note := range shareNotes(s) {
		c.say("%s\n", note)
	}
	return nil
}

// shareNotes are what is to be known of a machine's folders.
func shareNotes(s machine.Status) (notes []string) {
	if s.Sharing != machine.SharingWorks && s.Sharing != "" {
		notes = append(notes, cannotShare[s.Sharing])
	}
	readOnly := func(f machine.SharedFolder) bool { return f.ReadOnly }
	changed := func(f machine.SharedFolder) bool {
		return f.State == machine.ShareStateNext || f.State == machine.ShareStateLast
	}
	if s.ReadOnlyByGuest && slices.ContainsFunc(s.Shares, readOnly) {
		notes = append(notes, "Read-only is kept by the machine alone here: a container that is given every right (--privileged) can change such a folder.")
	}
	if slices.ContainsFunc(s.Shares, changed) {
		notes = append(notes, "What changed counts from the machine's next start on.")
	}
	return notes
}

func (c *client) addShare(ctx context.Context, s machine.Status, o options) (machine.Status, error) {
	path, err := machine.CanonicalShare(o.rest[1])
	if err != nil {
		return s, err
	}
	shares := slices.DeleteFunc(slices.Clone(s.Resources.Shares), func(f machine.Share) bool { return f.Path == path })
	return c.putShares(ctx, s, append(shares, machine.Share{Path: path, ReadOnly: o.readOnly}))
}

func (c *client) removeShare(ctx context.Context, s machine.Status, o options) (machine.Status, error) {
	named, err := filepath.Abs(o.rest[1])
	if err != nil {
		return s, err
	}
	canonical, _ := machine.CanonicalShare(named) // a folder that went can be removed, too
	shares := slices.DeleteFunc(slices.Clone(s.Resources.Shares), func(f machine.Share) bool { return f.Path == named || f.Path == canonical })
	if len(shares) == len(s.Resources.Shares) {
		return s, fmt.Errorf("%s is not shared", named)
	}
	return c.putShares(ctx, s, shares)
}

func (c *client) putShares(ctx context.Context, s machine.Status, shares []machine.Share) (machine.Status, error) {
	s.Resources.Shares = shares
	return c.Put(ctx, s.Name, s.Resources)
}

// describe is a shared folder in one line.
func describe(f machine.SharedFolder) string {
	mode := "read and write"
	if f.ReadOnly {
		mode = "read-only"
	}
	text := fmt.Sprintf("%s (%s)", f.Path, mode)
	switch f.State {
	case machine.ShareStateNext:
		text += ", from the next start on"
	case machine.ShareStateLast:
		text += ", until the next start"
	case machine.ShareStateFailed:
		text += ": not shared, because " + problems[f.Problem]
	case machine.ShareStateOff, machine.ShareStateShared:
	}
	return text
}

var problems = map[machine.ShareProblem]string{
	machine.ShareMissing:  "it is not there, or no folder",
	machine.ShareName:     "its name is too long, or has control characters",
	machine.ShareLink:     "a link leads to it",
	machine.ShareTooMuch:  "it is a whole disk, or holds everybody's folders: share a folder in it",
	machine.ShareOwn:      "the machine's own files are in it, or it is among them: share a folder beside them",
	machine.ShareSecrets:  "keys and passwords are in it, or it is among them: share a folder beside them",
	machine.SharePlace:    "it would need a place that the machine does not have: only folders in /home, /Users, /Volumes, /private, /mnt, /media, /run/media, /opt, /srv, /root and /tmp can be shared",
	machine.ShareOverlaps: "it is in another shared folder, or another one is in it",
	machine.ShareTooMany:  fmt.Sprintf("no more than %d folders can be shared", machine.MaxShares),
	machine.ShareFailed:   "the machine could not mount it; see escale-machine logs helper",
}

var cannotShare = map[machine.Sharing]string{
	machine.SharingNoDriver:  "Folders cannot be shared on this system: copy files into a volume.",
	machine.SharingNoProgram: "Folders cannot be shared until virtiofsd is installed (package virtiofsd, or qemu-system-common).",
	machine.SharingForbidden: "Folders cannot be shared: this system does not let virtiofsd shut itself off from other files.",
}

// plainly says why a folder cannot be shared.
func plainly(err error) error {
	if wrong, ok := errors.AsType[*machine.ShareError](err); ok {
		return fmt.Errorf("%s cannot be shared: %s", wrong.Path, problems[wrong.Problem])
	}
	return err
}
