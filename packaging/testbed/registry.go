//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"escale/packaging/testbed/images"
)

// startRegistry starts docker-registry on a copy of the made images.
func (l layout) startRegistry(ctx context.Context, log *slog.Logger) error {
	made, err := images.Ensure(ctx, l.images, log)
	if err != nil {
		return err
	}
	if err := l.copyImages(ctx, made); err != nil {
		return fmt.Errorf("copy images: %w", err)
	}
	config := fmt.Sprintf("version: 0.1\nlog:\n  level: warn\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: %s\n"+
		"  delete:\n    enabled: true\nhttp:\n  addr: %s\n", l.path("registry"), backendAddr)
	if err := os.WriteFile(l.path("conf", "registry.yml"), []byte(config), 0o600); err != nil {
		return fmt.Errorf("configure registry: %w", err)
	}
	client := l.client()
	return l.start(ctx, service{
		name: "registry", args: []string{"docker-registry", "serve", l.path("conf", "registry.yml")},
		env:   []string{"OTEL_TRACES_EXPORTER=none"},
		ready: func(ctx context.Context) error { return answers(ctx, client, "http://"+backendAddr+"/v2/") },
	})
}

// copyImages gives this testbed a registry of its own: tests may push into it.
func (l layout) copyImages(ctx context.Context, made string) error {
	mark := l.path("registry", "made-from")
	if content, err := os.ReadFile(mark); err == nil && strings.TrimSpace(string(content)) == made { //nolint:gosec // our own folder
		return nil
	}
	if err := os.RemoveAll(l.path("registry")); err != nil {
		return err
	}
	if err := command(ctx, "cp", "-a", "--reflink=auto", made, l.path("registry")); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte(made+"\n"), 0o600)
}

// startServer starts this program again as the Hub stand-in and the registry's
// proxy. It runs from a copy, since "go run" removes its binary. One that runs
// from an older program is replaced.
func (l layout) startServer(ctx context.Context) error {
	binary := l.path("testbed")
	content, err := ownProgram()
	if err != nil {
		return err
	}
	if copied, err := os.ReadFile(binary); err != nil || !bytes.Equal(copied, content) { //nolint:gosec // our own folder
		if err := l.stop(ctx, "server", 5*time.Second); err != nil {
			return err
		}
		if err := os.WriteFile(binary+".new", content, 0o700); err != nil { //nolint:gosec // it gets run
			return fmt.Errorf("copy own program: %w", err)
		}
		if err := os.Rename(binary+".new", filepath.Clean(binary)); err != nil {
			return fmt.Errorf("copy own program: %w", err)
		}
	}
	client := l.client()
	return l.start(ctx, service{
		name: "server", args: []string{binary, "serve"},
		ready: func(ctx context.Context) error { return answers(ctx, client, "http://"+hubAddr+"/_log") },
	})
}

func ownProgram() ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own program: %w", err)
	}
	content, err := os.ReadFile(self) //nolint:gosec // our own program
	if err != nil {
		return nil, fmt.Errorf("read own program: %w", err)
	}
	return content, nil
}

// resetFaults ends the faults of the Hub stand-in and of the registry.
func (l layout) resetFaults(ctx context.Context) error {
	client := l.client()
	for _, name := range []string{"_fault", "_registry"} {
		request, err := http.NewRequestWithContext(ctx, http.MethodDelete, "http://"+hubAddr+"/"+name, http.NoBody)
		if err != nil {
			return err
		}
		reply, err := client.Do(request)
		if err != nil {
			return fmt.Errorf("end faults: %w", err)
		}
		_ = reply.Body.Close()
		if reply.StatusCode != http.StatusOK {
			return fmt.Errorf("end faults: %s answers %s", name, reply.Status)
		}
	}
	return nil
}
