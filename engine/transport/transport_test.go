package transport_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/docker/docker/client"
	"go.uber.org/goleak"

	"escale/engine"
	"escale/engine/transport"
	"escale/engine/transport/sshtest"
)

func TestMain(m *testing.M) {
	sshtest.Main()
	goleak.VerifyTestMain(m)
}

var answer = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("OK")) })

// serve answers on listener until the test ends.
func serve(t *testing.T, listener net.Listener) {
	t.Helper()
	server := httptest.NewUnstartedServer(answer)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
}

func listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// get asks for / over one new connection to ep.
func get(ctx context.Context, ep engine.Endpoint) error {
	dial, err := transport.Dialer(ep)
	if err != nil {
		return err
	}
	tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	defer tr.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine/", http.NoBody)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		return transport.Classify(err)
	}
	return res.Body.Close()
}

func TestConnects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	serve(t, listen(t, "unix", path))
	if err := get(t.Context(), engine.Endpoint{Host: "unix://" + path}); err != nil {
		t.Error("unix:", err)
	}
	tcp := listen(t, "tcp", "127.0.0.1:0")
	serve(t, tcp)
	if err := get(t.Context(), engine.Endpoint{Host: "tcp://" + tcp.Addr().String()}); err != nil {
		t.Error("tcp:", err)
	}
}

func TestCauses(t *testing.T) {
	dir := t.TempDir()
	full := listen(t, "tcp", "127.0.0.1:0") // accepts in the kernel, answers nothing
	dead := listen(t, "tcp", "127.0.0.1:0")
	_ = dead.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		ep   engine.Endpoint
		want error
	}{
		"no socket":              {engine.Endpoint{Host: "unix://" + dir + "/none"}, engine.ErrSocketMissing},
		"path through a file":    {engine.Endpoint{Host: "unix://" + file + "/none"}, engine.ErrSocketMissing},
		"regular file":           {engine.Endpoint{Host: "unix://" + file}, engine.ErrRefused},
		"nobody listens":         {engine.Endpoint{Host: "tcp://" + dead.Addr().String()}, engine.ErrRefused},
		"hangs":                  {engine.Endpoint{Host: "tcp://" + full.Addr().String()}, engine.ErrTimeout},
		"hangs in the handshake": {engine.Endpoint{Host: "tcp://" + full.Addr().String(), TLS: &engine.TLS{}}, engine.ErrTimeout},
		"name that is not":       {engine.Endpoint{Host: "tcp://engine.invalid:2375"}, engine.ErrHostUnknown},
		"no scheme":              {engine.Endpoint{Host: "engine"}, engine.ErrHostUnknown},
		"foreign scheme":         {engine.Endpoint{Host: "gopher://engine"}, engine.ErrHostUnknown},
		"no host":                {engine.Endpoint{Host: "tcp://:2375"}, engine.ErrHostUnknown},
		"pipe elsewhere":         {engine.Endpoint{Host: "npipe:////./pipe/docker_engine"}, engine.ErrSocketMissing},
		"authority is not PEM":   {engine.Endpoint{Host: "tcp://h", TLS: &engine.TLS{CA: []byte("x")}}, engine.ErrTLS},
		"certificate is not PEM": {engine.Endpoint{Host: "tcp://h", TLS: &engine.TLS{Cert: []byte("x")}}, engine.ErrTLS},
		"ssh with a password":    {engine.Endpoint{Host: "ssh://me:secret@h"}, engine.ErrSSH},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			err := get(ctx, tc.ep)
			if !errors.Is(err, engine.ErrUnreachable) || !errors.Is(err, tc.want) || !errors.Is(transport.Cause(err), tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

// What is known already of an engine stays its cause.
func TestCauseIsKept(t *testing.T) {
	for _, cause := range []error{engine.ErrTooOld, engine.ErrUnsupported, engine.ErrServer, engine.ErrContextInvalid} {
		if got := transport.Cause(engine.Unreachable(cause, net.ErrClosed)); !errors.Is(got, cause) {
			t.Errorf("got %v, want %v", got, cause)
		}
	}
}

func TestCancelledIsNoCause(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dial, err := transport.Dialer(engine.Endpoint{Host: "tcp://127.0.0.1:9"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = dial(ctx)
	if !errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
	if transport.Classify(nil) != nil {
		t.Error("nil became an error")
	}
}

// The client library words some errors anew and drops theirs: ours survive.
func TestCauseSurvivesTheClientLibrary(t *testing.T) {
	dir := t.TempDir()
	dead := listen(t, "tcp", "127.0.0.1:0")
	_ = dead.Close()
	for host, want := range map[string]error{
		"unix://" + dir + "/none":           engine.ErrSocketMissing,
		"tcp://" + dead.Addr().String():     engine.ErrRefused,
		"tcp://engine.invalid:2375":         engine.ErrHostUnknown,
		"ssh://me@127.0.0.1:1/never/listen": engine.ErrSSH,
	} {
		t.Run(host, func(t *testing.T) {
			dial, err := transport.Dialer(engine.Endpoint{Host: host})
			if err != nil {
				t.Fatal(err)
			}
			tr := &http.Transport{}
			api, err := client.NewClientWithOpts(client.WithHTTPClient(&http.Client{Transport: tr}), client.WithHost(transport.Host),
				client.WithDialContext(func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }))
			if err != nil {
				t.Fatal(err)
			}
			tr.Proxy = nil
			defer func() { _ = api.Close() }()
			_, err = api.ServerVersion(t.Context())
			if got := transport.Classify(err); !errors.Is(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
