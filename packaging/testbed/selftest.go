//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// step is one check of the testbed.
type step struct {
	name string
	do   func(context.Context) error
}

// selftest tries every part of a running testbed with the docker program.
func (l layout) selftest(ctx context.Context) error {
	docker := trial{l: l, host: "unix://" + l.socket("docker")}
	steps := []step{
		{"docker pulls nginx by its plain name", docker.pullsNginx},
		{"docker publishes nginx and its page is served", docker.servesNginx},
		{"hello-world says hello", docker.saysHello},
		{"postgres wants a password", docker.postgresRefuses},
		{"postgres starts with a password", docker.postgresServes},
		{"redis answers", docker.redisAnswers},
		{"exit1 ends with 1", docker.exitsOne},
		{"memory is killed at its limit", docker.memoryKilled},
		{"the Hub stand-in finds nginx", l.hubFinds},
	}
	if l.running("podman") != 0 {
		podman := trial{l: l, host: "unix://" + l.socket("podman")}
		steps = append(steps,
			step{"podman pulls nginx by its plain name", podman.pullsNginx},
			step{"podman publishes nginx and its page is served", podman.servesNginx})
		defer podman.clean(ctx)
	}
	defer docker.clean(ctx)
	docker.clean(ctx)
	failed := 0
	for _, s := range steps {
		began := time.Now()
		bounded, cancel := context.WithTimeout(ctx, time.Minute)
		err := s.do(bounded)
		cancel()
		word := "ok  "
		if err != nil {
			failed++
			word = "FAIL"
		}
		fmt.Printf("%s %5.1f s  %s\n", word, time.Since(began).Seconds(), s.name)
		if err != nil {
			fmt.Println("     ", err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(steps))
	}
	return nil
}

// trial tries one engine.
type trial struct {
	l    layout
	host string
}

// run runs the docker program in the namespace and returns all that it said.
func (t trial) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "docker", args...) //nolint:gosec // fixed commands of this program
	cmd.Env = append(cleanEnvironment(), "DOCKER_HOST="+t.host)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := inside(t.l, cmd.Run); err != nil {
		return out.String(), fmt.Errorf("docker %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(out.String()))
	}
	return out.String(), nil
}

// says runs docker and wants a word in what it says.
func (t trial) says(ctx context.Context, word string, args ...string) error {
	out, err := t.run(ctx, args...)
	if err != nil {
		return err
	}
	if !strings.Contains(out, word) {
		return fmt.Errorf("docker %s: %q is not in %q", strings.Join(args, " "), word, out)
	}
	return nil
}

const label = "escale.testbed=selftest"

// clean removes the containers of earlier trials.
func (t trial) clean(ctx context.Context) {
	out, err := t.run(ctx, "ps", "-aq", "--filter", "label="+label)
	if ids := strings.Fields(out); err == nil && len(ids) > 0 {
		_, err = t.run(ctx, append([]string{"rm", "-fv"}, ids...)...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "clean up:", err)
	}
}

func (t trial) pullsNginx(ctx context.Context) error { return t.says(ctx, "nginx", "pull", "nginx") }

func (t trial) servesNginx(ctx context.Context) error {
	id, err := t.run(ctx, "run", "-d", "--label", label, "-p", "127.0.0.1::80", "nginx")
	if err != nil {
		return err
	}
	out, err := t.run(ctx, "port", strings.TrimSpace(id), "80/tcp")
	if err != nil {
		return err
	}
	address := strings.TrimSpace(strings.Split(out, "\n")[0])
	return until(ctx, func() error { return t.l.getContains(ctx, "http://"+address+"/", "Welcome to nginx") })
}

func (t trial) saysHello(ctx context.Context) error {
	return t.says(ctx, "Hello from Docker!", "run", "--rm", "--label", label, "hello-world")
}

// ends runs a container to its end and wants a state.
func (t trial) ends(ctx context.Context, want string, args ...string) error {
	id, err := t.run(ctx, append([]string{"create", "--label", label}, args...)...)
	if err != nil {
		return err
	}
	fields := strings.Fields(id) // a pull is told before the identifier
	name := fields[len(fields)-1]
	if _, err := t.run(ctx, "start", name); err != nil {
		return err
	}
	if _, err := t.run(ctx, "wait", name); err != nil {
		return err
	}
	return t.says(ctx, want, "inspect", "--format", "code {{.State.ExitCode}} oom {{.State.OOMKilled}}", name)
}

func (t trial) postgresRefuses(ctx context.Context) error { return t.ends(ctx, "code 1 ", "postgres") }

func (t trial) exitsOne(ctx context.Context) error { return t.ends(ctx, "code 1 ", "escale/exit1") }

func (t trial) memoryKilled(ctx context.Context) error {
	return t.ends(ctx, "code 137 oom true", "--memory", "32m", "escale/memory")
}

func (t trial) postgresServes(ctx context.Context) error {
	id, err := t.run(ctx, "run", "-d", "--label", label, "-e", "POSTGRES_PASSWORD=secret", "postgres")
	if err != nil {
		return err
	}
	return until(ctx, func() error {
		return t.says(ctx, "PostgreSQL 15", "exec", "-e", "PGPASSWORD=secret", strings.TrimSpace(id), "psql", "-h", "127.0.0.1", "-U", "postgres", "-c", "select version()")
	})
}

func (t trial) redisAnswers(ctx context.Context) error {
	if _, err := t.run(ctx, "pull", "-q", "redis"); err != nil {
		return err
	}
	id, err := t.run(ctx, "run", "-d", "--label", label, "redis")
	if err != nil {
		return err
	}
	return until(ctx, func() error { return t.says(ctx, "PONG", "exec", strings.TrimSpace(id), "redis-cli", "ping") })
}

func (l layout) hubFinds(ctx context.Context) error {
	return l.getContains(ctx, "http://"+hubAddr+"/v2/search/repositories/?query=nginx", `"repo_name":"nginx"`)
}

// until tries again until ctx ends.
func until(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		if !pause(ctx, 100*time.Millisecond) {
			return errors.Join(err, ctx.Err())
		}
	}
}

func (l layout) getContains(ctx context.Context, url, word string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	reply, err := l.client().Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(reply.Body, 1<<20))
	if err != nil {
		return err
	}
	if !strings.Contains(string(body), word) {
		return fmt.Errorf("%s answers %s without %q", url, reply.Status, word)
	}
	return nil
}
