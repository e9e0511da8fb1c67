// Package debs gets Debian packages through the computer's own apt, and reads
// them without installing.
package debs

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Apt is what a search for packages goes by. The zero value is the computer's
// own release and architecture; see Other.
type Apt struct{ config string }

// Download puts the packages into dir. When apt does not know one of them it
// reads apt's lists again, once.
func (a Apt) Download(ctx context.Context, dir string, names []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // apt's own user reads here
		return fmt.Errorf("make package folder: %w", err)
	}
	download := append([]string{"download", "-q"}, names...)
	first := a.get(ctx, dir, download...)
	if first == nil {
		return nil
	}
	if err := a.Update(ctx); err != nil {
		return fmt.Errorf("download packages: %w", errors.Join(first, err))
	}
	if err := a.get(ctx, dir, download...); err != nil {
		return fmt.Errorf("download packages: %w", err)
	}
	return nil
}

// Update reads apt's lists again.
func (a Apt) Update(ctx context.Context) error { return a.get(ctx, ".", "update", "-q") }

func (a Apt) get(ctx context.Context, dir string, args ...string) error {
	return RunIn(ctx, dir, append(a.command("apt-get", "-o", "APT::Sandbox::User=root"), args...)...)
}

func (a Apt) command(program string, options ...string) []string {
	if a.config != "" {
		options = append([]string{"-c", a.config}, options...)
	}
	return append([]string{program}, options...)
}

// RunIn runs a program in dir; its error holds the end of what it said.
func RunIn(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // fixed commands of this program
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(args[:min(len(args), 3)], " "), err, lastLines(out))
	}
	return nil
}

func lastLines(out []byte) string {
	const most = 800
	out = bytes.TrimSpace(out)
	if len(out) > most {
		out = out[len(out)-most:]
	}
	return string(out)
}

// File finds the downloaded file of a package.
func File(dir, name string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, name+"_*.deb"))
	if err != nil {
		return "", fmt.Errorf("find package %s: %w", name, err)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("find package %s: %w", name, os.ErrNotExist)
	}
	return found[len(found)-1], nil
}

// Read calls entry for every file of a package.
func Read(ctx context.Context, file string, entry func(*tar.Header, io.Reader) error) error {
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", file) //nolint:gosec // a file that apt put there
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	stream, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("read package %s: %w", file, err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("read package %s: %w", file, err)
	}
	walk := walkTar(stream, entry)
	_, drained := io.Copy(io.Discard, stream)
	waited := cmd.Wait()
	if err := errors.Join(walk, drained, waited); err != nil {
		return fmt.Errorf("read package %s: %w: %s", filepath.Base(file), err, lastLines(complaint.Bytes()))
	}
	return nil
}

func walkTar(stream io.Reader, entry func(*tar.Header, io.Reader) error) error {
	reader := tar.NewReader(stream)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := entry(header, reader); err != nil {
			return err
		}
	}
}
