//go:build linux

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// Addresses inside the testbed's own network namespace.
const (
	hubAddr      = "127.0.0.1:17000"
	registryAddr = "127.0.0.1:17001" // the proxy that engines and tests talk to
	backendAddr  = "127.0.0.1:17002" // docker-registry itself
)

// layout says where a testbed keeps its things.
type layout struct {
	dir       string // state, logs, images of the engines
	run       string // sockets; short, since a socket's path has at most 107 bytes
	images    string // made once, shared by all testbeds
	namespace string
}

func newLayout() (layout, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return layout{}, fmt.Errorf("find cache folder: %w", err)
	}
	l := layout{dir: os.Getenv("ESCALE_TESTBED_DIR"), images: os.Getenv("ESCALE_TESTBED_IMAGES")}
	if l.dir == "" {
		l.dir = filepath.Join(cache, "escale", "testbed")
	}
	if l.images == "" {
		l.images = filepath.Join(cache, "escale", "testbed-images")
	}
	if l.dir, err = filepath.Abs(l.dir); err != nil {
		return layout{}, fmt.Errorf("find testbed folder: %w", err)
	}
	sum := sha256.Sum256([]byte(l.dir))
	short := hex.EncodeToString(sum[:4])
	l.namespace = "escale-" + short
	l.run = filepath.Join("/run/escale-testbed", short)
	return l, nil
}

func (l layout) path(parts ...string) string {
	return filepath.Join(append([]string{l.dir}, parts...)...)
}

func (l layout) socket(name string) string { return filepath.Join(l.run, name+".sock") }

func (l layout) namespaceFile() string { return filepath.Join("/run/netns", l.namespace) }

// make creates the folders.
func (l layout) make() error {
	for _, dir := range []string{l.path("log"), l.path("pid"), l.path("conf"), l.run} {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // engines drop privileges and read here
			return fmt.Errorf("make testbed folder: %w", err)
		}
	}
	return nil
}

// environment is what tests need to know, as NAME=value.
func (l layout) environment() []string {
	return []string{
		"ESCALE_TEST_DOCKER=unix://" + l.socket("docker"),
		"ESCALE_TEST_PODMAN=unix://" + l.socket("podman"),
		"ESCALE_TEST_REGISTRY=" + registryAddr,
		"ESCALE_TEST_HUB=http://" + hubAddr,
		"ESCALE_TEST_DIR=" + l.dir,
		"ESCALE_TEST_NETNS=" + l.namespace,
	}
}
