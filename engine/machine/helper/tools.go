package helper

import (
	"context"
	"fmt"
	"os"

	"escale/engine/machine"
)

// toolsFile is the disk of Resources.Tools, of an image.
const toolsFile = "tools.sqfs"

var onlyTools = []string{toolsFile}

// tools returns the verified disk with the tools of the image that the machine
// boots from. The image's pin is theirs.
func (r *run) tools(ctx context.Context, have image, m *meter) (string, error) {
	if r.vm.isKept() {
		return "", fmt.Errorf("%w: a machine of this driver is given no disks", errToolsMissing)
	}
	bundle, _ := openImage(r.vm.h.images()) // one that cannot be read has no hash that fits
	return r.vm.h.kept.tools(ctx, bundle, have, m)
}

// tools returns the disk with the tools of an image that was taken or found:
// have's, where it is sound, else that of the image that came with the app, once
// it has arrived. m is told how much has.
func (s *images) tools(ctx context.Context, bundle, have image, m *meter) (string, error) {
	if _, named := have.manifest.Files[toolsFile]; !named {
		return "", fmt.Errorf("%w: the manifest does not name them", errToolsMissing)
	}
	select { // a second machine finds what the first one brings
	case s.one <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	defer func() { <-s.one }()
	err := have.verify(ctx, onlyTools)
	switch {
	case err == nil:
		return have.path(toolsFile), nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case bundle.hash != have.hash:
		return "", fmt.Errorf("%w: they went with another image: %w", errToolsMissing, err)
	case bundle.dir == have.dir: // there is no room for a copy, nor for these
		return "", noTools(err)
	}
	if err = s.bringTools(ctx, bundle, have, m); err == nil {
		return have.path(toolsFile), nil
	}
	if ctx.Err() == nil && bundle.verify(ctx, onlyTools) == nil {
		return bundle.path(toolsFile), nil // a copy of it could not be made
	}
	return "", noTools(err)
}

// bringTools puts the tools of the image that came with the app beside its copy.
func (s *images) bringTools(ctx context.Context, bundle, have image, m *meter) error {
	next, err := os.MkdirTemp(s.dir, "new-")
	if err != nil {
		return fmt.Errorf("keep tools: %w", err)
	}
	defer os.RemoveAll(next) //nolint:errcheck // gone, or swept up later
	to, over := image{dir: next, manifest: have.manifest}, func() error { return nil }
	switch {
	case len(bundle.lacks(onlyTools)) == 0:
		err = copyFile(bundle.path(toolsFile), to.path(toolsFile))
	case bundle.travels(toolsParcel):
		over, err = s.bring(ctx, bundle, to, onlyTools, toolsParcel, m)
	}
	if err == nil {
		err = to.verify(ctx, onlyTools)
	}
	if err == nil {
		err = os.Rename(to.path(toolsFile), have.path(toolsFile))
	}
	if err != nil {
		return fmt.Errorf("keep tools: %w", err)
	}
	return over()
}

// noTools tells that it is the tools that are missing, and not the guest.
func noTools(err error) error {
	switch causeOf(err) {
	case machine.CauseImageNotFetched:
		return fmt.Errorf("%w: %w", errToolsNotFetched, err)
	case machine.CauseImageMissing:
		return fmt.Errorf("%w: %w", errToolsMissing, err)
	default:
		return err
	}
}
