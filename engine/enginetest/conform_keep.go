package enginetest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"escale/engine"
)

// checkKeep: a container becomes an image, which goes out and comes in again with
// its files and its settings.
func checkKeep(b *bench) {
	ref := b.name() + ":kept"
	spec := shell("echo the words >/kept; echo said")
	spec.Env = []engine.EnvVar{{Name: "KEPT", Value: "yes"}}
	id := b.run(spec)
	b.ended(id)
	image, err := b.CommitContainer(b.Context(), id, ref)
	b.must(err)
	b.Cleanup(func() { // where the rest did not come to its end
		if err := b.RemoveImage(context.WithoutCancel(b.Context()), ref, false); err != nil && !errors.Is(err, engine.ErrNotFound) {
			b.Error(err)
		}
	})
	detail, err := b.InspectImage(b.Context(), ref)
	b.must(err)
	if detail.ID != image || !slices.Contains(detail.Env, spec.Env[0]) {
		b.Errorf("the image is %+v, made %s", detail, image)
	}
	_, err = b.CommitContainer(b.Context(), "escale-has-no-such", ref)
	b.wants("no such container", err, engine.ErrNotFound)
	_, err = b.SaveImage(b.Context(), "escale-has-no-such:image")
	b.wants("no such image", err, engine.ErrNotFound)

	archive, err := b.SaveImage(b.Context(), ref)
	b.must(err)
	data, err := io.ReadAll(archive)
	b.must(errors.Join(err, archive.Close()))
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}))
	b.must(b.RemoveImage(b.Context(), ref, false))
	b.wants("no archive", b.LoadImage(b.Context(), strings.NewReader(strings.Repeat("no archive ", 200))), engine.ErrInvalid)
	ctx, cancel := context.WithCancel(b.Context())
	b.wants("cancelled", b.LoadImage(ctx, endless(cancel)), context.Canceled)
	b.must(b.LoadImage(b.Context(), strings.NewReader(string(data))))

	fresh := b.create(engine.ContainerSpec{Image: ref, Command: []string{"true"}})
	if text, err := b.ReadFile(b.Context(), fresh, "/kept", 100); err != nil || string(text) != "the words\n" {
		b.Errorf("before it ran it holds %q, %v", text, err)
	}
	b.must(b.RemoveContainer(b.Context(), fresh, engine.RemoveContainer{}))
	again := b.run(engine.ContainerSpec{Image: ref})
	b.ended(again)
	logs, err := b.Logs(b.Context(), again, engine.LogOptions{Tail: 10})
	b.must(err)
	lines := take(b, logs, -1, 10*time.Second)
	if d := b.inspect(again); !slices.Contains(d.Env, spec.Env[0]) {
		b.Errorf("it runs with %v", d.Env)
	}
	if len(lines) != 1 || lines[0].Text != "said" {
		b.Errorf("it said %+v", lines)
	}
	b.must(b.RemoveContainer(b.Context(), again, engine.RemoveContainer{}))
	b.must(b.RemoveImage(b.Context(), ref, false))
}
