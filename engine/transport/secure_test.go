package transport_test

import (
	"crypto/tls"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"escale/engine"
	"escale/engine/transport/sshtest"
	"escale/engine/transport/tlstest"
)

func TestTLS(t *testing.T) {
	authority, other := tlstest.NewAuthority(t), tlstest.NewAuthority(t)
	cert, key := authority.Issue(t)
	strangeCert, strangeKey := other.Issue(t)
	strict, modern, plain := listen(t, "tcp", "127.0.0.1:0"), listen(t, "tcp", "127.0.0.1:0"), listen(t, "tcp", "127.0.0.1:0")
	old := authority.Server(t)
	old.MaxVersion = tls.VersionTLS12
	serve(t, tls.NewListener(strict, old))
	serve(t, tls.NewListener(modern, authority.Server(t)))
	serve(t, plain)
	for name, tc := range map[string]struct {
		addr string
		tls  *engine.TLS
		want error
	}{
		"works":                  {modern.Addr().String(), &engine.TLS{CA: authority.PEM, Cert: cert, Key: key}, nil},
		"works, TLS 1.2":         {strict.Addr().String(), &engine.TLS{CA: authority.PEM, Cert: cert, Key: key}, nil},
		"unverified":             {modern.Addr().String(), &engine.TLS{SkipVerify: true, Cert: cert, Key: key}, nil},
		"wrong authority":        {modern.Addr().String(), &engine.TLS{CA: other.PEM, Cert: cert, Key: key}, engine.ErrTLS},
		"system's authorities":   {modern.Addr().String(), &engine.TLS{Cert: cert, Key: key}, engine.ErrTLS},
		"wrong name":             {modern.Addr().String(), &engine.TLS{CA: authority.PEM, Cert: cert, Key: key, ServerName: "other"}, engine.ErrTLS},
		"no client certificate":  {modern.Addr().String(), &engine.TLS{CA: authority.PEM}, engine.ErrTLS},
		"no certificate, 1.2":    {strict.Addr().String(), &engine.TLS{CA: authority.PEM}, engine.ErrTLS},
		"stranger's certificate": {modern.Addr().String(), &engine.TLS{CA: authority.PEM, Cert: strangeCert, Key: strangeKey}, engine.ErrTLS},
		"server speaks plain":    {plain.Addr().String(), &engine.TLS{CA: authority.PEM, Cert: cert, Key: key}, engine.ErrTLS},
	} {
		t.Run(name, func(t *testing.T) {
			err := get(t.Context(), engine.Endpoint{Host: "tcp://" + tc.addr, TLS: tc.tls})
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

// Servers not written in Go answer plain text with an alert record.
func TestServerWantsTLS(t *testing.T) {
	l := listen(t, "tcp", "127.0.0.1:0")
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = conn.Write([]byte{21, 3, 1, 0, 2, 2, 10})
		_ = conn.Close()
	}()
	if err := get(t.Context(), engine.Endpoint{Host: "tcp://" + l.Addr().String()}); !errors.Is(err, engine.ErrTLS) {
		t.Errorf("got %v, want %v", err, engine.ErrTLS)
	}
}

func TestSSH(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	serve(t, listen(t, "unix", socket))
	server := sshtest.Start(t, socket)
	ep := engine.Endpoint{Host: server.Host}
	if err := get(t.Context(), ep); err != nil {
		t.Fatal("works:", err)
	}
	check := func(name, words string) {
		t.Helper()
		if err := get(t.Context(), ep); !errors.Is(err, engine.ErrSSH) || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: got %v, want %v", name, err, engine.ErrSSH)
		}
	}
	server.LogInAs(t, "stranger")
	check("not let in", "Permission denied")
	server.LogInAs(t, "user")
	server.LoseDocker(t)
	check("no docker there", "docker: not found")
	server.Forget(t)
	check("unknown server", "Host key verification failed")
	t.Setenv("PATH", t.TempDir())
	check("no ssh here", "executable file not found")
}
