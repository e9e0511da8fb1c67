package lesson

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"

	"escale/engine"
)

// container tells whether a container meets a condition.
func (e *eval) container(c engine.Container, cond Cond) bool {
	switch cond.Field {
	case "name":
		return cond.is(c.Name)
	case "image":
		return cond.names(c.Image)
	case "state":
		return cond.is(string(c.State))
	case "exit":
		return ended(c) && cond.counts(int64(c.ExitCode))
	case "oom":
		return cond.yes(c.OOMKilled)
	case "health":
		return cond.is(c.Health)
	case "command":
		return cond.is(c.Command)
	case "port", "host", "public":
		return ports(c, cond)
	case "mount", "target", "folder":
		return mounts(c, cond)
	case "network":
		return cond.is(c.Networks...)
	case "of":
		return e.Deeds[cond.Text].container() == c.ID
	case "new":
		return !e.mark(cond.Text).Known[keyOf(c)]
	case "started":
		return e.started(c, cond.Text)
	case "log":
		text, err := e.Look.Log(e.ctx, c)
		return !e.missed(err) && cond.is(text)
	}
	detail, err := e.Look.Container(e.ctx, c.ID)
	return !e.missed(err) && looked(detail, cond)
}

func ended(c engine.Container) bool {
	return c.State == engine.StateExited || c.State == engine.StateDead
}

// started tells whether a container was started since a moment: by what the
// engine told meanwhile, or by a start that was not known then.
func (e *eval) started(c engine.Container, since string) bool {
	events := e.Events
	if since == string(SinceTask) {
		events = e.Fresh
	}
	for _, event := range events {
		if event.Kind == engine.KindContainer && event.ID == c.ID && event.Action == "start" {
			return true
		}
	}
	known := e.mark(since).Known
	if c.Started.IsZero() || known[startKey(engine.Container{ID: c.ID})] {
		return false
	}
	return !known[startKey(c)]
}

func ports(c engine.Container, cond Cond) bool {
	var values []int64
	public := false
	for _, p := range c.Ports {
		if p.Host == 0 {
			continue
		}
		public = public || !p.HostIP.IsLoopback()
		if cond.Field == "port" {
			values = append(values, int64(p.Container))
		} else {
			values = append(values, int64(p.Host))
		}
	}
	if cond.Field == "public" {
		return cond.yes(public)
	}
	return cond.counts(values...)
}

func mounts(c engine.Container, cond Cond) bool {
	var values []string
	folder := false
	for _, m := range c.Mounts {
		folder = folder || m.Kind == engine.MountBind
		switch {
		case cond.Field == "target":
			values = append(values, m.Target)
		case m.Kind == engine.MountVolume:
			values = append(values, m.Source)
		}
	}
	if cond.Field == "folder" {
		return cond.yes(folder)
	}
	return cond.is(values...)
}

// looked is what only inspecting a container tells.
func looked(d engine.ContainerDetail, cond Cond) bool {
	switch cond.Field {
	case "env":
		var pairs []string
		for _, v := range d.Env {
			pairs = append(pairs, v.Name+"="+v.Value)
		}
		return cond.is(pairs...)
	case "memory":
		return cond.counts(d.MemoryBytes)
	case "cpus":
		return cond.counts(d.NanoCPUs / 1e6)
	case "restart":
		return cond.is(string(d.Restart))
	case "privileged":
		return cond.yes(d.Privileged)
	case "user":
		return cond.is(d.User)
	}
	return false
}

func (e *eval) image(i engine.Image, ref string, cond Cond) bool {
	switch cond.Field {
	case "ref":
		return cond.names(ref)
	case "size":
		return cond.counts(i.SizeBytes)
	case "uses":
		return cond.counts(int64(i.Containers))
	case "of":
		return e.Deeds[cond.Text].is(OnImage, i.ID)
	case "new":
		return !e.mark(cond.Text).Known[imageKey(i, ref)]
	case "layers":
		layers, err := e.Look.Layers(e.ctx, i.ID)
		return !e.missed(err) && cond.counts(int64(layers))
	}
	return false
}

func (e *eval) volume(v engine.Volume, cond Cond) bool {
	switch cond.Field {
	case "name":
		return cond.is(v.Name)
	case "driver":
		return cond.is(v.Driver)
	case "uses":
		return cond.counts(int64(len(v.UsedBy)))
	case "anonymous":
		return cond.yes(v.Anonymous)
	case "size":
		return v.SizeBytes >= 0 && cond.counts(v.SizeBytes)
	case "of":
		return e.Deeds[cond.Text].is(OnVolume, v.Name)
	case "new":
		return !e.mark(cond.Text).Known[volumeKey(v)]
	}
	return false
}

func (e *eval) network(n engine.Network, cond Cond) bool {
	switch cond.Field {
	case "name":
		return cond.is(n.Name)
	case "driver":
		return cond.is(n.Driver)
	case "internal":
		return cond.yes(n.Internal)
	case "builtin":
		return cond.yes(n.Builtin)
	case "of":
		return e.Deeds[cond.Text].is(OnNetwork, n.ID)
	case "new":
		return !e.mark(cond.Text).Known[networkKey(n)]
	case "members":
		members, err := e.Look.Members(e.ctx, n.ID)
		return !e.missed(err) && cond.counts(int64(members))
	}
	return false
}

// event finds the first event that meets all conditions.
func (e *eval) event(f *Fact) (Deed, bool) {
	events := e.Events
	for _, c := range f.Conds {
		if c.Field == "new" && c.Text == string(SinceTask) {
			events = e.Fresh
		}
	}
	for _, event := range events {
		if e.meets(f, func(c Cond) bool { return e.happened(event, c) }) {
			return Deed{Kind: Kind(event.Kind), ID: event.ID}, true
		}
	}
	return Deed{}, false
}

func (e *eval) happened(event engine.Event, cond Cond) bool {
	switch cond.Field {
	case "type":
		return cond.is(string(event.Kind))
	case "action":
		return cond.is(event.Action)
	case "name":
		if name, told := event.Attributes["name"]; told {
			return cond.is(name)
		}
		return cond.is(event.ID) // of a volume, and of an image that is pulled
	case "image":
		return cond.names(event.Attributes["image"])
	case "exit":
		code, err := strconv.ParseInt(event.Attributes["exitCode"], 10, 64)
		return err == nil && cond.counts(code)
	case "of":
		if event.Kind == engine.KindContainer {
			return e.Deeds[cond.Text].container() == event.ID
		}
		return e.Deeds[cond.Text].is(Kind(event.Kind), event.ID)
	case "new":
		return true // events are new; since when was seen to before
	}
	return false
}

// MostFile bounds the files that checks read, in bytes.
const MostFile = 1 << 20

// file reads a file by way of a container that sees it.
func (e *eval) file(f *Fact) (Deed, bool) {
	for _, c := range e.Containers {
		where, sees := e.sees(c, f)
		if !sees {
			continue
		}
		data, err := e.Look.File(e.ctx, c.ID, where)
		if e.missed(err) {
			continue
		}
		sum := sha256.Sum256(data)
		hash := hex.EncodeToString(sum[:])
		if e.meets(f, func(cond Cond) bool { return e.content(data, hash, cond) }) {
			return Deed{Kind: OnFile, ID: c.ID, Hash: hash}, true
		}
	}
	return Deed{}, false
}

// sees is the path at which a container sees the file of a fact.
func (e *eval) sees(c engine.Container, f *Fact) (where string, sees bool) {
	where = path.Clean(f.text("path"))
	if volume := f.text("volume"); volume != "" {
		i := slices.IndexFunc(c.Mounts, func(m engine.Mount) bool {
			return m.Kind == engine.MountVolume && m.Source == volume
		})
		if i < 0 {
			return "", false
		}
		return path.Join(c.Mounts[i].Target, where), true
	}
	if task := f.text("of"); task != "" {
		return where, e.Deeds[task].container() == c.ID
	}
	return where, c.Name == f.text("container")
}

func (e *eval) content(data []byte, hash string, cond Cond) bool {
	switch cond.Field {
	case "text":
		return cond.is(strings.ToValidUTF8(string(data), "�"))
	case "size":
		return cond.counts(int64(len(data)))
	case "sha256":
		return hash == cond.Text
	case "same":
		return e.Deeds[cond.Text].Hash == hash
	}
	return true // the path, and where it is
}
