//go:build !(linux || freebsd || openbsd || netbsd)

package tray

import "context"

// FollowHost tells whether the desktop shows tray icons. This one always does.
func FollowHost(_ context.Context, tell func(Hosted)) { tell(Present) }

// HasBus tells whether the toolkit can be asked for a tray. Here it always can.
func HasBus() bool { return true }
