//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

const (
	dockerSocket     = "/run/docker.sock"
	containerdSocket = "/run/containerd/containerd.sock"
	containerdConfig = "/etc/containerd/config.toml"
	logDir           = dataDir + "/escale/log"
)

// seldom lets both collect memory more seldom while they start, when nearly all
// that they made is still in use. They take it back themselves.
const seldom = "GOGC=400"

// engine is containerd and dockerd.
type engine struct {
	containerd, dockerd service
	log                 *logbook
	ready               atomic.Bool
	stopping            atomic.Bool
}

func newEngine(p wire.Params) *engine {
	log := newLogbook()
	args := []string{
		"--host", "unix://" + dockerSocket, "--containerd", containerdSocket,
		"--data-root", dataDir + "/docker", "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid",
		// With no proxy, one port of a container could not be published twice with
		// nftables (the second rule for its own packets "exists"), nor at ::1.
		"--firewall-backend", "nftables", "--userland-proxy-path", "/usr/bin/docker-proxy",
		"--shutdown-timeout", strconv.Itoa(int(defaultGrace.Seconds())),
	}
	for _, mirror := range p.Mirrors {
		args = append(args, "--registry-mirror", mirror)
	}
	for _, registry := range p.Insecure {
		args = append(args, "--insecure-registry", registry)
	}
	if p.Host.IsValid() {
		args = append(args, "--host-gateway-ip", p.Host.String())
	}
	env := append(proxyEnv(p), seldom)
	return &engine{
		log:        log,
		containerd: service{name: "containerd", args: []string{"--config", containerdConfig}, env: env, log: log},
		dockerd:    service{name: "dockerd", args: args, env: append(env, "DOCKER_MIN_API_VERSION=1.24"), log: log},
	}
}

func proxyEnv(p wire.Params) []string {
	env := []string{"SSL_CERT_DIR=/etc/ssl/certs"}
	for _, v := range []struct{ name, value string }{{"HTTP_PROXY", p.Proxy.HTTP}, {"HTTPS_PROXY", p.Proxy.HTTPS}, {"NO_PROXY", p.Proxy.No}} {
		if v.value != "" {
			env = append(env, v.name+"="+v.value)
		}
	}
	return env
}

// start starts the engine and notes its steps. The data disk and the network
// must be there.
func (e *engine) start(ctx context.Context, boot *steps) {
	setLimits()
	for _, dir := range []string{logDir, dataDir + "/docker", dataDir + "/containerd", filepath.Dir(containerdSocket)} {
		if err := os.MkdirAll(dir, 0o711); err != nil { //nolint:gosec // what dockerd makes, too
			say("%v", err)
		}
	}
	e.log.keepIn(logDir + "/dockerd.log")
	e.containerd.start(ctx)
	e.dockerd.start(ctx)
	boot.reach(wire.StepEngine, nil)
	go func() {
		err := e.await(ctx)
		registerOtherArchitecture()
		boot.reach(wire.StepReady, err)
	}()
}

// setLimits gives the engine the limits that Docker's own packages do.
func setLimits() {
	for _, l := range []struct {
		resource int
		limit    unix.Rlimit
	}{
		{unix.RLIMIT_NOFILE, unix.Rlimit{Cur: 1024, Max: 524288}},
		{unix.RLIMIT_NPROC, unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}},
		{unix.RLIMIT_CORE, unix.Rlimit{Cur: 0, Max: unix.RLIM_INFINITY}},
	} {
		if err := unix.Setrlimit(l.resource, &l.limit); err != nil {
			say("set limit: %v", err)
		}
	}
}

// await waits until the engine answers. It gives up when the engine has ended
// too often.
func (e *engine) await(ctx context.Context) error {
	const tries = 4
	for {
		if _, err := ask(ctx, "/_ping"); err == nil {
			e.ready.Store(true)
			return nil
		}
		if _, starts := e.dockerd.runs(); starts >= tries {
			return fmt.Errorf("%s: %.2000s", wire.CauseEngineFailed, e.log.last(8))
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", wire.CauseEngineFailed, context.Cause(ctx))
		}
	}
}

func (e *engine) state() string {
	running, _ := e.dockerd.runs()
	switch {
	case e.stopping.Load(), e.ready.Load() && !running:
		return wire.EngineStopped
	case e.ready.Load():
		return wire.EngineRunning
	default:
		return wire.EngineStarting
	}
}

// stop ends the containers and the engine. It may be called once.
func (e *engine) stop(grace time.Duration) {
	e.stopping.Store(true)
	e.dockerd.stop(grace)
	e.containerd.stop(3 * time.Second)
	e.log.close()
}

// containers counts those that run.
func (e *engine) containers(ctx context.Context) int {
	if e.state() != wire.EngineRunning {
		return 0
	}
	body, err := ask(ctx, "/v1.44/containers/json")
	if err != nil {
		return 0
	}
	var all []struct{}
	if err := json.Unmarshal(body, &all); err != nil {
		return 0
	}
	return len(all)
}

// ask makes one request of the engine. HTTP/1.0 so that the answer ends with the
// connection; net/http would double the size of this program, which is in memory
// twice.
func ask(ctx context.Context, path string) ([]byte, error) {
	const wait, most = 5 * time.Second, 16 << 20
	c, err := new(net.Dialer).DialContext(ctx, "unix", dockerSocket)
	if err != nil {
		return nil, fmt.Errorf("ask engine: %w", err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(wait))
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.0\r\nHost: docker\r\n\r\n", path); err != nil {
		return nil, fmt.Errorf("ask engine: %w", err)
	}
	answer := bufio.NewReader(io.LimitReader(c, most))
	status, err := answer.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("ask engine: %w", err)
	}
	if fields := strings.Fields(status); len(fields) < 2 || fields[1] != "200" {
		return nil, fmt.Errorf("ask engine: it said %.80q", status)
	}
	for {
		line, err := answer.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("ask engine: %w", errors.Join(err, io.ErrUnexpectedEOF))
		}
		if strings.TrimSpace(line) == "" {
			return io.ReadAll(answer)
		}
	}
}
