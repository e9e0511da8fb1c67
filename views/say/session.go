package say

import (
	"errors"

	"escale/app/autostart"
	"escale/app/release"
)

// LoginProblem says why the session does not start Escale as the user asked.
func LoginProblem(err error) string {
	switch {
	case errors.Is(err, autostart.ErrSandboxed):
		return L("login.sandboxed")
	case errors.Is(err, autostart.ErrFleeting):
		return L("login.fleeting")
	case errors.Is(err, autostart.ErrUnfit):
		return L("login.unfit")
	}
	return L("login.failed")
}

// ReleaseProblem says why nothing is known of newer versions.
func ReleaseProblem(err error) string {
	for _, known := range []struct {
		is    error
		words string
	}{
		{release.ErrNoKey, L("release.nokey")},
		{release.ErrNoAddress, L("release.noaddress")},
		{release.ErrAddress, L("release.address")},
		{release.ErrUnreachable, L("release.unreachable")},
		{release.ErrAbsent, L("release.absent")},
		{release.ErrForged, L("release.forged")},
		{release.ErrOlder, L("release.older")},
		{release.ErrFuture, L("release.future")},
	} {
		if errors.Is(err, known.is) {
			return known.words
		}
	}
	return L("release.damaged")
}
