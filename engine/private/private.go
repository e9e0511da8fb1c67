// Package private makes places that only their owner can enter: folders, and
// sockets or named pipes to listen on.
package private

import "errors"

// ErrStranger is what Folder says of one that is there and is somebody else's.
var ErrStranger = errors.New("what is in the way is not this user's")
