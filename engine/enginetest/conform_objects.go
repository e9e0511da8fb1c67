package enginetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"escale/engine"
)

func checkPull(b *bench) {
	b.dropImage(b.images.Pull)
	var reports []engine.PullProgress
	var times []time.Time
	b.must(b.PullImage(b.Context(), b.images.Pull, func(p engine.PullProgress) {
		reports, times = append(reports, p), append(times, time.Now())
	}))
	if len(reports) == 0 {
		b.Fatal("no report")
	}
	last := reports[len(reports)-1]
	if len(last.Layers) == 0 || last.CurrentBytes > last.TotalBytes && last.TotalBytes > 0 {
		b.Errorf("last report %+v", last)
	}
	for _, l := range last.Layers {
		if l.Phase != engine.LayerDone && l.Phase != engine.LayerPresent {
			b.Errorf("layer at the end: %+v", l)
		}
	}
	for i := 10; i < len(times)-1; i++ {
		if d := times[i].Sub(times[i-10]); d < 800*time.Millisecond {
			b.Errorf("eleven reports in %v", d)
		}
	}
	i, err := b.InspectImage(b.Context(), b.images.Pull)
	b.must(err)
	if !slices.Contains(i.Tags, withTag(b.images.Pull)) {
		b.Errorf("tags %q", i.Tags)
	}
	again := 0
	b.must(b.PullImage(b.Context(), b.images.Pull, func(engine.PullProgress) { again++ }))
}

func (b *bench) dropImage(ref string) {
	b.Helper()
	if err := b.RemoveImage(b.Context(), ref, true); err != nil && !errors.Is(err, engine.ErrNotFound) {
		b.Fatal(err)
	}
}

func checkPullFails(b *bench) {
	err := b.PullImage(b.Context(), b.images.Missing, nil)
	if !errors.Is(err, engine.ErrNoSuchImage) && !errors.Is(err, engine.ErrNoSuchTag) { // as the registry has it
		b.Errorf("not in the registry: %v", err)
	}
	b.wants("no such tag", b.PullImage(b.Context(), b.images.MissingTag, nil), engine.ErrNoSuchTag)
	b.wants("registry unreachable", b.PullImage(b.Context(), b.images.Offline, nil), engine.ErrRegistry)
	b.wants("no reference", b.PullImage(b.Context(), "NOT A REFERENCE", nil), engine.ErrInvalid)
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	b.wants("cancelled", b.PullImage(ctx, b.images.Pull, nil), context.Canceled)
	b.dropImage(b.images.Pull)
	ctx, cancel = context.WithCancel(b.Context())
	defer cancel()
	err = b.PullImage(ctx, b.images.Pull, func(engine.PullProgress) { cancel() })
	if err != nil && !errors.Is(err, context.Canceled) { // a small image may be here before it is cancelled
		b.Errorf("cancelled half-way: %v", err)
	}
}

func checkImages(b *bench) {
	i, err := b.InspectImage(b.Context(), b.images.Busybox)
	b.must(err)
	if i.SizeBytes <= 0 || i.OS != "linux" || i.Architecture == "" || i.ID == "" {
		b.Errorf("image %+v", i)
	}
	steps, err := b.ImageHistory(b.Context(), i.ID)
	b.must(err)
	if len(steps) == 0 || steps[0].Created.IsZero() {
		b.Errorf("history %+v", steps)
	}
	tag := "escale/" + b.name() + ":v1"
	b.must(b.TagImage(b.Context(), b.images.Busybox, tag))
	b.wants("two names by ID", b.RemoveImage(b.Context(), i.ID, false), engine.ErrConflict)
	user := b.create(shell("exit 0"))
	rows, err := b.ListImages(b.Context())
	b.must(err)
	at := slices.IndexFunc(rows, func(r engine.Image) bool { return r.ID == i.ID })
	if at < 0 || !slices.Contains(rows[at].Tags, tag) || !slices.Contains(rows[at].Tags, withTag(b.images.Busybox)) || rows[at].Containers == 0 {
		b.Fatalf("list: %+v", rows)
	}
	b.wants("in use, by force", b.RemoveImage(b.Context(), i.ID, true), engine.ErrInUse)
	b.must(b.RemoveImage(b.Context(), tag, false))
	_, err = b.InspectImage(b.Context(), tag)
	b.wants("removed tag", err, engine.ErrNotFound)
	b.wants("in use", b.RemoveImage(b.Context(), b.images.Busybox, false), engine.ErrInUse)
	b.wants("in use, by force", b.RemoveImage(b.Context(), b.images.Busybox, true), engine.ErrInUse)
	if d := b.inspect(user); d.ImageID != i.ID {
		b.Errorf("container's image %q, want %q", d.ImageID, i.ID)
	}
	b.wants("no such image", b.RemoveImage(b.Context(), "escale-has-no-such-image", false), engine.ErrNotFound)
	b.wants("tag of nothing", b.TagImage(b.Context(), "escale-has-no-such-image", tag), engine.ErrNotFound)
	_, err = b.ImageHistory(b.Context(), "escale-has-no-such-image")
	b.wants("history of nothing", err, engine.ErrNotFound)
	b.wants("bad tag", b.TagImage(b.Context(), b.images.Busybox, "escale/UPPER CASE"), engine.ErrInvalid)
}

func checkSearch(b *bench) {
	hits, err := b.SearchImages(b.Context(), b.images.Search, 25)
	b.must(err)
	at := slices.IndexFunc(hits, func(h engine.SearchHit) bool { return h.Name == b.images.Search })
	if at < 0 || len(hits) > 25 {
		b.Fatalf("%d hits: %+v", len(hits), hits)
	}
	if hit := hits[at]; hit.Description == "" || hit.Stars < 0 || hit.Pulls != -1 {
		b.Errorf("hit %+v", hit)
	}
	for _, h := range hits {
		if !strings.Contains(h.Name, "busybox") {
			b.Errorf("hit %+v", h)
		}
	}
	if hits, err := b.SearchImages(b.Context(), b.images.Search, 1); err != nil || len(hits) != 1 {
		b.Errorf("one hit: %+v, %v", hits, err)
	}
	if hits, err := b.SearchImages(b.Context(), b.images.Search+"-that-is-not", 25); err != nil || len(hits) != 0 {
		b.Errorf("no hit: %+v, %v", hits, err)
	}
	_, err = b.SearchImages(b.Context(), b.images.SearchOffline, 25)
	b.wants("registry unreachable", err, engine.ErrRegistry)
}

func checkPruneImages(b *bench) {
	b.create(shell("exit 0")) // keeps busybox
	b.must(b.PullImage(b.Context(), b.images.Pull, nil))
	pulled, err := b.InspectImage(b.Context(), b.images.Pull)
	b.must(err)
	named, err := b.PrunableImages(b.Context(), true)
	b.must(err)
	if !slices.Contains(named.Names, withTag(b.images.Pull)) || named.Bytes <= 0 {
		b.Errorf("all unused: %+v", named)
	}
	if dangling, err := b.PrunableImages(b.Context(), false); err != nil || slices.Contains(dangling.Names, pulled.ID) {
		b.Errorf("without a tag: %+v, %v", dangling, err)
	}
	b.must(b.TagImage(b.Context(), b.images.Busybox, b.images.Pull)) // takes the name away
	dangling, err := b.PrunableImages(b.Context(), false)
	b.must(err)
	if !slices.Contains(dangling.Names, pulled.ID) || dangling.Bytes <= 0 {
		b.Errorf("without a tag: %+v, want %s", dangling, pulled.ID)
	}
	pruned, err := b.PruneImages(b.Context(), false)
	b.must(err)
	if !slices.Contains(pruned.Names, pulled.ID) || pruned.Bytes < dangling.Bytes*9/10 || pruned.Bytes > dangling.Bytes*11/10 {
		b.Errorf("pruned %+v, announced %+v", pruned, dangling)
	}
	_, err = b.InspectImage(b.Context(), pulled.ID)
	b.wants("pruned", err, engine.ErrNotFound)
	b.must(b.RemoveImage(b.Context(), b.images.Pull, false))
	b.must(b.PullImage(b.Context(), b.images.Pull, nil))
	pruned, err = b.PruneImages(b.Context(), true)
	b.must(err)
	if !slices.Contains(pruned.Names, withTag(b.images.Pull)) {
		b.Errorf("pruned all unused: %+v", pruned)
	}
	_, err = b.InspectImage(b.Context(), b.images.Busybox)
	b.must(err)
}

func checkVolumes(b *bench) {
	name := b.name()
	made, err := b.CreateVolume(b.Context(), name, map[string]string{"purpose": "test"})
	b.must(err)
	if made.Name != name || made.Driver != "local" || made.Mountpoint == "" || made.Anonymous || made.Labels["purpose"] != "test" {
		b.Errorf("made %+v", made)
	}
	spec := shell("echo content >/data/file")
	spec.Mounts = []engine.Mount{{Kind: engine.MountVolume, Source: name, Target: "/data"}}
	id := b.run(spec)
	b.ended(id)
	rows, err := b.ListVolumes(b.Context())
	b.must(err)
	at := slices.IndexFunc(rows, func(v engine.Volume) bool { return v.Name == name })
	if at < 0 || len(rows[at].UsedBy) != 1 || rows[at].UsedBy[0].ContainerID != id || rows[at].UsedBy[0].Running {
		b.Fatalf("list: %+v", rows)
	}
	const length = int64(len("content\n"))
	if size := rows[at].SizeBytes; size < length {
		b.Errorf("list: a file of %d bytes in a volume of %d", length, size)
	}
	if use := rows[at].UsedBy[0]; use.Target != "/data" || use.Container != b.inspect(id).Name {
		b.Errorf("use: %+v", use)
	}
	if v, err := b.InspectVolume(b.Context(), name); err != nil || v.SizeBytes < length || len(v.UsedBy) != 1 {
		b.Errorf("inspected %+v, %v", v, err)
	}
	b.wants("in use", b.RemoveVolume(b.Context(), name), engine.ErrInUse)
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{Volumes: true}))
	b.must(b.RemoveVolume(b.Context(), name))
	b.wants("removed", b.RemoveVolume(b.Context(), name), engine.ErrNotFound)
	_, err = b.InspectVolume(b.Context(), name)
	b.wants("removed", err, engine.ErrNotFound)
	_, err = b.CreateVolume(b.Context(), "no good/name", nil)
	b.wants("bad name", err, engine.ErrInvalid)
}

func checkPruneVolumes(b *bench) {
	named, used := b.name(), b.name()
	_, err := b.CreateVolume(b.Context(), named, nil)
	b.must(err)
	anonymous, err := b.CreateVolume(b.Context(), "", nil)
	b.must(err)
	if !anonymous.Anonymous || anonymous.Name == "" {
		b.Errorf("anonymous: %+v", anonymous)
	}
	spec := shell("exit 0")
	spec.Mounts = []engine.Mount{{Kind: engine.MountVolume, Source: used, Target: "/data"}}
	id := b.create(spec)
	pruned, err := b.PruneVolumes(b.Context(), false)
	b.must(err)
	if !slices.Contains(pruned.Names, anonymous.Name) || slices.Contains(pruned.Names, named) || slices.Contains(pruned.Names, used) {
		b.Errorf("pruned anonymous: %+v", pruned)
	}
	pruned, err = b.PruneVolumes(b.Context(), true)
	b.must(err)
	if !slices.Contains(pruned.Names, named) || slices.Contains(pruned.Names, used) {
		b.Errorf("pruned all: %+v", pruned)
	}
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}))
	b.must(b.RemoveVolume(b.Context(), used))
}

func checkNetworks(b *bench) {
	name := b.name()
	net, err := b.CreateNetwork(b.Context(), engine.NetworkSpec{Name: name, Labels: map[string]string{"purpose": "test"}})
	b.must(err)
	b.Cleanup(func() { _ = b.RemoveNetwork(context.WithoutCancel(b.Context()), name) }) // mostly gone by then
	_, err = b.CreateNetwork(b.Context(), engine.NetworkSpec{Name: name})
	b.wants("name taken", err, engine.ErrConflict)
	rows, err := b.ListNetworks(b.Context())
	b.must(err)
	at := slices.IndexFunc(rows, func(n engine.Network) bool { return n.ID == net })
	if at < 0 || rows[at].Name != name || rows[at].Driver != "bridge" || rows[at].Builtin || len(rows[at].Subnets) == 0 {
		b.Fatalf("list: %+v", rows)
	}
	builtin := slices.IndexFunc(rows, func(n engine.Network) bool { return n.Builtin })
	if builtin < 0 {
		b.Fatalf("no built-in network: %+v", rows)
	}
	b.wants("remove a built-in one", b.RemoveNetwork(b.Context(), rows[builtin].ID), engine.ErrConflict)
	id := b.run(shell(forever))
	if at := b.inspect(id).Attachments; len(at) != 1 || !slices.ContainsFunc(rows, func(n engine.Network) bool { return n.Name == at[0].Network }) {
		b.Errorf("attached to %+v, networks are %+v", at, rows)
	}
	b.must(b.ConnectNetwork(b.Context(), net, id, []string{"database"}))
	b.wants("connect twice", b.ConnectNetwork(b.Context(), net, id, nil), engine.ErrConflict)
	at = slices.IndexFunc(b.inspect(id).Attachments, func(a engine.Attachment) bool { return a.Network == name })
	if at < 0 || !slices.Contains(b.inspect(id).Attachments[at].Aliases, "database") {
		b.Errorf("attachments: %+v", b.inspect(id).Attachments)
	}
	n, err := b.InspectNetwork(b.Context(), name)
	b.must(err)
	if len(n.Members) != 1 || n.Members[0].ContainerID != id || n.Labels["purpose"] != "test" {
		b.Errorf("network: %+v", n)
	}
	b.wants("in use", b.RemoveNetwork(b.Context(), net), engine.ErrInUse)
	b.must(b.DisconnectNetwork(b.Context(), net, id, false))
	b.wants("disconnect twice", b.DisconnectNetwork(b.Context(), net, id, false), engine.ErrConflict)
	b.must(b.RemoveNetwork(b.Context(), net))
	b.wants("removed", b.RemoveNetwork(b.Context(), net), engine.ErrNotFound)
	b.wants("connect to nothing", b.ConnectNetwork(b.Context(), net, id, nil), engine.ErrNotFound)
	_, err = b.InspectNetwork(b.Context(), name)
	b.wants("removed", err, engine.ErrNotFound)
}
