package find

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/docker/cli/opts"

	"escale/engine"
)

// variable is the engine that DOCKER_HOST names.
//
// Source: docker's command line documentation, "Environment variables".
func variable(env Environment) []place {
	value := env.Getenv("DOCKER_HOST")
	if value == "" {
		return nil
	}
	p := place{rank: variableName, Candidate: engine.Candidate{
		Endpoint: engine.Endpoint{ID: "env", Kind: engine.EndpointEnv, Name: "DOCKER_HOST", Host: value, Current: true},
	}}
	verify := env.Getenv("DOCKER_TLS_VERIFY") != ""
	secure := verify || env.Getenv("DOCKER_TLS") != ""
	host, err := opts.ParseHost(secure, value)
	if err != nil {
		p.Err = engine.Unreachable(engine.ErrHostUnknown, fmt.Errorf("read DOCKER_HOST: %w", err))
		return []place{p}
	}
	p.Endpoint.Host = host
	if secure && isTCP(host) {
		if p.Endpoint.TLS, err = variableTLS(env, verify); err != nil {
			p.Err = engine.Unreachable(engine.ErrTLS, err)
		}
	}
	return []place{p}
}

// variableTLS reads the certificates of DOCKER_CERT_PATH. The client's own are
// optional.
func variableTLS(env Environment, verify bool) (*engine.TLS, error) {
	dir := env.Getenv("DOCKER_CERT_PATH")
	if dir == "" {
		dir = env.ConfigDir()
	}
	t := &engine.TLS{SkipVerify: !verify}
	var err error
	if verify {
		if t.CA, err = os.ReadFile(filepath.Join(dir, "ca.pem")); err != nil { //nolint:gosec // the folder that the user named
			return nil, fmt.Errorf("read authority's certificate: %w", err)
		}
	}
	if t.Cert, err = readOptional(dir, "cert.pem"); err != nil {
		return nil, err
	}
	if t.Key, err = readOptional(dir, "key.pem"); err != nil {
		return nil, err
	}
	return t, nil
}

func readOptional(dir, name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // the folder that the user named
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read client certificate: %w", err)
	}
	return data, nil
}
