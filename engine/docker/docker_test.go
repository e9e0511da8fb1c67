package docker

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine"
)

func TestConnectSaysWhyNot(t *testing.T) {
	html := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>welcome</html>")) }
	for name, tc := range map[string]struct {
		endpoint engine.Endpoint
		kind     error
	}{
		"no socket": {engine.Endpoint{Host: "unix://" + filepath.Join(t.TempDir(), "none.sock")}, engine.ErrSocketMissing},
		"too old": {onSocket(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Api-Version", "1.40")
		})), engine.ErrTooOld},
		"a web site":        {onSocket(t, http.HandlerFunc(html)), engine.ErrNotEngine},
		"a web site's 404":  {onSocket(t, http.NotFoundHandler()), engine.ErrNotEngine},
		"not HTTP":          {greeting(t, "220 mail.example ESMTP\r\n"), engine.ErrNotEngine},
		"internal error":    {onSocket(t, status(http.StatusInternalServerError, `{"message":"sick"}`)), engine.ErrServer},
		"cut off":           {onSocket(t, routes{"GET /_ping": cut("O")}), engine.ErrRefused},
		"hangs":             {onSocket(t, routes{"GET /_ping": hang}), engine.ErrTimeout},
		"address not known": {engine.Endpoint{Host: "gopher://x"}, engine.ErrHostUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Connect(t.Context(), tc.endpoint)
			if e != nil || !errors.Is(err, engine.ErrUnreachable) || !errors.Is(err, tc.kind) {
				t.Errorf("%v; want %v", err, tc.kind)
			}
		})
	}
}

func TestConnectIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Connect(ctx, onSocket(t, routes{}))
	if !errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrUnreachable) {
		t.Error(err)
	}
}

func TestHungEngine(t *testing.T) {
	r := routes{
		"GET /containers/json": hang, "GET /containers/a1/json": hang, "POST /containers/a1/stop": hang, "GET /events": hang,
		"POST /containers/a1/start": hang, "GET /system/df": hang, "POST /images/create": hang, "GET /containers/a1/stats": hang,
		"GET /volumes": text(`{"Volumes":[]}`), "GET /images/json": hang,
	}
	for name, tc := range map[string]struct {
		call func(context.Context, engine.Engine) error
		took time.Duration
		kind error
	}{
		"list": {func(ctx context.Context, e engine.Engine) error { _, err := e.ListContainers(ctx); return err }, 5 * time.Second, engine.ErrTimeout},
		"inspect": {
			func(ctx context.Context, e engine.Engine) error { _, err := e.InspectContainer(ctx, "a1"); return err },
			5 * time.Second, engine.ErrTimeout,
		},
		"images":  {func(ctx context.Context, e engine.Engine) error { _, err := e.ListImages(ctx); return err }, 5 * time.Second, engine.ErrTimeout},
		"volumes": {func(ctx context.Context, e engine.Engine) error { _, err := e.ListVolumes(ctx); return err }, 5 * time.Second, engine.ErrTimeout},
		"stop": {
			func(ctx context.Context, e engine.Engine) error { return e.StopContainer(ctx, "a1", 10*time.Second) },
			15 * time.Second, engine.ErrTimeout,
		},
		"start":    {func(ctx context.Context, e engine.Engine) error { return e.StartContainer(ctx, "a1") }, 30 * time.Second, engine.ErrTimeout},
		"disk use": {func(ctx context.Context, e engine.Engine) error { _, err := e.DiskUsage(ctx); return err }, 30 * time.Second, engine.ErrTimeout},
		"watch":    {func(ctx context.Context, e engine.Engine) error { _, err := e.Watch(ctx); return err }, 5 * time.Second, engine.ErrTimeout},
		"stats":    {func(ctx context.Context, e engine.Engine) error { _, err := e.Stats(ctx, "a1"); return err }, 5 * time.Second, engine.ErrTimeout},
		"logs": {
			func(ctx context.Context, e engine.Engine) error {
				_, err := e.Logs(ctx, "a1", engine.LogOptions{Tail: -1})
				return err
			}, 5 * time.Second, engine.ErrTimeout,
		},
		"pull": {func(ctx context.Context, e engine.Engine) error { return e.PullImage(ctx, "nginx", nil) }, time.Minute, engine.ErrStalled},
		"caller's deadline": {
			func(ctx context.Context, e engine.Engine) error {
				ctx, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				_, err := e.ListContainers(ctx)
				return err
			}, time.Second, context.DeadlineExceeded,
		},
		"cancel": {
			func(ctx context.Context, e engine.Engine) error {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(2*time.Second, cancel)
				return e.StopContainer(ctx, "a1", 10*time.Second)
			}, 2 * time.Second, context.Canceled,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e, done := piped(t, r)
				defer done()
				began := time.Now()
				if err := tc.call(t.Context(), e); !errors.Is(err, tc.kind) {
					t.Errorf("%v; want %v", err, tc.kind)
				}
				if took := time.Since(began); took != tc.took {
					t.Errorf("took %v, want %v", took, tc.took)
				}
			})
		})
	}
}

func TestBadAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		kind   error
	}{
		"internal error": {status(500, `{"message":"boom"}`), engine.ErrServer},
		"500 of a proxy": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }, engine.ErrServer},
		"garbage":        {text(`[{"Id":`), nil},
		"wrong type":     {text(`{"Id":1}`), engine.ErrNotEngine},
		"cut off":        {cut(`[{"Id":"a1"},`), engine.ErrUnreachable},
		"empty":          {text(``), nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := connected(t, routes{"GET /containers/json": tc.answer})
			_, err := e.ListContainers(t.Context())
			if err == nil || tc.kind != nil && !errors.Is(err, tc.kind) {
				t.Errorf("%v; want %v", err, tc.kind)
			}
		})
	}
}

func TestAnswersAreSorted(t *testing.T) {
	for words, tc := range map[string]struct {
		code int
		kind error
	}{
		"No such container: x": {404, engine.ErrNotFound},
		"Bind for 127.0.0.1:80 failed: port is already allocated":                     {500, engine.ErrPortTaken},
		"listen tcp4 0.0.0.0:80: bind: address already in use":                        {500, engine.ErrPortTaken},
		"Ports are not available: listen tcp 0.0.0.0:80":                              {500, engine.ErrPortTaken},
		"error while calling PortManager.AddPort(): cannot expose privileged port 80": {500, engine.ErrPortReserved},
		"rootlessport cannot expose privileged port 80, you can add 'net.ipv4'":       {500, engine.ErrPortReserved},
		"Ports are not available: listen tcp 0.0.0.0:80: bind: permission denied":     {500, engine.ErrPortReserved},
		"pasta failed: Failed to bind port 80 (Permission denied) for option '-t'":    {500, engine.ErrPortReserved},
		"Mounts denied: The path /x is not shared from the host":                      {500, engine.ErrNoFolder},
		"client version 1.51 is too old. Minimum supported API version is 1.55":       {400, engine.ErrUnsupported},
		`OCI runtime create failed: exec: "nope": executable file not found in $PATH`: {400, engine.ErrCommand},
		"crun: executable file `nope` not found in $PATH: No such file or directory":  {500, engine.ErrCommand},
		`runc create failed: exec: "/tmp": permission denied: unknown`:                {500, engine.ErrCommand},
		"exec /bin/sh: exec format error":                                             {500, engine.ErrCommand},
		"write /var/lib/docker/x: no space left on device":                            {500, engine.ErrNoSpace},
		"container state improper":                                                    {500, engine.ErrConflict},
		"something about a parameter":                                                 {400, engine.ErrInvalid},
		"not here":                                                                    {501, engine.ErrUnsupported},
		"who knows":                                                                   {500, engine.ErrServer},
	} {
		t.Run(words, func(t *testing.T) {
			quoted := strings.ReplaceAll(words, `"`, `\"`)
			e := connected(t, routes{"POST /containers/a1/start": status(tc.code, `{"message":"`+quoted+`"}`)})
			if err := e.StartContainer(t.Context(), "a1"); !errors.Is(err, tc.kind) {
				t.Errorf("%v; want %v", err, tc.kind)
			}
		})
	}
}

func TestMissingFolder(t *testing.T) {
	const docker = `{"message":"invalid mount config for type \"bind\": bind source path does not exist: /srv/data"}`
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		folder []string
		want   string
	}{
		"Docker":          {status(400, docker), []string{"/srv", "/srv/data"}, "/srv/data"},
		"Podman":          {status(500, `{"message":"statfs /srv/data: no such file or directory"}`), []string{"/srv/data"}, "/srv/data"},
		"another name":    {status(400, docker), []string{`C:\data`}, `C:\data`},
		"who knows which": {status(400, docker), []string{`C:\data`, `C:\more`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := connected(t, routes{"POST /containers/create": tc.answer})
			spec := engine.ContainerSpec{Image: "nginx", Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "/srv/data", Target: "/v"}}}
			for _, f := range tc.folder {
				spec.Mounts = append(spec.Mounts, engine.Mount{Kind: engine.MountBind, Source: f, Target: "/data"})
			}
			_, _, err := e.CreateContainer(t.Context(), spec)
			if !errors.Is(err, engine.ErrNoFolder) {
				t.Fatal(err)
			}
			missing, found := errors.AsType[*engine.MissingFolderError](err)
			if found != (tc.want != "") || found && missing.Path != tc.want {
				t.Errorf("%v; want %q", missing, tc.want)
			}
		})
	}
}

func TestClosedEngine(t *testing.T) {
	e := connected(t, routes{"GET /events": func(w http.ResponseWriter, q *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-q.Context().Done()
	}})
	s, err := e.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	all(s)
	if !errors.Is(s.Err(), engine.ErrUnreachable) {
		t.Errorf("stream: %v", s.Err())
	}
	if err := e.Ping(t.Context()); !errors.Is(err, engine.ErrUnreachable) {
		t.Errorf("ping: %v", err)
	}
}
