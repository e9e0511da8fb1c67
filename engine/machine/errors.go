package machine

import (
	"errors"
	"fmt"
)

// Errors that callers test with errors.Is. What they have in common with
// engines is told by the sentinels of package engine: ErrNotFound, ErrConflict,
// ErrInvalid, ErrTimeout.
var (
	ErrNoHelper      = errors.New("machine helper is not running")
	ErrHelperMissing = errors.New("machine helper program not found")
	ErrHelperFailed  = errors.New("machine helper could not start")
)

// Failure is a machine that did not start, or ended by itself.
type Failure struct { //nolint:errname // what a machine came to, which is more than an error of ours
	Cause  Cause
	Detail string // for experts, in English
	// Shortage is what was missing, of memory or disk, where the Cause is that.
	Shortage *Shortage
}

func (f *Failure) Error() string { return fmt.Sprintf("machine failed: %s: %s", f.Cause, f.Detail) }

// Fault is how the control API says that a request failed, as JSON.
type Fault struct {
	Code   FaultCode `json:"code"`
	Detail string    `json:"detail"`
	Cause  Cause     `json:"cause,omitempty"`  // of a machine that failed
	Reason Reason    `json:"reason,omitempty"` // of a Refusal

	Shortage *Shortage `json:"shortage,omitempty"`

	Share   string       `json:"share,omitempty"`   // the folder that cannot be shared …
	Problem ShareProblem `json:"problem,omitempty"` // … and why
}

// FaultCode is the kind of a Fault.
type FaultCode string

// The kinds of a Fault; the sentinel of package engine that each becomes, or a Failure, or a Refusal.
const (
	FaultNotFound FaultCode = "not-found"
	FaultConflict FaultCode = "conflict"
	FaultInvalid  FaultCode = "invalid"
	FaultMachine  FaultCode = "machine-failed"
	FaultRefused  FaultCode = "refused"
	FaultInternal FaultCode = "internal"
)
