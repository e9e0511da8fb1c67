package images

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

// downloadPackages puts the Debian packages into dir. When apt does not know
// one of them it reads apt's lists again, once.
func downloadPackages(ctx context.Context, dir string, names []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // apt's own user reads here
		return fmt.Errorf("make package folder: %w", err)
	}
	download := append([]string{"apt-get", "download", "-q", "-o", "APT::Sandbox::User=root"}, names...)
	first := runIn(ctx, dir, download...)
	if first == nil {
		return nil
	}
	if err := runIn(ctx, dir, "apt-get", "update", "-q"); err != nil {
		return fmt.Errorf("download packages: %w", errors.Join(first, err))
	}
	if err := runIn(ctx, dir, download...); err != nil {
		return fmt.Errorf("download packages: %w", err)
	}
	return nil
}

func runIn(ctx context.Context, dir string, args ...string) error {
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

// packageFile finds the downloaded file of a package.
func packageFile(dir, name string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, name+"_*.deb"))
	if err != nil {
		return "", fmt.Errorf("find package %s: %w", name, err)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("find package %s: %w", name, os.ErrNotExist)
	}
	return found[len(found)-1], nil
}

// readPackage calls entry for every file of a package.
func readPackage(ctx context.Context, file string, entry func(*tar.Header, io.Reader) error) error {
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
