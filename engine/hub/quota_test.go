package hub

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escale/engine"
)

func TestPullQuota(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		header map[string]string
		want   Quota
		err    error
	}{
		"announced": {
			200,
			map[string]string{"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600", "docker-ratelimit-source": "192.0.2.1"},
			Quota{Limit: 100, Remaining: 76, Window: 6 * time.Hour, Source: "192.0.2.1"},
			nil,
		},
		"hourly":           {200, map[string]string{"ratelimit-limit": "100;w=3600"}, Quota{Limit: 100, Remaining: -1, Window: time.Hour}, nil},
		"not announced":    {200, nil, Quota{Unlimited: true, Remaining: -1}, nil},
		"garbage":          {200, map[string]string{"ratelimit-limit": "many"}, Quota{Unlimited: true, Remaining: -1}, nil},
		"own registry":     {404, nil, Quota{Unlimited: true, Remaining: -1}, nil},
		"used up":          {429, map[string]string{"ratelimit-limit": "100;w=3600", "ratelimit-remaining": "0;w=3600"}, Quota{Limit: 100, Window: time.Hour}, nil},
		"too often":        {429, nil, Quota{}, engine.ErrRateLimited},
		"server is broken": {503, nil, Quota{}, engine.ErrServer},
		"refused":          {401, nil, Quota{}, engine.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodHead || r.URL.Path != "/v2/ratelimitpreview/test/manifests/latest" {
					t.Errorf("asked %s %s", r.Method, r.URL)
				}
				for name, value := range tc.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(tc.status)
			}), Options{})
			got, err := c.PullQuota(t.Context())
			if !errors.Is(err, tc.err) {
				t.Fatalf("got %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPullQuotaWithToken(t *testing.T) {
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token" && r.URL.Query().Get("scope") == "repository:ratelimitpreview/test:pull":
			_ = json.NewEncoder(w).Encode(map[string]string{"token": "t0k"})
		case r.Header.Get("Authorization") == "Bearer t0k":
			w.Header().Set("ratelimit-limit", "10;w=60")
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}), Options{})
	c.auth = c.base
	if got, err := c.PullQuota(t.Context()); err != nil || got.Limit != 10 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func FuzzParseQuota(f *testing.F) {
	for _, seed := range []string{"100;w=21600", "100", "", ";w=1", "-1;w=5", "1;w=-5", "9;W=60;x", "99999999999999999999;w=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, window, ok := parseQuota(text)
		if n < 0 || window < 0 || window > 32*24*time.Hour || !ok && (n != 0 || window != 0) {
			t.Errorf("parseQuota(%q) = %d, %v, %v", text, n, window, ok)
		}
	})
}

func FuzzSearchReply(f *testing.F) {
	f.Add([]byte(`{"count":52272,"next":"x","previous":"","results":[{"repo_name":"redis","short_description":"d","star_count":13623,"pull_count":11391000431,"is_official":true}]}`))
	f.Add([]byte(`{"results":[{"repo_name":"a/b","pull_count":null}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var reply searchReply
		if decode(body, &reply) != nil {
			return
		}
		page := reply.page(1, 25)
		if len(page.Hits) > 25 || page.Total < 0 {
			t.Errorf("%d hits of %d", len(page.Hits), page.Total)
		}
		for _, hit := range page.Hits {
			if _, err := FullName(hit.Name); err != nil || hit.Pulls < -1 || hit.Stars < 0 {
				t.Errorf("hit %+v: %v", hit, err)
			}
			checkText(t, hit.Description, 300)
		}
	})
}

func FuzzTagsReply(f *testing.F) {
	f.Add([]byte(`{"count":2,"next":null,"results":[{"images":[{"architecture":"amd64","variant":null,"digest":"sha256:x","os":"linux","size":17464159,"last_pushed":"2021-09-01T16:03:27Z"}],"last_updated":"2024-09-30T12:03:00.807746Z","name":"latest","full_size":17464159}]}`))
	f.Add([]byte(`{"results":[{"name":"a","last_updated":5,"images":[{}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var reply tagsReply
		if decode(body, &reply) != nil {
			return
		}
		for _, tag := range reply.page(1, 25).Tags {
			if !tagForm.MatchString(tag.Name) || tag.SizeBytes < 0 {
				t.Errorf("tag %+v", tag)
			}
			for _, p := range tag.Platforms {
				checkText(t, p.OS+p.Architecture+p.Variant, 60)
			}
		}
	})
}

func checkText(t *testing.T, text string, limit int) {
	t.Helper()
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > limit || strings.ContainsFunc(text, disturbs) {
		t.Errorf("text %q", text)
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"a\x1b[31mb": "a[31mb", "x\u202ey": "xy", "\ufeffz": "z", "a\xffb": "ab", "é\u200f": "é", "a\tb\r\nc": "a\tb\nc", "\u0085": "",
	} {
		if got := clean(text, 100, true); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
	if got := clean(strings.Repeat("é", 50), 10, false); got != strings.Repeat("é", 10) {
		t.Errorf("cut to %q", got)
	}
}
