package find_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/find"
	"escale/engine/transport/sshtest"
	"escale/engine/transport/tlstest"
)

var errUnreachable = engine.ErrUnreachable

func TestProbe(t *testing.T) {
	podman := docker
	podman.product = "Podman Engine"
	modern, old, future := docker, docker, docker
	modern.api, old.api, future.api, future.minAPI = "1.52", "1.40", "1.60", "1.55"
	for name, tc := range map[string]struct {
		handler http.Handler
		words   string // instead of a handler
		want    error
		version engine.Version
	}{
		"docker": {handler: docker, version: engine.Version{Product: "Docker", API: "1.41"}},
		"podman": {handler: podman, version: engine.Version{Product: "Podman", API: "1.41"}},
		"newer":  {handler: modern, version: engine.Version{Product: "Docker", API: "1.51"}},

		"too old":               {handler: old, want: engine.ErrTooOld, version: engine.Version{Product: "Docker", API: "1.40"}},
		"too new":               {handler: future, want: engine.ErrUnsupported, version: engine.Version{Product: "Docker", API: "1.60"}},
		"error at ping":         {handler: fake{ping: 500}, want: engine.ErrServer},
		"error at version":      {handler: fake{api: "1.41", version: 503}, want: engine.ErrServer},
		"not let in":            {handler: fake{ping: 403}, want: engine.ErrPermission},
		"a web site":            {handler: http.FileServer(http.Dir(t.TempDir())), want: engine.ErrNotEngine},
		"a site that likes all": {handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }), want: engine.ErrNotEngine},
		"a site elsewhere":      {handler: http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound), want: engine.ErrNotEngine},
		"version is no version": {handler: fake{api: "x"}, want: engine.ErrNotEngine},
		"version is no JSON": {handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("OK"))
		}), want: engine.ErrNotEngine},
		"another protocol": {words: "SSH-2.0-OpenSSH_9.2p1\r\n", want: engine.ErrNotEngine},
		"a cut answer":     {words: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nO", want: engine.ErrNotEngine},
		"endless headers":  {words: "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", 1<<20), want: engine.ErrNotEngine},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(shortDir(t), "s")
			l := listen(t, "unix", path)
			if tc.words != "" {
				say(t, l, tc.words)
			} else {
				serve(t, l, tc.handler)
			}
			c := find.Probe(t.Context(), engine.Endpoint{Host: "unix://" + path})
			expect(t, c.Err, tc.want)
			if c.Version.Product != tc.version.Product || c.Version.API != tc.version.API {
				t.Errorf("got %+v, want %+v", c.Version, tc.version)
			}
			if c.Took <= 0 {
				t.Error("took no time")
			}
		})
	}
}

func TestProbeFindsNobody(t *testing.T) {
	dir := shortDir(t)
	gone := listen(t, "unix", dir+"/gone")
	if l, ok := gone.(*net.UnixListener); ok {
		l.SetUnlinkOnClose(false)
	}
	_ = gone.Close()
	closes := listen(t, "unix", dir+"/closes")
	say(t, closes, "")
	for name, tc := range map[string]struct {
		ep   engine.Endpoint
		want error
	}{
		"socket missing":     {engine.Endpoint{Host: "unix://" + dir + "/none"}, engine.ErrSocketMissing},
		"socket left behind": {engine.Endpoint{Host: "unix://" + dir + "/gone"}, engine.ErrRefused},
		"host unknown":       {engine.Endpoint{Host: "tcp://engine.invalid:2375"}, engine.ErrHostUnknown},
		"no address":         {engine.Endpoint{}, engine.ErrContextInvalid},
	} {
		t.Run(name, func(t *testing.T) { expect(t, find.Probe(t.Context(), tc.ep).Err, tc.want) })
	}
}

func TestProbeHanging(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	listen(t, "unix", path)
	c := find.Probe(t.Context(), engine.Endpoint{Host: "unix://" + path})
	expect(t, c.Err, engine.ErrTimeout)
	if c.Took < 2900*time.Millisecond || c.Took > 4*time.Second {
		t.Errorf("took %v, want 3 s", c.Took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	expect(t, find.Probe(ctx, engine.Endpoint{Host: "unix://" + path}).Err, context.Canceled)
}

// A busy Podman answers the ping, and takes longer than a probe may to tell its
// version.
func TestProbeOfABusyPodman(t *testing.T) {
	for api, tc := range map[string]struct {
		podman bool
		want   error
	}{
		"1.41": {podman: true},
		"1.40": {podman: true, want: engine.ErrTooOld},
		"1.43": {podman: false, want: engine.ErrTimeout},
	} {
		t.Run(api, func(t *testing.T) {
			t.Parallel() // each waits 3 s
			path := filepath.Join(shortDir(t), "s")
			serve(t, listen(t, "unix", path), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Api-Version", api)
				if tc.podman {
					w.Header().Set("Libpod-Api-Version", "4.3.1")
				}
				if r.URL.Path != "/_ping" {
					<-r.Context().Done()
				}
			}))
			c := find.Probe(t.Context(), engine.Endpoint{Host: "unix://" + path})
			expect(t, c.Err, tc.want)
			if want := (engine.Version{Product: "Podman", API: api}); tc.podman && c.Version != want {
				t.Errorf("got %+v, want %+v", c.Version, want)
			}
		})
	}
}

func TestProbeTLS(t *testing.T) {
	authority, other := tlstest.NewAuthority(t), tlstest.NewAuthority(t)
	cert, key := authority.Issue(t)
	secure, plain := listen(t, "tcp", "127.0.0.1:0"), listen(t, "tcp", "127.0.0.1:0")
	serve(t, tls.NewListener(secure, authority.Server(t)), docker)
	serve(t, plain, docker)
	good := engine.TLS{CA: authority.PEM, Cert: cert, Key: key}
	for name, tc := range map[string]struct {
		to   net.Listener
		tls  *engine.TLS
		want error
	}{
		"works":                 {secure, &good, nil},
		"wrong authority":       {secure, &engine.TLS{CA: other.PEM, Cert: cert, Key: key}, engine.ErrTLS},
		"no client certificate": {secure, &engine.TLS{CA: authority.PEM}, engine.ErrTLS},
		"no TLS at all":         {secure, nil, engine.ErrTLS},
		"TLS to a plain engine": {plain, &good, engine.ErrTLS},
		"plain to plain":        {plain, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, find.Probe(t.Context(), engine.Endpoint{Host: "tcp://" + tc.to.Addr().String(), TLS: tc.tls}).Err, tc.want)
		})
	}
}

func TestProbeSSH(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	serve(t, listen(t, "unix", path), docker)
	server := sshtest.Start(t, path)
	c := find.Probe(t.Context(), engine.Endpoint{Host: server.Host})
	expect(t, c.Err, nil)
	if c.Version.API != "1.41" {
		t.Errorf("got %+v", c.Version)
	}
	server.LogInAs(t, "stranger")
	expect(t, find.Probe(t.Context(), engine.Endpoint{Host: server.Host}).Err, engine.ErrSSH)
	expect(t, find.Probe(t.Context(), engine.Endpoint{Host: "ssh://me@127.0.0.1:1"}).Err, engine.ErrSSH)
}
