package find

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"escale/engine"
	"escale/engine/transport"
)

// How long an engine may take to answer. ssh has to log in first.
const (
	probeWait    = 3 * time.Second
	probeWaitSSH = 10 * time.Second
)

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 1 << 20

// errEmpty is an endpoint without an address.
var errEmpty = errors.New("there is no address")

// Probe asks ep who it is. It takes at most 3 s, 10 s through ssh. Err is nil
// when the engine can be used, and else wraps engine.ErrUnreachable and one
// cause, or context.Canceled when the caller gave up. A Podman that has not told
// its version by then can be used all the same: only its API is known.
func Probe(ctx context.Context, ep engine.Endpoint) engine.Candidate {
	wait := probeWait
	if strings.HasPrefix(ep.Host, "ssh://") {
		wait = probeWaitSSH
	}
	bounded, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	start := time.Now()
	version, err := ask(bounded, ep)
	if errors.Is(ctx.Err(), context.Canceled) {
		err = fmt.Errorf("probe %s: %w", ep.Name, context.Canceled)
	}
	return engine.Candidate{Endpoint: ep, Version: version, Took: time.Since(start), Err: err}
}

func ask(ctx context.Context, ep engine.Endpoint) (engine.Version, error) {
	if ep.Host == "" {
		return engine.Version{}, engine.Unreachable(engine.ErrContextInvalid, errEmpty)
	}
	dial, err := transport.Dialer(ep)
	if err != nil {
		return engine.Version{}, err
	}
	p := &probe{}
	tr := &http.Transport{
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := dial(ctx)
			p.connected.Store(p.connected.Load() || err == nil)
			return conn, err
		},
	}
	defer tr.CloseIdleConnections()
	p.client = &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return p.identify(ctx)
}

// probe is one conversation.
type probe struct {
	client    *http.Client
	connected atomic.Bool
}

// identify asks whether it is an engine, then which. A busy Podman takes long to
// tell its version, as it starts several programs for it; what matters of it is
// in the answer to the ping already.
func (p *probe) identify(ctx context.Context) (engine.Version, error) {
	header, body, err := p.get(ctx, "/_ping")
	if err != nil {
		return engine.Version{}, err
	}
	if header.Get("Api-Version") == "" && strings.TrimSpace(string(body)) != "OK" {
		return engine.Version{}, notEngine(errors.New("it does not answer a ping like an engine"))
	}
	libpod := header.Get("Libpod-Api-Version") != ""
	_, body, err = p.get(ctx, "/version")
	if libpod && errors.Is(err, engine.ErrTimeout) {
		return negotiate(engine.Version{Product: "Podman", API: header.Get("Api-Version")})
	}
	if err != nil {
		return engine.Version{}, err
	}
	return readVersion(body, libpod)
}

// get reads at most maxAnswer of what the engine answers with status 200.
func (p *probe) get(ctx context.Context, path string) (http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine"+path, http.NoBody)
	if err != nil {
		return nil, nil, notEngine(err)
	}
	res, err := p.client.Do(req)
	if err != nil {
		return nil, nil, p.explain(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, nil, p.explain(err)
	}
	return res.Header, body, judge(path, res.StatusCode, string(body))
}

func judge(path string, status int, body string) error {
	detail := fmt.Errorf("GET %s: status %d: %.300s", path, status, strings.TrimSpace(body))
	switch {
	case status == http.StatusOK:
		return nil
	case status >= http.StatusInternalServerError:
		return engine.Unreachable(engine.ErrServer, detail)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return engine.Unreachable(engine.ErrPermission, detail)
	case status == http.StatusBadRequest && strings.Contains(body, "HTTPS server"):
		return engine.Unreachable(engine.ErrTLS, detail) // what Go's server answers to plain text
	}
	return notEngine(detail)
}

// explain names the cause of a failed round trip. Whoever takes the connection
// and does not speak HTTP is no engine.
func (p *probe) explain(err error) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err // without the address that we made up
	}
	cause := transport.Cause(err)
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if cause == nil || cause == engine.ErrRefused && ended && p.connected.Load() { //nolint:errorlint // Cause returns the sentinels themselves
		return notEngine(err)
	}
	if errors.Is(err, engine.ErrUnreachable) {
		return err
	}
	return engine.Unreachable(cause, err)
}

func notEngine(err error) error { return engine.Unreachable(engine.ErrNotEngine, err) }

// answeredVersion is the part of GET /version that we read.
//
// Source: Engine API v1.41, SystemVersion.
type answeredVersion struct {
	Version, APIVersion, MinAPIVersion, Os, Arch, KernelVersion string

	Components []struct{ Name string }
}

func readVersion(body []byte, libpod bool) (engine.Version, error) {
	var v answeredVersion
	if err := json.Unmarshal(body, &v); err != nil {
		return engine.Version{}, notEngine(fmt.Errorf("read version: %w", err))
	}
	for _, c := range v.Components {
		libpod = libpod || strings.Contains(c.Name, "Podman")
	}
	out := engine.Version{
		Product: "Docker", Engine: v.Version, API: v.APIVersion, MinAPI: v.MinAPIVersion, OS: v.Os, Arch: v.Arch, Kernel: v.KernelVersion,
	}
	if libpod {
		out.Product = "Podman"
	}
	return negotiate(out)
}
