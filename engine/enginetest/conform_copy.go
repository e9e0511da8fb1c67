package enginetest

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"escale/engine"
)

// checkCopyInto: an archive goes into a volume by way of a container that never
// ran, and another container reads it there, as the user that owns it.
func checkCopyInto(b *bench) {
	name := b.name()
	_, err := b.CreateVolume(b.Context(), name, nil)
	b.must(err)
	b.Cleanup(func() { b.must(b.RemoveVolume(context.WithoutCancel(b.Context()), name)) })
	through := engine.ContainerSpec{
		Command: []string{"true"},
		Mounts:  []engine.Mount{{Kind: engine.MountVolume, Source: name, Target: "/through"}},
	}
	id := b.create(through)
	b.must(b.CopyInto(b.Context(), id, "/through", parcel(b, map[string]string{"deep/": "", "deep/words": "the words\n"})))
	b.wants("no such container", b.CopyInto(b.Context(), "escale-has-no-such", "/through", parcel(b, nil)), engine.ErrNotFound)
	checkReadFile(b, id)
	ctx, cancel := context.WithCancel(b.Context())
	b.wants("cancelled", b.CopyInto(ctx, id, "/through", endless(cancel)), context.Canceled)
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}))

	reader := shell("cat /data/deep/words")
	reader.User = "1234:1234" // the file is its own, and nobody else's
	reader.Mounts = []engine.Mount{{Kind: engine.MountVolume, Source: name, Target: "/data", ReadOnly: true}}
	id = b.run(reader)
	b.ended(id)
	logs, err := b.Logs(b.Context(), id, engine.LogOptions{Tail: 10})
	b.must(err)
	lines := take(b, logs, -1, 10*time.Second)
	if len(lines) != 1 || !strings.Contains(lines[0].Text, "the words") {
		b.Errorf("read %+v", lines)
	}
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}))
}

// checkReadFile reads what was copied, by way of a container that never ran.
func checkReadFile(b *bench, id string) {
	b.Helper()
	data, err := b.ReadFile(b.Context(), id, "/through/deep/words", 10)
	if err != nil || string(data) != "the words\n" {
		b.Errorf("read %q, %v", data, err)
	}
	_, err = b.ReadFile(b.Context(), id, "/through/deep/words", 9)
	b.wants("larger than asked for", err, engine.ErrInvalid)
	_, err = b.ReadFile(b.Context(), id, "/through/deep", 1<<20)
	b.wants("a folder", err, engine.ErrInvalid)
	_, err = b.ReadFile(b.Context(), id, "/through/nothing", 1<<20)
	b.wants("no such file", err, engine.ErrNotFound)
	_, err = b.ReadFile(b.Context(), "escale-has-no-such", "/words", 1<<20)
	b.wants("no such container", err, engine.ErrNotFound)
}

// parcel is an archive of files that only their owner may read; a path that
// ends with "/" is a folder.
func parcel(b *bench, files map[string]string) io.Reader {
	b.Helper()
	var archive bytes.Buffer
	out := tar.NewWriter(&archive)
	for _, folders := range []bool{true, false} {
		for name, text := range files {
			h := tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o600, Uid: 1234, Gid: 1234, Size: int64(len(text))}
			if strings.HasSuffix(name, "/") != folders {
				continue
			}
			if folders {
				h.Typeflag, h.Mode = tar.TypeDir, 0o700
			}
			b.must(out.WriteHeader(&h))
			_, err := out.Write([]byte(text))
			b.must(err)
		}
	}
	b.must(out.Close())
	return &archive
}

// endless is an archive of one large file. Somebody calls the copy off while it
// is on its way.
func endless(callOff func()) io.Reader {
	var head bytes.Buffer
	out := tar.NewWriter(&head)
	_ = out.WriteHeader(&tar.Header{Name: "large", Typeflag: tar.TypeReg, Mode: 0o600, Size: 1 << 40}) // a buffer never fails
	return io.MultiReader(&head, zeros{callOff})
}

type zeros struct{ begun func() }

func (z zeros) Read(p []byte) (int, error) {
	z.begun()
	clear(p)
	return len(p), nil
}
