package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/client"

	"escale/engine"
	"escale/engine/transport"
)

// failure is an engine's answer, sorted into one of package engine's errors.
type failure struct{ kind, err error }

func (f *failure) Error() string   { return f.kind.Error() + ": " + f.err.Error() }
func (f *failure) Unwrap() []error { return []error{f.kind, f.err} }

// failed words err as "what: …" and sorts it. ctx is the one that the call ran
// under: its cause wins over what the call made of it.
func failed(ctx context.Context, err error, format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), classify(ctx, err))
}

// classify sorts what a call returned into the errors of package engine.
func classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		if cause := context.Cause(ctx); errors.Is(cause, engine.ErrTimeout) || errors.Is(cause, engine.ErrStalled) {
			return &failure{cause, err}
		}
		return context.Cause(ctx)
	}
	if sorted(err) {
		return err
	}
	if text := strings.ToLower(err.Error()); containsAll(text, []string{"client version", "is too old"}) { // after an update of the engine
		return engine.Unreachable(engine.ErrUnsupported, err)
	}
	if kind := kindOf(err); kind != nil {
		return &failure{kind, err}
	}
	if isGarbage(err) {
		return engine.Unreachable(engine.ErrNotEngine, err)
	}
	if errors.Is(err, net.ErrClosed) {
		return engine.Unreachable(engine.ErrRefused, err)
	}
	if client.IsErrConnectionFailed(err) || transport.Cause(err) != nil {
		return transport.Classify(err)
	}
	return &failure{engine.ErrServer, err}
}

// sorted reports whether err says already what it is.
func sorted(err error) bool {
	var f *failure
	return errors.As(err, &f) || errors.Is(err, engine.ErrUnreachable)
}

// saying maps what engines write to what it means, where the HTTP status does
// not tell: Docker answers 500 to much, and Podman to nearly everything. The
// first match wins. Texts are those of Docker 20.10 to 28, Podman 4 and 5, and
// the runtimes runc and crun.
var saying = []struct {
	kind  error
	words []string // all of them, in lower case
}{
	{engine.ErrPortReserved, []string{"privileged port"}},
	{engine.ErrPortReserved, []string{"bind: permission denied"}},
	{engine.ErrPortReserved, []string{"failed to bind port", "permission denied"}}, // pasta, for Podman 5
	{engine.ErrPortTaken, []string{"port is already allocated"}},
	{engine.ErrPortTaken, []string{"address already in use"}},
	{engine.ErrPortTaken, []string{"ports are not available"}},
	{engine.ErrNoSpace, []string{"no space left on device"}},
	{engine.ErrNoSpace, []string{"disk quota exceeded"}},
	{engine.ErrRateLimited, []string{"toomanyrequests"}},
	{engine.ErrRateLimited, []string{"too many requests"}},
	{engine.ErrRateLimited, []string{"pull rate limit"}},
	{engine.ErrCommand, []string{"executable file", "not found"}},
	{engine.ErrCommand, []string{"exec:", "no such file or directory"}},
	{engine.ErrCommand, []string{"exec:", "permission denied"}},
	{engine.ErrCommand, []string{"exec:", "is a directory"}},
	{engine.ErrCommand, []string{"exec format error"}},
	{engine.ErrCommand, []string{"no command specified"}},
	{engine.ErrCommand, []string{"no command or entrypoint provided"}},
	{engine.ErrNoFolder, []string{"bind source path does not exist"}},
	{engine.ErrNoFolder, []string{"statfs", "no such file or directory"}}, // Podman
	{engine.ErrNoFolder, []string{"mounts denied", "is not shared"}},      // Docker Desktop, whose computer is a virtual one
	{engine.ErrImageMissing, []string{"no such image"}},
	{engine.ErrImageMissing, []string{"image not known"}},
	{engine.ErrInUse, []string{"volume is in use"}},
	{engine.ErrInUse, []string{"volume is being used"}},
	{engine.ErrInUse, []string{"is using its referenced image"}},
	{engine.ErrInUse, []string{"image is being used by"}},
	{engine.ErrInUse, []string{"image is in use by a container"}},
	{engine.ErrInUse, []string{"has active endpoints"}},
	{engine.ErrInUse, []string{"network is being used"}},
	{engine.ErrNotFound, []string{"no such container"}},
	{engine.ErrNotFound, []string{"no such volume"}},
	{engine.ErrNotFound, []string{"network not found"}},
	{engine.ErrNotFound, []string{"unable to find network"}},
	{engine.ErrConflict, []string{"container state improper"}},
	{engine.ErrConflict, []string{"already exists"}},
	{engine.ErrConflict, []string{"name", "already used"}},
	{engine.ErrConflict, []string{"already in use"}},
	{engine.ErrConflict, []string{"is already paused"}},
	{engine.ErrConflict, []string{"is not paused"}},
	{engine.ErrConflict, []string{"is not running"}},
	{engine.ErrConflict, []string{"cannot start a paused container"}},
	{engine.ErrConflict, []string{"is already connected"}},
	{engine.ErrConflict, []string{"is not connected to"}},
	{engine.ErrConflict, []string{"cannot be removed"}},
	{engine.ErrConflict, []string{"more than one tag"}},
	{engine.ErrConflict, []string{"must be forced"}},
	{engine.ErrInvalid, []string{"invalid container name"}},
	{engine.ErrInvalid, []string{"names must match"}},
	{engine.ErrInvalid, []string{"minimum memory limit"}},
	{engine.ErrInvalid, []string{"invalid reference format"}},
	{engine.ErrInvalid, []string{"must be lowercase"}},
	{engine.ErrInvalid, []string{"invalid mount"}},
	{engine.ErrInvalid, []string{"must be an absolute path"}},
}

// kindOf reads what the engine answered. It is nil for errors that are not an
// answer.
func kindOf(err error) error {
	text := strings.ToLower(err.Error())
	for _, s := range saying {
		if containsAll(text, s.words) {
			return s.kind
		}
	}
	switch {
	case client.IsErrConnectionFailed(err):
		return nil
	case errdefs.IsNotFound(err):
		return engine.ErrNotFound
	case errdefs.IsConflict(err), errdefs.IsAlreadyExists(err):
		return engine.ErrConflict
	case errdefs.IsInvalidArgument(err):
		return engine.ErrInvalid
	case errdefs.IsNotImplemented(err):
		return engine.ErrUnsupported
	case errdefs.IsUnauthorized(err):
		return engine.ErrDenied
	case errdefs.IsPermissionDenied(err):
		return engine.ErrConflict
	case isServerError(err):
		return engine.ErrServer
	}
	return nil
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func isServerError(err error) bool { return errdefs.IsInternal(err) || errdefs.IsUnavailable(err) }

// isGarbage reports whether an answer was not the JSON that it should be.
func isGarbage(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind)
}

// pullSaying is saying for what a registry has against a pull, which engines
// pass on in English, and with whatever status.
var pullSaying = []struct {
	kind  error
	words []string // all of them, in lower case
}{
	{engine.ErrRateLimited, []string{"toomanyrequests"}},
	{engine.ErrRateLimited, []string{"too many requests"}},
	{engine.ErrRateLimited, []string{"rate limit"}},
	{engine.ErrNoSpace, []string{"no space left on device"}},
	{engine.ErrNoSpace, []string{"disk quota exceeded"}},
	{errHidden, []string{"repository does not exist or may require"}},
	{errHidden, []string{"requested access to the resource is denied"}},
	{engine.ErrNoSuchTag, []string{"manifest unknown"}},
	{engine.ErrNoSuchTag, []string{"manifest for", "not found"}},
	{engine.ErrNoSuchTag, []string{"failed to resolve reference", ": not found"}},
	{engine.ErrNoSuchImage, []string{"name unknown"}},
	{engine.ErrNoSuchImage, []string{"repository", "not found"}},
	{engine.ErrNoSuchImage, []string{"no such image"}},
	{engine.ErrNoPlatform, []string{"no matching manifest"}},
	{engine.ErrNoPlatform, []string{"no image found", "for architecture"}}, // Podman
	{engine.ErrDenied, []string{"unauthorized"}},
	{engine.ErrDenied, []string{"authentication required"}},
	{engine.ErrDenied, []string{"denied"}},
	{engine.ErrDenied, []string{"no basic auth credentials"}},
	{engine.ErrDenied, []string{"forbidden"}},
	{engine.ErrInvalid, []string{"invalid reference format"}},
	{engine.ErrInvalid, []string{"must be lowercase"}},
}

// errHidden is how Docker Hub speaks of an image that does not exist: just as
// of one that needs a login.
var errHidden error = &failure{engine.ErrNoSuchImage, engine.ErrDenied}

// pullError sorts what a registry had against a pull or a search.
func pullError(ctx context.Context, err error) error {
	if ctx.Err() != nil || sorted(err) {
		return classify(ctx, err)
	}
	text := strings.ToLower(err.Error())
	for _, s := range pullSaying {
		if containsAll(text, s.words) {
			return &failure{s.kind, err}
		}
	}
	switch {
	case client.IsErrConnectionFailed(err):
		return classify(ctx, err)
	case errors.Is(err, io.ErrUnexpectedEOF): // the engine's answer was cut off
		return engine.Unreachable(engine.ErrRefused, err)
	case offline(text):
		return &failure{engine.ErrRegistry, err}
	case errdefs.IsNotFound(err):
		return &failure{engine.ErrNoSuchImage, err}
	}
	return classify(ctx, err)
}

// offline tells whether the engine could not reach a registry. The engine is
// there, so this is no engine.ErrUnreachable.
func offline(text string) bool {
	for _, word := range []string{
		"no such host", "server misbehaving", "network is unreachable", "no route to host", "temporary failure in name resolution",
		"connection refused", "connection reset", "server gave http response to https client", "x509:", "tls:", "tls handshake timeout",
		"i/o timeout", "deadline exceeded", "request canceled while waiting for connection", ": eof", "unexpected eof",
	} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
