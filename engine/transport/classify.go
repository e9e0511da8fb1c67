package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"syscall"

	"escale/engine"
)

// Classify wraps an error of a connection, a TLS handshake or an HTTP round
// trip in engine.ErrUnreachable and its cause. It leaves alone nil, what is
// wrapped already, and context.Canceled, for which the caller is the cause.
// Where no cause can be told it wraps engine.ErrUnreachable alone.
func Classify(err error) error {
	if err == nil || errors.Is(err, engine.ErrUnreachable) || errors.Is(err, context.Canceled) {
		return err
	}
	return engine.Unreachable(Cause(err), err)
}

// Cause names the sentinel of package engine that explains err best, or nil
// when err tells nothing about the way to the engine.
func Cause(err error) error {
	for _, known := range []error{
		engine.ErrSSH, engine.ErrTLS, engine.ErrSocketMissing, engine.ErrPermission, engine.ErrRefused, engine.ErrTimeout,
		engine.ErrHostUnknown, engine.ErrTooOld, engine.ErrUnsupported, engine.ErrServer, engine.ErrNotEngine, engine.ErrContextInvalid,
	} {
		if errors.Is(err, known) {
			return known
		}
	}
	switch {
	case isTLS(err):
		return engine.ErrTLS
	case isUnknownHost(err):
		return engine.ErrHostUnknown
	case isTimeout(err):
		return engine.ErrTimeout
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return engine.ErrSocketMissing
	case errors.Is(err, fs.ErrPermission), isAny(err, forbiddenCodes):
		return engine.ErrPermission
	case isAny(err, refusedCodes), isBroken(err):
		return engine.ErrRefused
	case isAny(err, wrongKindCodes):
		return engine.ErrNotEngine
	}
	return nil
}

func isTLS(err error) bool {
	var (
		record    tls.RecordHeaderError
		alert     *net.OpError
		cert      *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	if errors.As(err, &alert) && (alert.Op == "remote error" || alert.Op == "local error") {
		return true // how crypto/tls reports alerts
	}
	return errors.As(err, &record) || errors.As(err, &cert) ||
		errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid)
}

func isUnknownHost(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return !errors.Is(err, context.DeadlineExceeded)
	}
	return isAny(err, unroutableCodes)
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || isAny(err, timeoutCodes) {
		return true
	}
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// isBroken reports whether the other side ended the connection.
func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) || isAny(err, brokenCodes)
}

func isAny(err error, codes []syscall.Errno) bool {
	code, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains(codes, code)
}

// because names the cause of an error where only the place knows it.
type because struct{ cause, err error }

func (b *because) Error() string   { return b.err.Error() }
func (b *because) Unwrap() []error { return []error{b.cause, b.err} }
