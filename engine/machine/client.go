package machine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"escale/engine"
)

// How long each kind of request may take.
const (
	askTimeout   = 10 * time.Second
	startTimeout = 2 * time.Hour   // a start fails by itself well before; the first may fetch the guest
	stopTimeout  = 3 * time.Minute // the ladder of a stop ends well before
	maxAnswer    = 1 << 20
)

// Client asks the helper of one home. It may be used from many goroutines.
//
// Every call fails with ErrNoHelper when no helper answers: Launch starts one.
type Client struct {
	home Home
	http *http.Client
}

// NewClient returns a client for the helper of home. Nothing is connected yet.
func NewClient(home Home) *Client {
	return &Client{home: home, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := dial(ctx, home.control())
			if err != nil {
				return nil, &noHelperError{err}
			}
			return conn, nil
		},
		MaxIdleConns:    2,
		IdleConnTimeout: 30 * time.Second,
	}}}
}

// noHelperError is a connection that was not opened. It hides the system's words,
// which some HTTP clients replace.
type noHelperError struct{ detail error }

func (e *noHelperError) Error() string   { return ErrNoHelper.Error() + ": " + e.detail.Error() }
func (e *noHelperError) Unwrap() []error { return []error{ErrNoHelper, e.detail} }

// Close ends the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Version asks which helper answers; the cheapest question.
func (c *Client) Version(ctx context.Context) (Version, error) {
	v, err := ask[Version](ctx, c, askTimeout, http.MethodGet, "/v1/version", nil)
	if hungUp(err) {
		return v, &noHelperError{err} // one that is just ending took the connection
	}
	return v, err
}

// hungUp is a helper that ended before it answered.
func hungUp(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// List returns all machines of the home.
func (c *Client) List(ctx context.Context) ([]Status, error) {
	return ask[[]Status](ctx, c, askTimeout, http.MethodGet, "/v1/machines", nil)
}

// Status returns one machine; StateAbsent for one that was never made.
func (c *Client) Status(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, askTimeout, http.MethodGet, path(name, ""), nil)
}

// Put makes the machine, or changes what it may take. A machine that runs takes
// a larger disk at once and everything else at its next start. ErrInvalid for
// what cannot be, a *ShareError for a folder, ErrConflict for a smaller disk.
func (c *Client) Put(ctx context.Context, name string, r Resources) (Status, error) {
	return ask[Status](ctx, c, askTimeout, http.MethodPut, path(name, ""), r)
}

// Start starts the machine, makes it where it is absent, and returns when its
// engine answers; at once when it does already. Cancelling ctx does not stop
// the start. A Failure says why it did not.
func (c *Client) Start(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, startTimeout, http.MethodPost, path(name, "start"), nil)
}

// Stop asks the guest to end, and ends it when it does not; see the ladder in
// docs/machine.md.
func (c *Client) Stop(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, stopTimeout, http.MethodPost, path(name, "stop"), nil)
}

// Kill ends the machine at once, as pulling the plug does.
func (c *Client) Kill(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, askTimeout, http.MethodPost, path(name, "kill"), nil)
}

// Restart is Stop and Start.
func (c *Client) Restart(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, stopTimeout+startTimeout, http.MethodPost, path(name, "restart"), nil)
}

// Pause freezes the machine. The next connection to its engine wakes it.
func (c *Client) Pause(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, askTimeout, http.MethodPost, path(name, "pause"), nil)
}

// Resume wakes a paused machine.
func (c *Client) Resume(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, askTimeout, http.MethodPost, path(name, "resume"), nil)
}

// Trim gives the disk space of removed images and containers back to this computer.
func (c *Client) Trim(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, stopTimeout, http.MethodPost, path(name, "trim"), nil)
}

// Reclaim gives memory that the guest only keeps as a cache back to this computer.
func (c *Client) Reclaim(ctx context.Context, name string) (Status, error) {
	return ask[Status](ctx, c, stopTimeout, http.MethodPost, path(name, "reclaim"), nil)
}

// Reset removes the machine with all its images, containers and volumes. There
// is no way back. ErrConflict while it runs.
func (c *Client) Reset(ctx context.Context, name string) error {
	_, err := ask[Status](ctx, c, askTimeout, http.MethodDelete, path(name, ""), nil)
	return err
}

// Ports returns the published ports of the machine's containers.
func (c *Client) Ports(ctx context.Context, name string) ([]Port, error) {
	return ask[[]Port](ctx, c, askTimeout, http.MethodGet, path(name, "ports"), nil)
}

func path(name, verb string) string {
	p := "/v1/machines/" + url.PathEscape(name)
	if verb != "" {
		p += "/" + verb
	}
	return p
}

func ask[T any](ctx context.Context, c *Client, wait time.Duration, method, path string, body any) (T, error) {
	var out T
	ctx, cancel := context.WithTimeoutCause(ctx, wait, engine.ErrTimeout)
	defer cancel()
	answer, err := c.do(ctx, method, path, body)
	if err != nil {
		return out, err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&out); err != nil {
		return out, fmt.Errorf("read answer to %s %s: %w", method, path, because(ctx, err))
	}
	return out, nil
}

// do sends a request; an answer is returned only when it is not a Fault.
func (c *Client) do(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var sent io.Reader = http.NoBody
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write %s %s: %w", method, path, err)
		}
		sent = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://machine"+path, sent)
	if err != nil {
		return nil, fmt.Errorf("make %s %s: %w", method, path, err)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, because(ctx, err))
	}
	if answer.StatusCode < http.StatusBadRequest {
		return answer, nil
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	return nil, fmt.Errorf("%s %s: %w", method, path, fault(answer))
}

// fault turns an answer that reports a failure into an error.
func fault(answer *http.Response) error {
	var f Fault
	err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&f)
	if err != nil {
		return errors.New("helper answered " + strconv.Itoa(answer.StatusCode))
	}
	switch f.Code {
	case FaultNotFound:
		return fmt.Errorf("%w: %s", engine.ErrNotFound, f.Detail)
	case FaultConflict:
		return fmt.Errorf("%w: %s", engine.ErrConflict, f.Detail)
	case FaultInvalid:
		if f.Problem != "" {
			return &ShareError{Path: f.Share, Problem: f.Problem}
		}
		return fmt.Errorf("%w: %s", engine.ErrInvalid, f.Detail)
	case FaultMachine:
		return &Failure{Cause: f.Cause, Detail: f.Detail, Shortage: f.Shortage}
	case FaultRefused:
		return &Refusal{Reason: f.Reason, Detail: f.Detail, Shortage: f.Shortage}
	default:
		return errors.New(f.Detail)
	}
}

// because puts the cause of a context's end in place of its plain error.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
