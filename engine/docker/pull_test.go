package docker

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/engine"
)

// script answers a pull with lines, one every d.
func script(d time.Duration, lines ...string) routes {
	return routes{"POST /images/create": func(w http.ResponseWriter, q *http.Request) {
		for _, line := range lines {
			if _, err := io.WriteString(w, line+"\r\n"); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(d):
			case <-q.Context().Done():
				return
			}
		}
	}}
}

func TestPullMergesLayers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, done := piped(t, script(time.Second,
			`{"status":"Pulling from library/nginx","id":"1.29"}`,
			`{"status":"Pulling fs layer","progressDetail":{},"id":"aaa"}`,
			`{"status":"Already exists","progressDetail":{},"id":"bbb"}`,
			`{"status":"Downloading","progressDetail":{"current":50,"total":200},"progress":"[=>  ]","id":"aaa"}`,
			`{"status":"Verifying Checksum","progressDetail":{},"id":"aaa"}`,
			`{"status":"Extracting","progressDetail":{"current":10,"total":200},"id":"aaa"}`,
			`{"status":"Pull complete","progressDetail":{},"id":"aaa"}`,
			`{"status":"Digest: sha256:abc"}`,
			`{"status":"Status: Downloaded newer image for nginx:1.29"}`,
		))
		defer done()
		var got []engine.PullProgress
		if err := e.PullImage(t.Context(), "nginx:1.29", func(p engine.PullProgress) { got = append(got, p) }); err != nil {
			t.Fatal(err)
		}
		a := func(phase engine.LayerPhase, current, total int64) engine.PullProgress {
			return engine.PullProgress{CurrentBytes: current, TotalBytes: total, Layers: []engine.PullLayer{
				{ID: "aaa", Phase: phase, CurrentBytes: current, TotalBytes: total}, {ID: "bbb", Phase: engine.LayerPresent},
			}}
		}
		want := []engine.PullProgress{
			{Layers: []engine.PullLayer{{ID: "aaa", Phase: engine.LayerWaiting}}},
			a(engine.LayerWaiting, 0, 0),
			a(engine.LayerDownloading, 50, 200), a(engine.LayerVerifying, 200, 200), a(engine.LayerExtracting, 200, 200),
			a(engine.LayerDone, 200, 200),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPullReportsTenTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		for i := range 1000 {
			lines = append(lines, `{"status":"Downloading","progressDetail":{"current":`+strings.Repeat("1", 1+i%9)+`,"total":999999999},"id":"aaa"}`)
		}
		e, done := piped(t, script(5*time.Millisecond, lines...))
		defer done()
		reports, last := 0, engine.PullProgress{}
		if err := e.PullImage(t.Context(), "nginx", func(p engine.PullProgress) { reports++; last = p }); err != nil {
			t.Fatal(err)
		}
		if reports < 40 || reports > 52 {
			t.Errorf("%d reports in 5 s", reports)
		}
		if last.Layers[0].Phase != engine.LayerDone {
			t.Errorf("last %+v", last)
		}
	})
}

func TestPullStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, done := piped(t, script(40*time.Second,
			`{"status":"Pulling fs layer","id":"aaa"}`, `{"status":"Downloading","progressDetail":{"current":5,"total":9},"id":"aaa"}`,
			`{"status":"Downloading","progressDetail":{"current":5,"total":9},"id":"aaa"}`,
			`{"status":"Downloading","progressDetail":{"current":5,"total":9},"id":"aaa"}`,
		))
		defer done()
		began := time.Now()
		err := e.PullImage(t.Context(), "nginx", nil)
		if took := time.Since(began); !errors.Is(err, engine.ErrStalled) || took != 100*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// Podman says nothing while it unpacks what it has downloaded, which takes
// minutes on a slow disk.
func TestPullUnpacksInSilence(t *testing.T) {
	const fetching, fetched = `{"status":"Pulling fs layer","id":"aaa"}`, `{"status":"Download complete","id":"aaa"}`
	for name, tc := range map[string]struct {
		podman bool
		lines  []string
		pause  time.Duration // after each line
		want   error
		took   time.Duration
	}{
		"Podman unpacks":         {true, []string{fetching, fetched}, 50 * time.Second, nil, 100 * time.Second},
		"Podman unpacks long":    {true, []string{fetched}, 14 * time.Minute, nil, 14 * time.Minute},
		"Podman hangs":           {true, []string{fetched}, time.Hour, engine.ErrStalled, 15 * time.Minute},
		"Podman downloads":       {true, []string{fetching}, 5 * time.Minute, engine.ErrStalled, time.Minute},
		"Podman begins one more": {true, []string{fetched, `{"status":"Downloading","id":"bbb"}`}, 10 * time.Minute, engine.ErrStalled, 11 * time.Minute},
		"Docker tells":           {false, []string{fetched}, 5 * time.Minute, engine.ErrStalled, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := script(tc.pause, tc.lines...)
				r["GET /_ping"] = func(w http.ResponseWriter, _ *http.Request) {
					if tc.podman {
						w.Header().Set("Libpod-Api-Version", "4.3.1")
					}
				}
				e, done := piped(t, r)
				defer done()
				began := time.Now()
				err := e.PullImage(t.Context(), "nginx", nil)
				if took := time.Since(began); !errors.Is(err, tc.want) || took != tc.took {
					t.Errorf("%v after %v; want %v after %v", err, took, tc.want, tc.took)
				}
			})
		})
	}
}

func TestPullIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, done := piped(t, script(time.Second, `{"status":"Pulling fs layer","id":"aaa"}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`))
		defer done()
		ctx, cancel := context.WithCancel(t.Context())
		err := e.PullImage(ctx, "nginx", func(engine.PullProgress) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestPullFails(t *testing.T) {
	inStream := func(message string) http.HandlerFunc {
		return text(`{"status":"Pulling fs layer","id":"aaa"}` + "\n" + `{"errorDetail":{"message":"` + message + `"},"error":"` + message + `"}`)
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		kinds  []error
	}{
		"no such tag":                {status(404, `{"message":"manifest for nginx:9 not found: manifest unknown: manifest unknown"}`), []error{engine.ErrNoSuchTag}},
		"no such tag, containerd":    {status(404, `{"message":"failed to resolve reference \"docker.io/library/nginx:9\": docker.io/library/nginx:9: not found"}`), []error{engine.ErrNoSuchTag}},
		"no such tag, Podman":        {inStream("initializing source docker://nginx:9: reading manifest 9 in docker.io/library/nginx: manifest unknown: manifest unknown"), []error{engine.ErrNoSuchTag}},
		"no such repository":         {inStream("name unknown: repository name not known to registry"), []error{engine.ErrNoSuchImage}},
		"no such thing":              {status(404, `{"message":"not here"}`), []error{engine.ErrNoSuchImage}},
		"other processor":            {inStream("no matching manifest for linux/arm64/v8 in the manifest list entries"), []error{engine.ErrNoPlatform}},
		"other processor, Podman":    {inStream(`choosing an image from manifest list docker://x: no image found in image index for architecture arm64, variant \"v8\", OS linux`), []error{engine.ErrNoPlatform}},
		"missing or private":         {status(404, `{"message":"pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"}`), []error{engine.ErrNoSuchImage, engine.ErrDenied}},
		"missing or private, Podman": {inStream("reading manifest latest in docker.io/library/x: requested access to the resource is denied"), []error{engine.ErrNoSuchImage, engine.ErrDenied}},
		"unauthorized":               {status(500, `{"message":"Get https://r/v2/: unauthorized: authentication required"}`), []error{engine.ErrDenied}},
		"too many":                   {status(500, `{"message":"toomanyrequests: You have reached your pull rate limit"}`), []error{engine.ErrRateLimited}},
		"too many, in stream":        {inStream("toomanyrequests: slow down"), []error{engine.ErrRateLimited}},
		"disk full":                  {inStream("failed to register layer: write /usr/lib/x: no space left on device"), []error{engine.ErrNoSpace}},
		"offline":                    {status(500, `{"message":"Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host"}`), []error{engine.ErrRegistry}},
		"registry is down":           {status(500, `{"message":"Get http://127.0.0.1:9/v2/: dial tcp 127.0.0.1:9: connect: connection refused"}`), []error{engine.ErrRegistry}},
		"registry's TLS":             {inStream("x509: certificate signed by unknown authority"), []error{engine.ErrRegistry}},
		"other error":                {inStream("filesystem layer verification failed"), []error{engine.ErrServer}},
		"cut off":                    {cut(`{"status":"Pulling fs layer","id":"aaa"}` + "\n"), []error{engine.ErrUnreachable}},
		"cut in an object":           {text(`{"status":"Pulling fs`), []error{engine.ErrUnreachable}},
		"garbage":                    {text("<html>\n"), []error{engine.ErrUnreachable, engine.ErrNotEngine}},
		"endless line":               {text(strings.Repeat("x", maxLine+1)), []error{errLineTooLong}},
	} {
		t.Run(name, func(t *testing.T) {
			e := connected(t, routes{"POST /images/create": tc.answer})
			err := e.PullImage(t.Context(), "nginx", nil)
			for _, kind := range tc.kinds {
				if !errors.Is(err, kind) {
					t.Errorf("%v; want %v", err, kind)
				}
			}
			if errors.Is(err, engine.ErrNotFound) { // which is worded as a thing that is gone
				t.Error(err)
			}
		})
	}
}

func FuzzPull(f *testing.F) {
	f.Add(`{"status":"Downloading","progressDetail":{"current":5,"total":9},"id":"aaa"}`)
	f.Add(`{"status":"Downloading","progressDetail":{"current":-5,"total":-9},"id":"aaa"}{"status":"Pull complete","id":"aaa"}`)
	f.Add(`{"error":"no"}`)
	f.Add("[]\n{\"status\":1}")
	f.Fuzz(func(t *testing.T, body string) {
		var p progress
		_ = objects(strings.NewReader(body), func(m pullMessage) error {
			_, err := p.apply(m)
			return err
		})
		p.finish()
		for _, l := range p.snapshot().Layers {
			if l.CurrentBytes < 0 || l.TotalBytes < 0 || l.CurrentBytes > l.TotalBytes {
				t.Errorf("layer %+v", l)
			}
		}
	})
}
