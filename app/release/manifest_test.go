package release

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testKey is for tests alone.
func testKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte("0123456789abcdef0123456789abcdef"))
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

func sample() Manifest {
	return Manifest{
		Version: "1.3.0", Date: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC), Notes: "https://escale.example/notes/1.3.0",
		Downloads: map[string]Download{
			runtime.GOOS + "/" + runtime.GOARCH: {Page: "https://escale.example/here", SHA256: strings.Repeat("a1", 32)},
			"plan9/arm":                         {Page: "https://escale.example/there", SHA256: strings.Repeat("b2", 32)},
		},
	}
}

func signedSample(tb testing.TB) []byte {
	tb.Helper()
	data, err := Sign(sample(), testKey())
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestOpen(t *testing.T) {
	data := signedSample(t)
	got, err := Open(data, public(testKey()))
	if err != nil || got.Version != "1.3.0" || !got.Date.Equal(sample().Date) || got.Page() != "https://escale.example/here" {
		t.Fatalf("%+v, %v", got, err)
	}
	delete(got.Downloads, runtime.GOOS+"/"+runtime.GOARCH)
	if got.Page() != got.Notes {
		t.Errorf("without a download of its own it opens %q", got.Page())
	}
	head, body, _ := bytes.Cut(data, []byte("\n"))
	other := ed25519.NewKeyFromSeed([]byte("another key another key another!"))
	for name, forged := range map[string][]byte{
		"nothing": nil, "no signature": body, "another version": bytes.Replace(data, []byte("1.3.0"), []byte("1.4.0"), 1),
		"a longer body": append(bytes.Clone(data), ' '), "another mark": bytes.Replace(data, []byte(mark), []byte("escale-release-2"), 1),
		"another's signature": sign(body, other), "a signature of the body alone": append([]byte(mark+" "+base64.StdEncoding.EncodeToString(ed25519.Sign(testKey(), body))+"\n"), body...),
		"a head alone": head, "too much": sign(bytes.Repeat([]byte(" "), Longest), testKey()),
	} {
		if _, err := Open(forged, public(testKey())); !errors.Is(err, ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, key := range []ed25519.PublicKey{nil, make([]byte, 5)} {
		if _, err := Open(data, key); !errors.Is(err, ErrForged) {
			t.Errorf("without a key: %v", err)
		}
	}
}

// TestSignedNonsense: a signature alone makes no address good.
func TestSignedNonsense(t *testing.T) {
	for name, edit := range map[string]func(*Manifest){
		"a file":     func(m *Manifest) { m.Notes = "file:///etc/passwd" },
		"plain http": func(m *Manifest) { m.Notes = "http://escale.example/" },
		"a script": func(m *Manifest) {
			m.Downloads["linux/amd64"] = Download{"javascript:alert(1)", strings.Repeat("0", 64)}
		},
		"a password": func(m *Manifest) { m.Notes = "https://a:b@escale.example/" },
		"no sum":     func(m *Manifest) { m.Downloads["linux/amd64"] = Download{"https://escale.example/", "abc"} },
		"no system": func(m *Manifest) {
			m.Downloads["../../x"] = Download{"https://escale.example/", strings.Repeat("0", 64)}
		},
		"no version":   func(m *Manifest) { m.Version = "new" },
		"half of one":  func(m *Manifest) { m.Version = "1.2" },
		"a build":      func(m *Manifest) { m.Version = "1.2.3+linux" },
		"a long one":   func(m *Manifest) { m.Version = "1.2." + strings.Repeat("9", 100) },
		"no date":      func(m *Manifest) { m.Date = time.Time{} },
		"a long place": func(m *Manifest) { m.Notes = "https://escale.example/" + strings.Repeat("a", 2000) },
	} {
		m := sample()
		edit(&m)
		if _, err := Sign(m, testKey()); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s is signed: %v", name, err)
		}
	}
	for _, body := range []string{"", "[]", "null", `{"version":5}`, `{"version":"1.2.3"}`} {
		if _, err := Open(sign([]byte(body), testKey()), public(testKey())); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestNewerThan(t *testing.T) {
	for _, tc := range []struct {
		there, here string
		newer       bool
	}{
		{"1.3.0", "1.2.9", true},
		{"1.10.0", "1.9.0", true},
		{"1.2.0", "1.2.0", false},
		{"1.1.9", "1.2.0", false},
		{"1.2.0", "1.2.0-rc.1", true},
		{"1.2.0-rc.1", "1.2.0", false},
		{"", "1.0.0", false},
		{"1.0.0", "", true},
	} {
		if got := (Manifest{Version: tc.there}).NewerThan(tc.here); got != tc.newer {
			t.Errorf("%s after %s: %v", tc.there, tc.here, got)
		}
	}
}

func TestParseKey(t *testing.T) {
	text := base64.StdEncoding.EncodeToString(public(testKey()))
	if key, err := ParseKey(text); err != nil || !key.Equal(public(testKey())) {
		t.Errorf("%v, %v", key, err)
	}
	if key, err := ParseKey(""); key != nil || err != nil {
		t.Errorf("none: %v, %v", key, err)
	}
	for _, bad := range []string{"x", text + text} {
		if _, err := ParseKey(bad); err == nil {
			t.Errorf("%q is a key", bad)
		}
	}
}

// FuzzOpen reads anything that a server may answer.
func FuzzOpen(f *testing.F) {
	f.Add(signedSample(f))
	f.Add([]byte(mark + " \n{}"))
	key := public(testKey())
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := Open(data, key); err == nil && m.Version != sample().Version {
			t.Errorf("somebody without the key has written %+v", m)
		}
	})
}

// FuzzManifest reads anything that the key may have signed: what passes can be
// shown, opened in a browser and written again.
func FuzzManifest(f *testing.F) {
	_, body, _ := bytes.Cut(signedSample(f), []byte("\n"))
	f.Add(body)
	f.Add([]byte(`{"version":"1.2.3-rc.1","date":"2026-01-01T00:00:00Z","notes":"https://x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := Open(sign(body, testKey()), public(testKey()))
		if err != nil {
			return
		}
		if !secure(m.Page()) || len(m.Version) > longestVersion || len(m.Downloads) > mostDownloads {
			t.Errorf("passed: %+v", m)
		}
		again, err := Sign(m, testKey())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Open(again, public(testKey())); len(again) <= Longest && (err != nil || got.Version != m.Version || !got.Date.Equal(m.Date)) {
			t.Errorf("%+v is read again as %+v, %v", m, got, err)
		}
	})
}
