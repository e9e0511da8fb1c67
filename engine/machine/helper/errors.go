package helper

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/machine/wire"
)

// The ways in which a start fails, besides the driver's.
var (
	errLocked          = errors.New("in use by another process")
	errImageMissing    = errors.New("the guest's image is missing")
	errImageDamaged    = errors.New("the guest's image is damaged")
	errNotFetched      = errors.New("the guest's image cannot be fetched")
	errToolsMissing    = errors.New("the guest's image has no tools")
	errToolsNotFetched = errors.New("the guest's tools cannot be fetched")
	errNoSpace         = errors.New("not enough space left on this computer's disk")
	errDiskDamaged     = errors.New("the machine's disk cannot be used")
	errStuck           = errors.New("the guest does not get on with its boot")
	errAsked           = errors.New("asked to stop")
	errTooOld          = errors.New("the guest's image is older than the data")
	errDiskMissing     = errors.New("the folder of the machine's disk is not there")
	errDiskFailed      = errors.New("this computer cannot read or write the machine's disk")
)

// guestError is a step of the boot that failed in the guest.
type guestError struct{ step, text string }

func (e *guestError) Error() string { return "guest: " + e.step + ": " + e.text }

// causes are the fixed words for what failed, the more precise ones first.
var causes = []struct {
	err   error
	cause machine.Cause
}{
	{errLocked, machine.CauseDiskLocked},
	{errToolsNotFetched, machine.CauseToolsNotFetched},
	{errToolsMissing, machine.CauseToolsMissing},
	{errNotFetched, machine.CauseImageNotFetched},
	{errImageMissing, machine.CauseImageMissing},
	{errImageDamaged, machine.CauseImageDamaged},
	{errTooOld, machine.CauseImageTooOld},
	{errDiskMissing, machine.CauseDiskMissing},
	{errDiskFailed, machine.CauseDiskFailed},
	{errNoSpace, machine.CauseNotEnoughDisk},
	{syscall.ENOSPC, machine.CauseNotEnoughDisk},
	{errDiskDamaged, machine.CauseDiskForeign},
	{driver.ErrFeatureMissing, machine.CauseWSLMissing},
	{driver.ErrTooOld, machine.CauseWSLTooOld},
	{driver.ErrMissing, machine.CauseQEMUMissing},
	{driver.ErrNoVirtualization, machine.CauseNoVirtualization},
	{driver.ErrNoMemory, machine.CauseNotEnoughMemory},
	{errStuck, machine.CauseBootStuck},
	{context.DeadlineExceeded, machine.CauseBootStuck},
}

// causeOf is the fixed word for why a machine failed.
func causeOf(err error) machine.Cause {
	if guest, ok := errors.AsType[*guestError](err); ok {
		word, _, _ := strings.Cut(guest.text, ":")
		switch word {
		case wire.CauseDiskForeign, wire.CauseDiskDamaged:
			return machine.CauseDiskForeign
		case wire.CauseImageDamaged:
			return machine.CauseImageDamaged
		case wire.CauseNetworkFailed:
			return machine.CauseBootStuck
		default:
			return machine.CauseEngineFailed
		}
	}
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.cause
		}
	}
	return machine.CauseQEMUFailed
}

// shortError is too little memory or disk, with the figures.
type shortError struct {
	err      error // errNoSpace or driver.ErrNoMemory
	shortage machine.Shortage
}

func (e *shortError) Error() string {
	return fmt.Sprintf("%v: %d MiB needed, %d MiB left", e.err, e.shortage.NeededBytes>>20, e.shortage.AvailableBytes>>20)
}

func (e *shortError) Unwrap() error { return e.err }

// shortageOf is what was missing, nil where an error is none of that kind.
func shortageOf(err error) *machine.Shortage {
	if short, ok := errors.AsType[*shortError](err); ok {
		return &short.shortage
	}
	return nil
}

// failure is how a machine's end is told.
func failure(err error) *machine.Failure {
	return &machine.Failure{Cause: causeOf(err), Detail: err.Error(), Shortage: shortageOf(err)}
}

// refuse is a request that is not carried out.
func refuse(reason machine.Reason, detail string) error {
	return &machine.Refusal{Reason: reason, Detail: detail}
}

// worthAnother says whether a second boot may go better than the first: rarely,
// a guest under software emulation dies early for no reason of its own.
func worthAnother(err error) bool {
	switch causeOf(err) {
	case machine.CauseQEMUFailed, machine.CauseBootStuck:
		return !errors.Is(err, errAsked)
	default:
		return false
	}
}
