// Package contextfile gives the Escale Machine's engine a Docker context, so
// that "docker --context escale ps" reaches it from any terminal. It changes
// nobody else's context, and never which context is in use.
//
// Source: docker/cli, cli/context/store: contexts/meta/SHA-256 of the name/meta.json.
package contextfile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Name is the context's.
const Name = "escale"

// Errors that callers test with errors.Is.
var (
	ErrForeign = errors.New("somebody else has a context of that name")
	ErrInUse   = errors.New("the context is in use")
)

// mark tells our context from another of the same name. The docker command
// keeps fields of Metadata that it does not know.
const mark = "org.escale.app"

// Config is the docker command's folder; empty when the user has none.
//
// Source: docker's command line documentation, "Environment variables".
func Config(getenv func(string) string, home string) string {
	if dir := getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".docker")
}

type meta struct {
	Name      string
	Metadata  metadata
	Endpoints map[string]endpoint
}

type metadata struct {
	Description string
	MadeBy      string `json:"MadeBy,omitempty"`
}

type endpoint struct {
	Host          string
	SkipTLSVerify bool
}

// folder is where the context is, in the docker command's folder.
func folder(config string) string {
	sum := sha256.Sum256([]byte(Name))
	return filepath.Join(config, "contexts", "meta", hex.EncodeToString(sum[:]))
}

// read returns the context that is there; fs.ErrNotExist when there is none,
// ErrForeign when it is not ours.
func read(config string) (meta, error) {
	var m meta
	data, err := os.ReadFile(filepath.Join(folder(config), "meta.json"))
	if err != nil {
		return m, fmt.Errorf("read context: %w", err)
	}
	if err := json.Unmarshal(data, &m); err != nil || m.Metadata.MadeBy != mark {
		return m, fmt.Errorf("read context %s: %w", Name, ErrForeign)
	}
	return m, nil
}

// Register makes the context lead to host, an address as DOCKER_HOST takes it.
// config is the docker command's folder, such as ~/.docker. ErrForeign when the
// name is taken.
func Register(config, host string) error {
	m, err := read(config)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case m.Endpoints["docker"].Host == host:
		return nil
	}
	m = meta{
		Name: Name, Metadata: metadata{Description: "Escale Machine", MadeBy: mark},
		Endpoints: map[string]endpoint{"docker": {Host: host}},
	}
	data, err := json.Marshal(m)
	if err == nil {
		err = write(folder(config), data)
	}
	if err != nil {
		return fmt.Errorf("register context %s: %w", Name, err)
	}
	return nil
}

// write leaves the old file or the new one, whatever happens.
func write(dir string, data []byte) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".meta-*")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(dir, "meta.json"))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// Remove removes the context, if it is there and leads to host. ErrForeign when
// it is not ours, ErrInUse while it is the one that plain docker uses: the docker
// command fails when that is missing.
func Remove(config, host string) error {
	m, err := read(config)
	if errors.Is(err, fs.ErrNotExist) || err == nil && m.Endpoints["docker"].Host != host {
		return nil
	}
	if err == nil && current(config) == Name {
		err = fmt.Errorf("remove context %s: %w", Name, ErrInUse)
	}
	if err != nil {
		return err
	}
	if err := os.RemoveAll(folder(config)); err != nil {
		return fmt.Errorf("remove context %s: %w", Name, err)
	}
	return nil
}

// current names the context that plain docker uses; empty when none is set.
func current(config string) string {
	data, err := os.ReadFile(filepath.Join(config, "config.json")) //nolint:gosec // where the docker command keeps it
	var c struct {
		CurrentContext string `json:"currentContext"`
	}
	if err != nil || json.Unmarshal(data, &c) != nil {
		return ""
	}
	return c.CurrentContext
}
