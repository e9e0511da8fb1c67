//go:build machine

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
)

// TestPlayground: two throwaway machines, each with an engine, a page and a port,
// that do not see each other. One lives to its end; the holder of the other is
// killed. Nothing is left of either.
func TestPlayground(t *testing.T) {
	r := newRig(t)
	t.Setenv(machine.ProgramVariable, r.program)
	if err := machine.Launch(t.Context(), r.home); err != nil {
		t.Fatal(err)
	}
	client := machine.NewClient(r.home)
	defer client.Close()
	holder := exec.CommandContext(t.Context(), "curl", "-sN", "--unix-socket", r.home.Control(), "http://machine/v1/machines/play-1/hold")
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	release, err := client.Hold(t.Context(), "play-2")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	given := machine.Resources{Throwaway: true, LifetimeMillis: time.Hour.Milliseconds(), OrphanMillis: (10 * time.Minute).Milliseconds(), MemoryBytes: 512 << 20, Tools: true}
	names, ports := []string{"play-1", "play-2"}, map[string]int{}
	var boots sync.WaitGroup
	for _, name := range names {
		if _, err := client.Put(t.Context(), name, given); err != nil {
			t.Fatal(err)
		}
		ports[name] = freePort(t)
		boots.Go(func() {
			if _, err := client.Start(t.Context(), name); err != nil {
				t.Errorf("start %s: %v", name, err)
			}
		})
	}
	boots.Wait()
	if t.Failed() {
		return
	}
	ids := map[string]string{} // of the engines
	for _, name := range names {
		d := dockerAt(t, r.home.Docker(name))
		var info struct{ ID string }
		d.must(http.MethodGet, "/info", nil, &info)
		ids[info.ID] = name
		d.importImage()
		d.run("web", binding(ports[name]), "serve") // the same name in both
		r.until("the page of "+name, time.Minute, func() bool { return fetch(ports[name]) != "" })
	}
	for _, name := range names {
		var all []struct{ Names []string }
		dockerAt(t, r.home.Docker(name)).must(http.MethodGet, "/containers/json?all=1", nil, &all)
		if len(all) != 1 || len(ids) != 2 {
			t.Errorf("%s sees %+v; engines %v", name, all, ids)
		}
	}
	r.typesDocker(client, names, ports)
	given.LifetimeMillis = 1
	if _, err := client.Put(t.Context(), "play-2", given); err != nil {
		t.Fatal(err)
	}
	t.Logf("gone after its life: %v", r.until("its life is over, and it has gone", time.Minute, r.gone("play-2", ports["play-2"])))
	if fetch(ports["play-1"]) == "" {
		t.Error("the other one has gone, too")
	}
	given.LifetimeMillis, given.OrphanMillis = time.Hour.Milliseconds(), 1000
	if _, err := client.Put(t.Context(), "play-1", given); err != nil {
		t.Fatal(err)
	}
	if err := holder.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()
	t.Logf("gone after its holder: %v", r.until("its holder was killed, and it has gone", time.Minute, r.gone("play-1", ports["play-1"])))
	r.until("no virtual machine runs", 10*time.Second, func() bool { return len(r.processes("qemu")) == 0 })
	if left, err := filepath.Glob(filepath.Join(r.home.Data, "machines", "*")); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// typesDocker uses the docker command in each of the machines: it is there, it
// speaks to the engine beside it, and that one has containers of its own.
func (r *rig) typesDocker(client *machine.Client, names []string, ports map[string]int) {
	r.t.Helper()
	containers := map[string]bool{}
	for _, name := range names {
		shell, err := client.Shell(r.t.Context(), name, 24, 80)
		if err != nil {
			r.t.Fatal(err)
		}
		s, err := client.Status(r.t.Context(), name)
		if err != nil {
			r.t.Fatal(err)
		}
		p := &typist{t: r.t, shell: shell}
		began := time.Now()
		if said := p.until("# "); said != "~ # " {
			r.t.Errorf("the shell of %s begins with %q", name, said)
		}
		r.t.Logf("the prompt of %s: after %.1f s", name, time.Since(began).Seconds())
		if said := p.enter("docker version"); !regexp.MustCompile(`(?s)^Client:\r?\n Version: .*Server:.*Engine:\r?\n  Version: `).MatchString(said) {
			r.t.Errorf("docker version in %s: %q", name, said)
		}
		r.t.Logf("docker version in %s: %.1f s after its shell was asked for", name, time.Since(began).Seconds())
		if said := p.enter("docker ps --all --quiet --no-trunc"); len(strings.Fields(said)) != 1 || containers[said] {
			r.t.Errorf("docker ps in %s: %q", name, said)
		} else {
			containers[said] = true
		}
		if err := shell.Resize(r.t.Context(), 33, 111); err != nil {
			r.t.Error(err)
		}
		for line, want := range map[string]string{
			"stty size": "33 111", "docker exec web /inside cat /proc/1/comm": "inside",
			"echo $TERM $DOCKER_HOST": "xterm-256color unix:///run/docker.sock", "touch ~/mine && echo ~/*": "/var/lib/home/mine",
			fmt.Sprintf("wget -qO- http://127.0.0.1:%d/", ports[name]): "it works", "docker vers\t--format {{.Server.Version}}": s.Image,
		} {
			if said := p.enter(line); strings.TrimSpace(said) != want {
				r.t.Errorf("%q in %s: %q, want %q", line, name, said, want)
			}
		}
		if err := shell.Close(); err != nil {
			r.t.Error(err)
		}
	}
}

// typist is somebody at a terminal.
type typist struct {
	t     *testing.T
	shell machine.Terminal
}

// enter types a line, and returns what came between it and the next prompt.
func (p *typist) enter(line string) string {
	p.t.Helper()
	if _, err := io.WriteString(p.shell, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
	said := p.until("\n~ # ")
	_, after, _ := strings.Cut(strings.TrimSuffix(said, "~ # "), "\r\n") // without the line as it was echoed
	return after
}

// until reads up to a word.
func (p *typist) until(word string) string {
	p.t.Helper()
	late := time.AfterFunc(2*time.Minute, func() { _ = p.shell.Close() })
	defer late.Stop()
	var said strings.Builder
	for buffer := make([]byte, 4096); !strings.HasSuffix(said.String(), word); {
		n, err := p.shell.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			p.t.Fatalf("%v after %q", err, said.String())
		}
	}
	return said.String()
}

// gone tells whether nothing of a machine is left, nor at the port of its page.
func (r *rig) gone(name string, port int) func() bool {
	return func() bool {
		_, folder := os.Stat(r.home.Machine(name))
		_, socket := os.Stat(r.home.Docker(name))
		return os.IsNotExist(folder) && os.IsNotExist(socket) && fetch(port) == ""
	}
}
