package cmdlog

import (
	"context"
	"slices"

	"escale/app/command"
	"escale/engine"
)

// verb is what an entry does, where that matters to others.
type verb int

const (
	other verb = iota
	create
	start
	remove
)

// Wrap returns eng with every call recorded. It names each method itself, and
// embeds nothing: a method that the interface gains must be written here, too.
func (l *Log) Wrap(eng engine.Engine) engine.Engine {
	ep := eng.Endpoint()
	r := &recorder{eng: eng, log: l, target: command.For(ep)}
	l.mu.Lock()
	defer l.mu.Unlock()
	r.place = Place{ID: ep.ID, Name: ep.Name, Host: ep.Host, account: l.accounts[ep.ID]}
	return r
}

// recorder is an engine whose calls are in the log.
type recorder struct {
	eng    engine.Engine
	log    *Log
	target command.Target

	place Place       // log.mu
	info  engine.Info // log.mu
}

var _ engine.Engine = (*recorder)(nil)

// Endpoint implements engine.Engine.
func (r *recorder) Endpoint() engine.Endpoint { return r.eng.Endpoint() }

// Close implements engine.Engine.
func (r *recorder) Close() error { return r.eng.Close() }

// deed is a change that is about to be made.
type deed struct {
	verb    verb
	words   []word
	unnamed bool
	pack    *folder
	uses    []object // more than those that the words name
	image   object   // that a container is made from
}

// change records a change; do returns what it made, if anything.
func (r *recorder) change(ctx context.Context, d deed, do func() (object, error)) error {
	id := r.begin(Entry{Change: true, verb: d.verb, words: d.words, unnamed: d.unnamed, pack: d.pack, uses: d.uses, image: d.image})
	made, err := do()
	r.log.end(ctx, id, err, made)
	return err
}

// simple records a change that makes nothing.
func (r *recorder) simple(ctx context.Context, v verb, do func() error, all ...word) error {
	return r.change(ctx, deed{verb: v, words: all}, func() (object, error) { return object{}, do() })
}

// question records a question.
func question[T any](ctx context.Context, r *recorder, ask func() (T, error), all ...word) (T, error) {
	id := r.begin(Entry{words: all})
	answer, err := ask()
	r.log.end(ctx, id, err, object{})
	return answer, err
}

func (r *recorder) begin(e Entry) int {
	r.log.mu.Lock()
	e.Place = r.place
	r.log.mu.Unlock()
	e.target = r.target.Line
	for _, w := range e.words {
		if w.of.kind != "" && !slices.Contains(e.uses, w.of) {
			e.uses = append(e.uses, w.of)
		}
	}
	return r.log.begin(e)
}

// container is a container's name as a word; its short ID while nobody has said
// its name.
func (r *recorder) container(id string) word {
	of := object{engine.KindContainer, id}
	if name := r.log.nameOf(of); name != "" {
		return word{text: name, of: of}
	}
	text := plain(id)
	if len(text) == 64 {
		text = text[:12]
	}
	return word{text: text, of: of}
}

// network is a network's name as a word: networks go by their names.
func (r *recorder) network(id string) word {
	name := r.log.nameOf(object{engine.KindNetwork, id})
	if name == "" {
		name = plain(id)
	}
	return word{text: name, of: object{engine.KindNetwork, name}}
}

func volume(name string) word {
	return word{text: plain(name), of: object{engine.KindVolume, plain(name)}}
}

func (l *Log) nameOf(o object) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.names[o]
}

// learn notes what objects are called now.
func (l *Log) learn(kind engine.Kind, names map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.names)+len(names) > mostNames {
		l.names = map[object]string{} // the next list says those that matter
	}
	for id, name := range names {
		if id != "" && name != "" && len(l.names) < mostNames {
			l.names[object{kind, id}] = plain(name)
		}
	}
}

// isAt notes which engine answers at the endpoint.
func (r *recorder) isAt(info engine.Info) {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	if account := info.ID + "\n" + info.Name + "\n" + info.RootDir; account != "\n\n" {
		r.place.account, r.log.accounts[r.place.ID] = account, account
	}
	r.info = info
}

// all is what the engine's computer has, for a limit that is none.
func (r *recorder) all() engine.Info {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	return r.info
}
