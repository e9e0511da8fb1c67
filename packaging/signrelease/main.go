// Command signrelease writes the signed manifest that tells running copies of
// Escale of a release; see package release.
//
//	go run ./packaging/signrelease --new-key
//	RELEASE_SIGNING_KEY=… go run ./packaging/signrelease --notes URL --page URL linux/amd64=dist/escale.deb … >escale-release.txt
//
// The version is FyneApp.toml's. The key is the seed that --new-key prints, as
// base64; its public part is what packages are built with, as RELEASE_KEY.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"escale/app/release"
)

// keyVariable has the secret: a flag would be seen by every other process.
const keyVariable = "RELEASE_SIGNING_KEY"

func main() {
	newKey := flag.Bool("new-key", false, "print a new pair of keys, and nothing else")
	notes := flag.String("notes", "", "https address of what is new")
	page := flag.String("page", "", "https address of the downloads")
	flag.Parse()
	var err error
	if *newKey {
		err = makeKey(os.Stdout)
	} else {
		err = write(os.Stdout, request{
			key: os.Getenv(keyVariable), notes: *notes, page: *page, files: flag.Args(), app: "FyneApp.toml", now: time.Now(),
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "signrelease:", err)
		os.Exit(1)
	}
}

// makeKey prints a pair: the secret seed, and what packages are built with.
func makeKey(out io.Writer) error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s=%s\nRELEASE_KEY=%s\n", keyVariable,
		base64.StdEncoding.EncodeToString(private.Seed()), base64.StdEncoding.EncodeToString(public))
	return err
}

// request is one manifest to write.
type request struct {
	key, notes, page string
	files            []string // "linux/amd64=path"
	app              string   // path of FyneApp.toml
	now              time.Time
}

func write(out io.Writer, r request) error {
	seed, err := base64.StdEncoding.DecodeString(r.key)
	if err != nil || len(seed) != ed25519.SeedSize {
		return fmt.Errorf("%s is not %d bytes as base64", keyVariable, ed25519.SeedSize)
	}
	m := release.Manifest{Date: r.now.UTC().Truncate(time.Second), Notes: r.notes, Downloads: map[string]release.Download{}}
	if m.Version, err = version(r.app); err != nil {
		return err
	}
	for _, argument := range r.files {
		target, path, ok := strings.Cut(argument, "=")
		if !ok {
			return fmt.Errorf("%q: want SYSTEM/PROCESSOR=FILE", argument)
		}
		sum, err := sumOf(path)
		if err != nil {
			return err
		}
		m.Downloads[target] = release.Download{Page: r.page, SHA256: sum}
	}
	data, err := release.Sign(m, ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}

// version reads the one place that states it.
func version(path string) (string, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the tree's own
	if err != nil {
		return "", fmt.Errorf("read version: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == "Version" {
			return strings.Trim(strings.TrimSpace(value), `"`), nil
		}
	}
	return "", errors.New("read version: FyneApp.toml states none")
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // the packager says which
	if err != nil {
		return "", fmt.Errorf("add up %s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("add up %s: %w", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
