package machine

import (
	"context"
	"net/http"
	"time"
)

// workTimeout bounds what copies a whole disk, and asks for sizes of everything.
const (
	workTimeout     = 12 * time.Hour
	contentsTimeout = time.Minute
)

// Update makes the machine use the guest that came with the app, though it
// failed before, or the user went back from it. One that runs is started anew.
// A guest that fails is left again, see Status.RolledBack. A Failure when it
// does not start at all; RefusedNothing when it is in use already.
func (c *Client) Update(ctx context.Context, name string, o UpdateOptions) (Status, error) {
	return ask[Status](ctx, c, stopTimeout+startTimeout, http.MethodPost, path(name, "update"), o)
}

// Rollback makes the machine use the guest of before the last update, until a
// newer one comes with the app, or Update. One that runs is started anew. The
// data stays, unless o says otherwise. RefusedNothing when there is nothing to
// go back to, RefusedDataNewer when o must say what becomes of the data.
func (c *Client) Rollback(ctx context.Context, name string, o RollbackOptions) (Status, error) {
	return ask[Status](ctx, c, stopTimeout+startTimeout, http.MethodPost, path(name, "rollback"), o)
}

// Move moves the data of a machine that does not run to a folder on another
// disk, an absolute path; "" is the home. It returns when it is done: Watch
// tells of its steps, move and verify. Ending ctx ends the work; the data is
// whole where it was then, as after every crash. A Refusal says why not.
func (c *Client) Move(ctx context.Context, name, folder string) (Status, error) {
	return ask[Status](ctx, c, workTimeout, http.MethodPost, path(name, "move"), MoveRequest{Folder: folder})
}

// Backup writes the data of a machine that does not run to a file, an absolute
// path: a tar archive, compressed by zstd, of which docs/machine.md tells more.
// A file that exists is replaced when overwrite, at the end and at once. It
// returns when it is done, and ends with ctx, leaving no file.
func (c *Client) Backup(ctx context.Context, name, file string, overwrite bool) (Status, error) {
	return ask[Status](ctx, c, workTimeout, http.MethodPost, path(name, "backup"), BackupRequest{File: file, Overwrite: overwrite})
}

// Restore replaces the data of a machine that does not run, or is absent, by a
// Backup's. Nothing is replaced before the whole file has been read and is
// sound. It returns when it is done, and ends with ctx.
func (c *Client) Restore(ctx context.Context, name, file string) (Status, error) {
	return ask[Status](ctx, c, workTimeout, http.MethodPost, path(name, "restore"), BackupRequest{File: file})
}

// Contents is what is in the machine: asked of its engine if that runs,
// otherwise what it was when it last ran. It wakes a machine that is paused.
func (c *Client) Contents(ctx context.Context, name string) (Contents, error) {
	return ask[Contents](ctx, c, contentsTimeout, http.MethodGet, path(name, "contents"), nil)
}

// MoveRequest is the body of a Move.
type MoveRequest struct {
	Folder string `json:"folder"`
}

// BackupRequest is the body of a Backup and of a Restore.
type BackupRequest struct {
	File      string `json:"file"`
	Overwrite bool   `json:"overwrite,omitempty"`
}
