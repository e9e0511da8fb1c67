package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"escale/engine"
)

// ProgramVariable names the environment variable that says where the helper
// program is.
const ProgramVariable = "ESCALE_MACHINE"

// launchTimeout bounds the start of the helper, not of a machine.
const launchTimeout = 10 * time.Second

// Program finds the helper program: where ESCALE_MACHINE says, beside the
// running program (in ../libexec/escale as packages have it, too), or on the
// PATH. ErrHelperMissing when it is nowhere.
func Program() (string, error) {
	name := "escale-machine"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if path := os.Getenv(ProgramVariable); path != "" {
		return executable(path)
	}
	if self, err := os.Executable(); err == nil {
		dir := filepath.Dir(self)
		for _, place := range []string{dir, filepath.Join(dir, "..", "libexec", "escale"), filepath.Join(dir, "..", "Resources")} {
			if path, err := executable(filepath.Join(place, name)); err == nil {
				return path, nil
			}
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrHelperMissing, err)
	}
	return executable(path)
}

func executable(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err == nil {
		_, err = exec.LookPath(abs)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrHelperMissing, err)
	}
	return abs, nil
}

// Launch makes sure that the helper of home runs, and returns when it answers.
// The helper outlives this program. Two that launch at once get the same one.
func Launch(ctx context.Context, home Home) error {
	client := NewClient(home)
	defer client.Close()
	if _, err := client.Version(ctx); !errors.Is(err, ErrNoHelper) {
		return err
	}
	program, err := Program()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, launchTimeout, engine.ErrTimeout)
	defer cancel()
	for {
		err := launch(ctx, client, home, program)
		if !errors.Is(err, errLeaving) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(again):
		}
	}
}

// errLeaving is a helper that found another one, which does not answer: it is
// about to end, as one that was killed holds its lock a moment longer than its
// sockets.
var errLeaving = fmt.Errorf("%w: another one is just ending", ErrHelperFailed)

// again is when a launch that met such a helper is repeated.
const again = 100 * time.Millisecond

func launch(ctx context.Context, client *Client, home Home, program string) error {
	if err := os.MkdirAll(home.Data, 0o700); err != nil {
		return fmt.Errorf("start machine helper: %w", err)
	}
	// What it says before it has a log of its own.
	first, err := os.OpenFile(filepath.Join(home.Data, "launch.log"), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("start machine helper: %w", err)
	}
	defer first.Close()                       //nolint:errcheck // the helper has its own descriptor
	command := exec.Command(program, "serve") //nolint:noctx // our own program, which outlives ctx
	command.Env = append(os.Environ(), HomeVariable+"="+home.override())
	command.Dir = home.Data
	command.Stdout, command.Stderr = first, first
	detach(command)
	if err := command.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrHelperFailed, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	return await(ctx, client, ended, first.Name())
}

// override is what HomeVariable must be for the helper to use this very home.
func (h Home) override() string {
	if h.Data == h.Run {
		return h.Data
	}
	return "" // the helper finds it as we did
}

// await waits for the helper's first answer. A helper that ends found another
// one at work, which then answers or is leaving, or it failed.
func await(ctx context.Context, client *Client, ended <-chan error, log string) error {
	const often = 20 * time.Millisecond
	ticker := time.NewTicker(often)
	defer ticker.Stop()
	for {
		_, err := client.Version(ctx)
		if !errors.Is(err, ErrNoHelper) {
			return err
		}
		select {
		case err := <-ended:
			if _, again := client.Version(ctx); again == nil {
				return nil
			}
			if err == nil {
				return errLeaving
			}
			said, _ := os.ReadFile(log) //nolint:gosec // only makes the error better
			return fmt.Errorf("%w: %w: %s", ErrHelperFailed, err, strings.TrimSpace(string(said)))
		case <-ctx.Done():
			return fmt.Errorf("wait for machine helper: %w", context.Cause(ctx))
		case <-ticker.C:
		}
	}
}
