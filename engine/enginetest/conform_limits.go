package enginetest

import (
	"errors"

	"escale/engine"
)

func checkOOM(b *bench) {
	id := b.run(engine.ContainerSpec{Command: []string{"tail", "/dev/zero"}, MemoryBytes: 16 << 20})
	d := b.ended(id)
	v, err := b.Version(b.Context())
	b.must(err)
	i, err := b.Info(b.Context())
	b.must(err)
	told := v.Product != "Podman" || i.CgroupVersion != "1" // there its monitor misses what the kernel did
	if d.ExitCode != 137 || told && !d.OOMKilled {
		b.Errorf("out of memory: %+v", d.Container)
	}
}

func checkUpdate(b *bench) {
	id := b.run(shell(forever))
	memory, cpus, restart := int64(96<<20), int64(250_000_000), engine.RestartUnlessStopped
	err := b.UpdateContainer(b.Context(), id, engine.ContainerUpdate{MemoryBytes: &memory, NanoCPUs: &cpus, Restart: &restart})
	b.wants("no such container", orUnsupported(b.UpdateContainer(b.Context(), "no-such-container", engine.ContainerUpdate{
		Restart: &restart,
	})), engine.ErrNotFound)
	if errors.Is(err, engine.ErrUnsupported) {
		if v, _ := b.Version(b.Context()); v.Product != "Podman" {
			b.Errorf("%s cannot update", v.Product)
		}
		return
	}
	b.must(err)
	if d := b.inspect(id); d.MemoryBytes != memory || d.NanoCPUs != cpus || d.Restart != restart {
		b.Errorf("updated: %+v", d)
	}
	memory = 48 << 20
	b.must(b.UpdateContainer(b.Context(), id, engine.ContainerUpdate{MemoryBytes: &memory}))
	if d := b.inspect(id); d.MemoryBytes != memory || d.Restart != restart {
		b.Errorf("lowered: %+v", d)
	}
	memory = 0
	b.must(b.UpdateContainer(b.Context(), id, engine.ContainerUpdate{MemoryBytes: &memory}))
	i, err := b.Info(b.Context())
	b.must(err)
	if d := b.inspect(id); d.MemoryBytes != 0 && d.MemoryBytes < i.MemoryBytes {
		b.Errorf("without limit: %d", d.MemoryBytes)
	}
	memory = -1
	b.wants("negative limit", b.UpdateContainer(b.Context(), id, engine.ContainerUpdate{MemoryBytes: &memory}), engine.ErrInvalid)
}

// orUnsupported lets an engine that cannot do a thing at all say so first.
func orUnsupported(err error) error {
	if errors.Is(err, engine.ErrUnsupported) {
		return engine.ErrNotFound
	}
	return err
}

// checkSize: what a container writes is its own, and its image is not counted.
func checkSize(b *bench) {
	const most = 64 << 10 // some engines put a few files of their own there
	id := b.create(shell("echo written >/note"))
	before, err := b.ContainerSize(b.Context(), id)
	b.must(err)
	b.must(b.StartContainer(b.Context(), id))
	b.ended(id)
	after, err := b.ContainerSize(b.Context(), id)
	b.must(err)
	if before < 0 || after <= before || after > most {
		b.Errorf("written: %d before, %d after", before, after)
	}
	_, err = b.ContainerSize(b.Context(), "no-such-container")
	b.wants("no such container", err, engine.ErrNotFound)
}
