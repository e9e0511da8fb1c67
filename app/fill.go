package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"escale/app/command"
	"escale/app/parcel"
	"escale/app/task"
	"escale/engine"
)

// tellEvery is the time between two reports of a copy.
const tellEvery = 100 * time.Millisecond

// fillVolumes makes the volumes that folders are copied into, and fills them.
func (r *runner) fillVolumes(ctx context.Context) error {
	if len(r.copies) == 0 {
		return nil
	}
	r.stages.enter(task.StageCopy)
	var total task.Copied
	for _, c := range r.copies {
		contents, err := parcel.Measure(ctx, c.Folder)
		if err != nil {
			return fmt.Errorf("measure folder: %w", err)
		}
		total.TotalBytes += contents.Bytes
	}
	r.stages.copied(total)
	for _, c := range r.copies {
		if err := r.fill(ctx, c, &total); err != nil {
			return err
		}
	}
	return nil
}

// fill makes one volume, and copies a folder into it by way of a container that
// never runs and goes again: the one to come may have the volume read-only, and
// must not mix the image's own files in. undo removes what is there after an
// error.
func (r *runner) fill(ctx context.Context, c parcel.Copy, total *task.Copied) error {
	err := r.within(ctx, answerWait, func(ctx context.Context) error {
		_, err := r.eng.InspectVolume(ctx, c.Volume)
		return err
	})
	if err == nil {
		return fmt.Errorf("create volume %s: %w", c.Volume, engine.ErrConflict)
	}
	if !errors.Is(err, engine.ErrNotFound) {
		return err
	}
	if !slices.Contains(r.made.volumes, c.Volume) {
		r.made.volumes = append(r.made.volumes, c.Volume)
	}
	lasting := context.WithoutCancel(ctx) // a request that was sent is not taken back by cancelling it
	err = r.within(lasting, makeWait, func(ctx context.Context) error {
		_, err := r.eng.CreateVolume(ctx, c.Volume, nil)
		return err
	})
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = r.makeFiller(ctx, c)
	}
	if err == nil {
		err = r.pour(ctx, c, total)
	}
	if err != nil {
		return err
	}
	err = r.within(lasting, cleanupWait, func(ctx context.Context) error { return removeMade(ctx, r.eng, r.made.id) })
	if err == nil {
		r.made.id, r.made.name = "", r.spec.Name
		err = ctx.Err()
	}
	return err
}

// makeFiller makes the container that a volume is filled through. Until it is
// gone again it is what the run has made.
func (r *runner) makeFiller(ctx context.Context, c parcel.Copy) error {
	spec := r.spec
	defer func() { r.spec = spec }()
	r.spec = command.Filler(spec, c.Volume)
	r.spec.Name += "-" + strconv.FormatInt(time.Now().UnixNano()%1e9, 36) // one that is free
	r.made.name = r.spec.Name
	return r.create(ctx)
}

// pour sends a folder to the container.
func (r *runner) pour(ctx context.Context, c parcel.Copy, total *task.Copied) error {
	before, told := total.CurrentBytes, time.Now()
	archive := parcel.Pack(ctx, c.Folder, r.owner(ctx), func(bytes int64) {
		total.CurrentBytes = before + bytes
		if now := time.Now(); now.Sub(told) >= tellEvery {
			told = now
			r.stages.copied(*total)
		}
	})
	err := r.eng.CopyInto(ctx, r.made.id, command.FillerPath, archive)
	if own := archive.Close(); own != nil {
		err = own // the engine only says that the archive broke off
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("fill volume %s: %w", c.Volume, err)
	}
	r.stages.copied(*total)
	return nil
}

// owner is who the files belong to: the user that the container will run as.
func (r *runner) owner(ctx context.Context) parcel.Owner {
	user := r.spec.User
	if user == "" {
		_ = r.within(ctx, answerWait, func(ctx context.Context) error {
			image, err := r.eng.InspectImage(ctx, r.spec.Image)
			user = image.User
			return err // what matters of it comes up again with the next call
		})
	}
	return parcel.OwnerOf(user)
}
