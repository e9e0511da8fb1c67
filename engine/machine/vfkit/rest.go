//go:build !windows

package vfkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	stateRunning = "VirtualMachineStateRunning"
	restTimeout  = 5 * time.Second
	maxAnswer    = 64 << 10
)

// rest asks vfkit over its socket.
type rest struct{ client http.Client }

func newREST(socket string) *rest {
	return &rest{http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, // seldom asked
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}
}

// state is the virtual machine's, in the framework's words.
func (r *rest) state(ctx context.Context) (string, error) {
	answer, err := r.do(ctx, http.MethodGet, nil)
	if err != nil {
		return "", err
	}
	var said struct {
		State string `json:"state"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return "", fmt.Errorf("ask vfkit: %w", err)
	}
	return said.State, nil
}

// change asks for another state: "Pause", "Resume", "Stop".
func (r *rest) change(ctx context.Context, to string) error {
	body, err := json.Marshal(map[string]string{"state": to})
	if err != nil {
		return fmt.Errorf("ask vfkit to %s: %w", to, err)
	}
	if _, err := r.do(ctx, http.MethodPost, body); err != nil {
		return fmt.Errorf("to %s: %w", to, err)
	}
	return nil
}

func (r *rest) do(ctx context.Context, method string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "http://vfkit/vm/state", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask vfkit: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask vfkit: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("ask vfkit: %w", err)
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("ask vfkit: it answers %s: %.300s", answer.Status, text)
	}
	return text, nil
}
