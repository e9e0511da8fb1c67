//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

func (l layout) containerd() service {
	return service{
		name: "containerd",
		args: []string{"containerd", "--config", l.path("conf", "containerd.toml")},
		ready: func(context.Context) error {
			_, err := os.Stat(l.socket("containerd"))
			return err
		},
	}
}

func (l layout) dockerd() service {
	return service{
		name: "dockerd",
		args: []string{
			"dockerd", "--config-file", l.path("conf", "daemon.json"),
			"--data-root", l.path("docker"), "--exec-root", filepath.Join(l.run, "docker"),
			"--pidfile", filepath.Join(l.run, "docker.pid"), "--host", "unix://" + l.socket("docker"),
			"--containerd", l.socket("containerd"), "--registry-mirror", "http://" + registryAddr,
			"--max-download-attempts", "2",
		},
		ready: func(ctx context.Context) error {
			return answers(ctx, socketClient(l.socket("docker"), 2*time.Second), "http://docker/_ping")
		},
	}
}

// startEngine starts containerd and dockerd, also after either was killed.
func (l layout) startEngine(ctx context.Context) error {
	configs := map[string]string{
		"daemon.json": "{}\n",
		"containerd.toml": fmt.Sprintf("version = 2\nroot = %q\nstate = %q\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n"+
			"oom_score = 0\n[grpc]\naddress = %q\n", l.path("containerd"), filepath.Join(l.run, "containerd"), l.socket("containerd")),
	}
	for name, content := range configs {
		if err := os.WriteFile(l.path("conf", name), []byte(content), 0o600); err != nil {
			return fmt.Errorf("configure engine: %w", err)
		}
	}
	if l.running("containerd") == 0 {
		if err := removeIfThere(l.socket("containerd")); err != nil {
			return err
		}
	}
	if err := l.start(ctx, l.containerd()); err != nil {
		return err
	}
	if l.running("dockerd") == 0 {
		for _, name := range []string{l.socket("docker"), filepath.Join(l.run, "docker.pid")} {
			if err := removeIfThere(name); err != nil {
				return err
			}
		}
	}
	return l.start(ctx, l.dockerd())
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove stale file: %w", err)
	}
	return nil
}

// engineCommand drives the private dockerd the way a test breaks it.
func (l layout) engineCommand(ctx context.Context, what string) error {
	switch what {
	case "start":
		return l.startEngine(ctx)
	case "stop":
		return l.stop(ctx, "dockerd", 30*time.Second)
	case "kill":
		if err := l.signal("dockerd", syscall.SIGKILL); err != nil {
			return err
		}
		return l.stop(ctx, "dockerd", 0)
	case "pause":
		return l.signal("dockerd", syscall.SIGSTOP)
	case "resume":
		return l.signal("dockerd", syscall.SIGCONT)
	}
	return fmt.Errorf("engine %q: want start, stop, kill, pause or resume", what)
}

// stopEngine ends dockerd, containerd and what a killed dockerd left running.
func (l layout) stopEngine(ctx context.Context) error {
	docker := l.stop(ctx, "dockerd", 30*time.Second)
	children := l.endStrays(ctx)
	daemon := l.stop(ctx, "containerd", 10*time.Second)
	return errors.Join(docker, children, daemon)
}

// endStrays kills the processes in our namespace whose command line names one
// of our folders (shims, monitors of containers), with their containers.
func (l layout) endStrays(ctx context.Context) error {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return fmt.Errorf("list processes: %w", err)
	}
	services := map[int]bool{os.Getpid(): true}
	for _, name := range serviceNames {
		services[l.running(name)] = true
	}
	strays := map[int]bool{}
	parents := map[int]int{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid <= 1 {
			continue
		}
		parents[pid] = parent(pid)
		if !services[pid] && l.owns(pid) {
			strays[pid] = true
		}
	}
	var failed []error
	for pid, above := range parents {
		if strays[above] && !strays[pid] {
			failed = append(failed, endStray(ctx, pid))
		}
	}
	for pid := range strays {
		failed = append(failed, endStray(ctx, pid))
	}
	return errors.Join(failed...)
}

func endStray(ctx context.Context, pid int) error {
	_, started := stat(pid)
	return end(ctx, pid, 100*time.Millisecond, func() bool {
		state, now := stat(pid)
		return now != started || state == "Z"
	})
}
