package engine

import (
	"errors"
	"fmt"
)

// Errors that callers test with errors.Is. Adapters wrap them; they never
// return a client library's own error type bare.
var (
	ErrNotFound     = errors.New("not found")
	ErrImageMissing = errors.New("image is not on this engine")
	ErrConflict     = errors.New("conflict")         // a name is taken, or the state forbids it
	ErrInUse        = errors.New("in use")           // a container needs it
	ErrInvalid      = errors.New("invalid settings") // the engine refused a parameter
	ErrUnsupported  = errors.New("not supported by this engine")
	ErrPortTaken    = errors.New("host port is in use")
	ErrPortReserved = errors.New("host port is reserved for the system") // below 1024, on an engine without the right to it
	ErrNoFolder     = errors.New("folder to mount does not exist")       // see MissingFolderError
	ErrCommand      = errors.New("command cannot be started")            // no such file, or not executable, in the image
	ErrNoSpace      = errors.New("no space left")
	ErrNoSuchImage  = errors.New("registry has no such image") // or does not show it to strangers
	ErrNoSuchTag    = errors.New("image has no such tag")      // some registries answer so for missing images, too
	ErrNoPlatform   = errors.New("image is not made for this kind of computer")
	ErrDenied       = errors.New("access denied by the registry")
	ErrRegistry     = errors.New("registry cannot be reached")
	ErrRateLimited  = errors.New("too many requests")
	ErrStalled      = errors.New("no progress")
	ErrTimeout      = errors.New("engine did not answer in time")

	// The ways in which an engine cannot be reached; each also Is ErrUnreachable
	// when wrapped by Unreachable.
	ErrUnreachable    = errors.New("engine unreachable")
	ErrNoEngine       = errors.New("no engine found")
	ErrSocketMissing  = errors.New("socket does not exist")
	ErrPermission     = errors.New("permission denied")
	ErrRefused        = errors.New("connection refused")
	ErrHostUnknown    = errors.New("host name not found")
	ErrTLS            = errors.New("TLS handshake failed")
	ErrSSH            = errors.New("ssh connection failed")
	ErrTooOld         = errors.New("engine is too old")
	ErrServer         = errors.New("engine answered with an internal error")
	ErrNotEngine      = errors.New("not a container engine")
	ErrNotStarted     = errors.New("engine is not started") // ours, which can be
	ErrContextInvalid = errors.New("docker context cannot be read")
)

// Unreachable joins ErrUnreachable, one of the causes above and the detail.
func Unreachable(cause, detail error) error { return errors.Join(ErrUnreachable, cause, detail) }

// MissingFolderError is the ErrNoFolder that knows which folder of the engine's
// computer is missing.
type MissingFolderError struct{ Path string }

func (m *MissingFolderError) Error() string { return fmt.Sprintf("%v: %s", ErrNoFolder, m.Path) }

// Is makes it an ErrNoFolder.
func (m *MissingFolderError) Is(target error) bool { return target == ErrNoFolder }
