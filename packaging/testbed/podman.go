//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// podmanEnvironment points podman at configuration and folders of ours only.
func (l layout) podmanEnvironment() []string {
	return []string{
		"CONTAINERS_CONF=" + l.path("conf", "containers.conf"),
		"CONTAINERS_STORAGE_CONF=" + l.path("conf", "storage.conf"),
		"CONTAINERS_REGISTRIES_CONF=" + l.path("conf", "registries.conf"),
	}
}

// podmanConfig writes podman's configuration. static_dir is where podman looks
// when it is told the root alone, as its own clean-up after a container is:
// anywhere else, nothing would ever be cleaned up.
func (l layout) podmanConfig() error {
	run := filepath.Join(l.run, "podman")
	configs := map[string]string{
		"containers.conf": fmt.Sprintf(`[containers]
default_ulimits = [%s]
log_driver = "k8s-file"

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
static_dir = %q
tmp_dir = %q
volume_path = %q

[network]
network_backend = "cni"
network_config_dir = %q
cni_plugin_dirs = ["/usr/lib/cni"]
`, ulimits(), l.path("podman", "storage", "libpod"), filepath.Join(run, "libpod"), l.path("podman", "volumes"), l.path("podman", "networks")),
		"storage.conf": fmt.Sprintf("[storage]\ndriver = \"overlay\"\ngraphroot = %q\nrunroot = %q\n", l.path("podman", "storage"), filepath.Join(run, "storage")),
		"registries.conf": fmt.Sprintf(`unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"

[[registry]]
prefix = "docker.io"
location = "docker.io"

[[registry.mirror]]
location = %q
insecure = true

[[registry]]
location = %q
insecure = true
`, registryAddr, registryAddr),
	}
	for _, dir := range []string{l.path("podman", "networks"), run} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("configure podman: %w", err)
		}
	}
	for name, content := range configs {
		if err := os.WriteFile(l.path("conf", name), []byte(content), 0o600); err != nil {
			return fmt.Errorf("configure podman: %w", err)
		}
	}
	return nil
}

// ulimits keeps podman from raising limits above ours, which needs a right
// that root does not have inside a container.
func ulimits() string {
	var limits []string
	for name, limit := range map[string]struct {
		number int
		most   uint64
	}{"nofile": {unix.RLIMIT_NOFILE, 20_000}, "nproc": {unix.RLIMIT_NPROC, 20_000}} {
		var ours unix.Rlimit
		if unix.Getrlimit(limit.number, &ours) == nil {
			value := min(ours.Max, limit.most)
			limits = append(limits, fmt.Sprintf(`"%s=%d:%d"`, name, value, value))
		}
	}
	slices.Sort(limits)
	return strings.Join(limits, ", ")
}

func (l layout) podman() service {
	return service{
		name: "podman", env: l.podmanEnvironment(),
		args: []string{"podman", "system", "service", "--time=0", "unix://" + l.socket("podman")},
		ready: func(ctx context.Context) error {
			return answers(ctx, socketClient(l.socket("podman"), 2*time.Second), "http://podman/_ping")
		},
	}
}

func (l layout) startPodman(ctx context.Context) error {
	if err := l.podmanConfig(); err != nil {
		return err
	}
	if l.running("podman") == 0 {
		if err := removeIfThere(l.socket("podman")); err != nil {
			return err
		}
	}
	return l.start(ctx, l.podman())
}

// stopPodman removes podman's containers, which would outlive it, and ends it.
func (l layout) stopPodman(ctx context.Context) error {
	if _, err := os.Stat(l.path("podman", "storage")); err == nil {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, "podman", "rm", "--all", "--force", "--time", "0")
		cmd.Env = append(cleanEnvironment(), l.podmanEnvironment()...)
		if err := inside(l, cmd.Run); err != nil {
			fmt.Fprintln(os.Stderr, "podman containers could not be removed:", err)
		}
	}
	return l.stop(ctx, "podman", 10*time.Second)
}
