package hub

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"escale/engine"
)

// ErrTooFar means that a page lies beyond what the Hub shows to those who have
// not signed in (the first thousand results).
var ErrTooFar = errors.New("page is too far for anonymous users")

// RateLimitError says when to ask again; it Is engine.ErrRateLimited.
type RateLimitError struct {
	RetryAfter time.Duration // 0 when the Hub did not say
}

// Error implements error.
func (e *RateLimitError) Error() string {
	if e.RetryAfter <= 0 {
		return engine.ErrRateLimited.Error()
	}
	return fmt.Sprintf("%v: ask again in %v", engine.ErrRateLimited, e.RetryAfter)
}

// Unwrap makes it engine.ErrRateLimited.
func (e *RateLimitError) Unwrap() error { return engine.ErrRateLimited }

// statusError turns a reply that is no success into an error.
func statusError(reply *http.Response, now time.Time) error {
	switch code := reply.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusTooManyRequests:
		return &RateLimitError{RetryAfter: retryAfter(reply.Header, now)}
	case code == http.StatusNotFound || code == http.StatusGone:
		return engine.ErrNotFound
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return engine.ErrDenied
	case code >= http.StatusInternalServerError:
		return fmt.Errorf("%w: status %d", engine.ErrServer, code)
	default:
		return fmt.Errorf("%w: status %d", engine.ErrInvalid, code)
	}
}

// retryAfter reads X-Retry-After, a Unix time, or else Retry-After, seconds or
// a date. It is between 0 and a day.
func retryAfter(header http.Header, now time.Time) time.Duration {
	bound := func(d time.Duration) time.Duration { return min(max(d, 0), 24*time.Hour) }
	const anUnixTime = 1_000_000_000 // a smaller number counts seconds
	for _, name := range []string{"X-Retry-After", "Retry-After"} {
		text := header.Get(name)
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
			if n >= anUnixTime {
				return bound(time.Unix(n, 0).Sub(now))
			}
			return bound(time.Duration(min(n, 86_400)) * time.Second)
		}
		if at, err := http.ParseTime(text); err == nil {
			return bound(at.Sub(now))
		}
	}
	return 0
}

// transportError names why no reply came, or not the whole of it.
func transportError(ctx context.Context, err error) error {
	var netErr net.Error
	if errors.Is(context.Cause(ctx), engine.ErrTimeout) || errors.As(err, &netErr) && netErr.Timeout() ||
		errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", engine.ErrTimeout, err)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return engine.Unreachable(transportCause(err), err)
}

func transportCause(err error) error {
	var (
		dns         *net.DNSError
		unknown     x509.UnknownAuthorityError
		hostname    x509.HostnameError
		certificate *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &dns):
		return engine.ErrHostUnknown
	case errors.Is(err, syscall.ECONNREFUSED):
		return engine.ErrRefused
	case errors.As(err, &unknown), errors.As(err, &hostname), errors.As(err, &certificate):
		return engine.ErrTLS
	}
	return nil
}
