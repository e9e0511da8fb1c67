package enginetest

import (
	"errors"
	"os"
	"slices"
	"time"

	"escale/engine"
)

func checkSystem(b *bench) {
	b.must(b.Ping(b.Context()))
	v, err := b.Version(b.Context())
	b.must(err)
	if v.Product == "" || v.Engine == "" || v.API == "" || v.OS != "linux" || v.Arch == "" {
		b.Errorf("version %+v", v)
	}
	i, err := b.Info(b.Context())
	b.must(err)
	if i.CPUs == 0 || i.MemoryBytes == 0 || i.Images == 0 || i.RootDir == "" || i.StorageDriver == "" || i.CgroupVersion == "" {
		b.Errorf("info %+v", i)
	}
	u, err := b.DiskUsage(b.Context())
	b.must(err)
	if u.Images <= 0 || u.ImagesReclaimable > u.Images {
		b.Errorf("disk use %+v", u)
	}
	if b.Endpoint().Host == "" {
		b.Error("endpoint has no host")
	}
}

func checkCreate(b *bench) {
	spec := engine.ContainerSpec{
		Name: b.name(), Image: b.images.Busybox, Command: []string{"sh", "-c", forever},
		Env: []engine.EnvVar{{Name: "COLOUR", Value: "blue=green"}}, Restart: engine.RestartOnFailure,
		MemoryBytes: 64 << 20, NanoCPUs: 500_000_000, TTY: true, OpenStdin: true, WorkDir: "/tmp", Hostname: "harbour",
		Labels: map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.service": "db"},
	}
	id := b.create(spec)
	d := b.inspect(id)
	if d.ID != id || d.Name != spec.Name || d.State != engine.StateCreated || d.ExitCode != -1 || !d.Ended.IsZero() {
		b.Errorf("created: %+v", d.Container)
	}
	if !slices.Contains(d.Env, spec.Env[0]) || !slices.Equal(d.Args, spec.Command) || d.WorkDir != "/tmp" || d.Hostname != "harbour" {
		b.Errorf("process: %+v", d)
	}
	if d.Restart != spec.Restart || d.MemoryBytes != spec.MemoryBytes || d.NanoCPUs != spec.NanoCPUs || !d.TTY || !d.OpenStdin {
		b.Errorf("settings: %+v", d)
	}
	row := b.row(id)
	if row.Name != spec.Name || row.Image != withTag(b.images.Busybox) || row.Project != "shop" || row.Service != "db" {
		b.Errorf("row: %+v", row)
	}
	if row.Image != d.Image || row.ImageID != d.ImageID || !row.Created.Equal(d.Created) || row.ExitCode != -1 {
		b.Errorf("list and detail disagree:\n%+v\n%+v", row, d.Container)
	}
	if len(row.Networks) != 1 || !slices.Equal(row.Networks, d.Networks) {
		b.Errorf("networks %v and %v", row.Networks, d.Networks)
	}
	newer := b.create(shell("exit 0"))
	rows, err := b.ListContainers(b.Context())
	b.must(err)
	at := func(id string) int {
		return slices.IndexFunc(rows, func(c engine.Container) bool { return c.ID == id })
	}
	if at(newer) > at(id) && !b.row(newer).Created.Equal(row.Created) {
		b.Error("list is not newest first")
	}
}

func checkRefused(b *bench) {
	taken := b.name()
	b.create(engine.ContainerSpec{Name: taken, Command: []string{"true"}})
	for what, c := range map[string]struct {
		spec engine.ContainerSpec
		kind error
	}{
		"name taken":      {engine.ContainerSpec{Name: taken}, engine.ErrConflict},
		"bad name":        {engine.ContainerSpec{Name: "-no good-"}, engine.ErrInvalid},
		"image missing":   {engine.ContainerSpec{Image: "escale-has-no-such-image"}, engine.ErrImageMissing},
		"negative memory": {engine.ContainerSpec{MemoryBytes: -5}, engine.ErrInvalid},
		"relative mount":  {engine.ContainerSpec{Mounts: []engine.Mount{{Kind: engine.MountVolume, Target: "data"}}}, engine.ErrInvalid},
	} {
		if c.spec.Image == "" {
			c.spec.Image = b.images.Busybox
		}
		if c.spec.Name == "" {
			c.spec.Name = b.name()
		}
		c.spec.Command = []string{"true"}
		_, _, err := b.CreateContainer(b.Context(), c.spec)
		b.wants(what, err, c.kind)
	}
	_, err := b.InspectContainer(b.Context(), "no-such-container")
	b.wants("inspect", err, engine.ErrNotFound)
	b.wants("start", b.StartContainer(b.Context(), "no-such-container"), engine.ErrNotFound)
	b.wants("stop", b.StopContainer(b.Context(), "no-such-container", time.Second), engine.ErrNotFound)
	b.wants("remove", b.RemoveContainer(b.Context(), "no-such-container", engine.RemoveContainer{}), engine.ErrNotFound)
	_, err = b.Logs(b.Context(), "no-such-container", engine.LogOptions{Tail: -1})
	b.wants("logs", err, engine.ErrNotFound)
	_, err = b.Stats(b.Context(), "no-such-container")
	b.wants("stats", err, engine.ErrNotFound)
}

func checkMissingFolder(b *bench) {
	folder := "/tmp/no-such-" + b.name()
	b.Cleanup(func() { _ = os.Remove(folder) })
	id, _, err := b.CreateContainer(b.Context(), engine.ContainerSpec{
		Name: b.name(), Image: b.images.Busybox, Command: []string{"true"},
		Mounts: []engine.Mount{{Kind: engine.MountBind, Source: folder, Target: "/data"}},
	})
	if v, _ := b.Version(b.Context()); err == nil && v.Product == "Podman" { // some of its versions make the folder
		b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}))
		return
	}
	b.wants("folder missing", err, engine.ErrNoFolder)
	if missing, ok := errors.AsType[*engine.MissingFolderError](err); !ok || missing.Path != folder {
		b.Errorf("missing %v, want %s", missing, folder)
	}
}

func checkMounts(b *bench) {
	volume := b.name()
	id := b.create(engine.ContainerSpec{Command: []string{"true"}, Mounts: []engine.Mount{
		{Kind: engine.MountVolume, Source: volume, Target: "/data"},
		{Kind: engine.MountVolume, Target: "/anonymous"},
		{Kind: engine.MountBind, Source: "/tmp", Target: "/host", ReadOnly: true},
		{Kind: engine.MountTmpfs, Target: "/scratch"},
	}})
	b.must(b.StartContainer(b.Context(), id))
	b.ended(id)
	mounts := map[string]engine.Mount{}
	for _, m := range b.inspect(id).Mounts {
		mounts[m.Target] = m
	}
	anonymous := mounts["/anonymous"].Source
	if m := mounts["/data"]; m.Kind != engine.MountVolume || m.Source != volume || m.ReadOnly {
		b.Errorf("volume: %+v", m)
	}
	if m := mounts["/host"]; m.Kind != engine.MountBind || m.Source != "/tmp" || !m.ReadOnly {
		b.Errorf("bind: %+v", m)
	}
	if m := mounts["/scratch"]; m.Kind != engine.MountTmpfs {
		b.Errorf("tmpfs: %+v", m)
	}
	v, err := b.InspectVolume(b.Context(), anonymous)
	if err != nil || !v.Anonymous || len(v.UsedBy) != 1 || v.UsedBy[0].ContainerID != id {
		b.Errorf("anonymous volume: %+v, %v", v, err)
	}
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{Volumes: true}))
	_, err = b.InspectVolume(b.Context(), anonymous)
	b.wants("anonymous volume afterwards", err, engine.ErrNotFound)
	b.must(b.RemoveVolume(b.Context(), volume))
}

func checkLife(b *bench) {
	id := b.run(shell(forever))
	d := b.inspect(id)
	if d.State != engine.StateRunning || d.ExitCode != -1 || d.Started.IsZero() || d.PID == 0 || !d.Ended.IsZero() {
		b.Errorf("running: %+v", d)
	}
	if row := b.row(id); !row.Active() || row.ExitCode != -1 {
		b.Errorf("running row: %+v", row)
	}
	b.must(b.StartContainer(b.Context(), id))
	b.must(b.PauseContainer(b.Context(), id))
	if s := b.inspect(id).State; s != engine.StatePaused {
		b.Errorf("paused: %s", s)
	}
	b.wants("pause twice", b.PauseContainer(b.Context(), id), engine.ErrConflict)
	b.must(b.ResumeContainer(b.Context(), id))
	b.wants("resume twice", b.ResumeContainer(b.Context(), id), engine.ErrConflict)
	started := b.inspect(id).Started
	b.must(b.RestartContainer(b.Context(), id, 5*time.Second))
	if d := b.inspect(id); d.State != engine.StateRunning || !d.Started.After(started) {
		b.Errorf("restarted: %+v, started %v before", d.Container, started)
	}
	b.must(b.KillContainer(b.Context(), id, ""))
	if d := b.ended(id); d.ExitCode != 137 || d.OOMKilled || d.Ended.IsZero() {
		b.Errorf("killed: %+v", d.Container)
	}
	b.wants("kill twice", b.KillContainer(b.Context(), id, "SIGTERM"), engine.ErrConflict)
	b.must(b.StartContainer(b.Context(), id))
	b.must(b.KillContainer(b.Context(), id, "SIGKILL"))
	b.ended(id)
}

func checkGrace(b *bench) {
	polite := b.run(shell("echo ready; " + forever))
	b.awaitLine(polite, "ready")
	b.must(b.StopContainer(b.Context(), polite, 10*time.Second))
	if d := b.inspect(polite); d.State != engine.StateExited || d.ExitCode != 0 {
		b.Errorf("stopped: %+v", d.Container)
	}
	if row := b.row(polite); row.ExitCode != 0 || row.State != engine.StateExited {
		b.Errorf("stopped row: %+v", row)
	}
	b.must(b.StopContainer(b.Context(), polite, time.Second))
	deaf := b.run(shell("trap '' TERM; echo ready; while true; do sleep 0.1; done"))
	b.awaitLine(deaf, "ready")
	began := time.Now()
	b.must(b.StopContainer(b.Context(), deaf, 1500*time.Millisecond))
	if took := time.Since(began); took < 1400*time.Millisecond {
		b.Errorf("grace of 1.5 s took %v", took)
	}
	if d := b.inspect(deaf); d.ExitCode != 137 || d.OOMKilled {
		b.Errorf("killed after grace: %+v", d.Container)
	}
}

func checkExit(b *bench) {
	id := b.run(shell("exit 3"))
	if d := b.ended(id); d.ExitCode != 3 || d.Ended.IsZero() || d.Ended.Before(d.Started) {
		b.Errorf("exited: %+v", d.Container)
	}
	if row := b.row(id); row.ExitCode != 3 {
		b.Errorf("row: %+v", row)
	}
	missing := b.create(engine.ContainerSpec{Command: []string{"missing-program"}})
	b.wants("no such command", b.StartContainer(b.Context(), missing), engine.ErrCommand)
	removed := b.run(engine.ContainerSpec{Command: []string{"sh", "-c", "exit 0"}, AutoRemove: true})
	b.until("it removes itself", func() bool {
		_, err := b.InspectContainer(b.Context(), removed)
		return errors.Is(err, engine.ErrNotFound)
	})
}

func checkPorts(b *bench) {
	spec := shell(forever)
	spec.Ports = []engine.PortBinding{{HostIP: "127.0.0.1", Container: 80}, {HostIP: "127.0.0.1", Container: 53, Protocol: "udp"}}
	first := b.create(spec)
	b.must(b.StartContainer(b.Context(), first))
	row := b.row(first)
	if len(row.Ports) != 2 || row.Ports[1].Container != 80 || row.Ports[1].Protocol != "tcp" || row.Ports[0].Protocol != "udp" {
		b.Fatalf("ports: %+v", row.Ports)
	}
	host := row.Ports[1].Host
	if host == 0 || row.Ports[1].HostIP.String() != "127.0.0.1" {
		b.Errorf("published: %+v", row.Ports[1])
	}
	if d := b.inspect(first); !slices.Equal(d.Ports, row.Ports) {
		b.Errorf("detail says %+v, list %+v", d.Ports, row.Ports)
	}
	spec.Ports = []engine.PortBinding{{HostIP: "127.0.0.1", Host: host, Container: 8080}}
	second := b.create(spec)
	b.wants("port of another", b.StartContainer(b.Context(), second), engine.ErrPortTaken)
	b.must(b.StopContainer(b.Context(), first, 5*time.Second))
	if row := b.row(first); len(row.Ports) != 0 {
		b.Errorf("ports of a stopped container: %+v", row.Ports)
	}
	b.must(b.StartContainer(b.Context(), second))
	if ports := b.row(second).Ports; len(ports) != 1 || ports[0].Host != host || ports[0].Container != 8080 {
		b.Errorf("ports: %+v", ports)
	}
}

func checkRename(b *bench) {
	id, other := b.run(shell(forever)), b.create(shell("exit 0"))
	name := b.name()
	b.must(b.RenameContainer(b.Context(), id, name))
	if d := b.inspect(name); d.ID != id || d.Name != name {
		b.Errorf("renamed: %+v", d.Container)
	}
	b.wants("name taken", b.RenameContainer(b.Context(), other, name), engine.ErrConflict)
	b.wants("no such container", b.RenameContainer(b.Context(), "no-such-container", b.name()), engine.ErrNotFound)
	b.wants("remove a running one", b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}), engine.ErrConflict)
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{Force: true}))
	b.must(b.RemoveContainer(b.Context(), other, engine.RemoveContainer{}))
	_, err := b.InspectContainer(b.Context(), id)
	b.wants("removed", err, engine.ErrNotFound)
}
