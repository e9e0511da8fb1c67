//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"escale/packaging/testbed/hubstand"
	"escale/packaging/testbed/regproxy"
)

// serve runs the Hub stand-in and the registry's proxy until ctx ends. It is
// started inside the namespace.
func serve(ctx context.Context, log *slog.Logger) error {
	backend := &url.URL{Scheme: "http", Host: backendAddr}
	hub := hubstand.New(hubstand.NewHTTPRegistry(backend.String(), &http.Client{Timeout: 10 * time.Second}), log)
	proxy := regproxy.New(backend, log)

	front := http.NewServeMux()
	front.Handle("/", hub)
	front.HandleFunc("/_registry", proxy.Control)
	registry := http.NewServeMux()
	registry.Handle("/", proxy)
	registry.Handle("/v1/", hub)

	failed := make(chan error, 2)
	for addr, handler := range map[string]http.Handler{hubAddr: front, registryAddr: registry} {
		var config net.ListenConfig
		listener, err := config.Listen(ctx, "tcp", addr)
		if err != nil {
			return fmt.Errorf("serve %s: %w", addr, err)
		}
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
		defer func() { _ = server.Close() }()
		go func() { failed <- server.Serve(listener) }()
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	}
}
