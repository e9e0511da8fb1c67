// Package release finds out whether there is a newer Escale. It is told by a
// signed manifest, at an address that this build or the user names; it fetches
// nothing else, and replaces nothing.
package release

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"runtime"
	"time"

	"golang.org/x/mod/semver"
)

// Longest bounds a manifest with its signature, in bytes.
const Longest = 64 << 10

// mark begins a manifest. It is signed, too: the key's signature under anything
// else is none of ours.
const mark = "escale-release-1"

// Bounds of what a manifest says.
const (
	mostDownloads  = 64
	longestVersion = 64
	longestAddress = 1024
)

// Errors of Open and of Source.Fetch.
var (
	ErrForged  = errors.New("not signed by those who make Escale")
	ErrDamaged = errors.New("not a manifest of a release")
)

// Manifest tells of one release.
type Manifest struct {
	Version   string              `json:"version"` // "1.2.3", by the rules of semver.org
	Date      time.Time           `json:"date"`
	Notes     string              `json:"notes"`     // https address of what is new
	Downloads map[string]Download `json:"downloads"` // by system and processor, "linux/amd64"
}

// Download is what there is for one system and processor.
type Download struct {
	Page   string `json:"page"`   // https address to open in a browser
	SHA256 string `json:"sha256"` // of the file that the page offers, in 64 hexadecimal digits
}

// Sign writes a manifest as Open reads it: a line with the mark and the
// signature, then the JSON that is signed together with the mark.
func Sign(m Manifest, key ed25519.PrivateKey) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	return sign(append(body, '\n'), key), nil
}

func sign(body []byte, key ed25519.PrivateKey) []byte {
	signature := ed25519.Sign(key, signed(body))
	return append([]byte(mark+" "+base64.StdEncoding.EncodeToString(signature)+"\n"), body...)
}

func signed(body []byte) []byte { return append([]byte(mark+"\n"), body...) }

// Open reads a manifest that the owner of key has signed. Everything else is
// ErrForged, and what was signed and makes no sense ErrDamaged.
func Open(data []byte, key ed25519.PublicKey) (Manifest, error) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	text, marked := bytes.CutPrefix(head, []byte(mark+" "))
	if len(data) > Longest || !ok || !marked || len(key) != ed25519.PublicKeySize {
		return Manifest{}, ErrForged
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(string(text))
	if err != nil || !ed25519.Verify(key, signed(body), signature) {
		return Manifest{}, ErrForged
	}
	var m Manifest
	if err := json.Unmarshal(body, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return m, m.check()
}

// ParseKey reads a public key, 32 bytes as base64; nil when text is empty.
func ParseKey(text string) (ed25519.PublicKey, error) {
	if text == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("read the key of releases: %d bytes, want %d as base64", len(key), ed25519.PublicKeySize)
	}
	return key, nil
}

var target = regexp.MustCompile(`^[a-z0-9]{1,20}/[a-z0-9]{1,20}$`)

// check says what is wrong with a manifest.
func (m Manifest) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
	}
	if len(m.Version) > longestVersion || semver.Canonical("v"+m.Version) != "v"+m.Version {
		return bad("version %.80q", m.Version)
	}
	if m.Date.IsZero() || m.Date.Year() < 2020 || m.Date.Year() > 9999 {
		return bad("date %v", m.Date)
	}
	if !secure(m.Notes) {
		return bad("address %.80q", m.Notes)
	}
	if len(m.Downloads) > mostDownloads {
		return bad("%d downloads", len(m.Downloads))
	}
	for name, d := range m.Downloads {
		sum, err := hex.DecodeString(d.SHA256)
		if !target.MatchString(name) || !secure(d.Page) || err != nil || len(sum) != 32 {
			return bad("download %.80q: %.80q, %.80q", name, d.Page, d.SHA256)
		}
	}
	return nil
}

// secure tells whether an address may be opened in a browser.
func secure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && len(address) <= longestAddress && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}

// NewerThan compares versions by the rules of semver.org; anything is newer than
// what is no version.
func (m Manifest) NewerThan(version string) bool {
	return m.Version != "" && semver.Compare("v"+m.Version, "v"+version) > 0
}

// Page is where this computer's download is; where it has none of its own, what
// is new is told there.
func (m Manifest) Page() string {
	if d, ok := m.Downloads[runtime.GOOS+"/"+runtime.GOARCH]; ok {
		return d.Page
	}
	return m.Notes
}
