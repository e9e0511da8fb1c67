package teacher

import (
	"context"
	"errors"
	"sync"

	"escale/app/lesson"
	"escale/engine"
)

// Bounds of one look, and of the logs that are followed.
const (
	mostQuestions = 64
	mostLogs      = 6
	mostLog       = 256 << 10 // bytes of a log that are kept
	mostLines     = 5000
)

// errTooMuch says that a check asks for more than a look is worth.
var errTooMuch = errors.New("too many questions")

// eyes look at what takes a question of its own. It belongs to the teacher's
// goroutine; only the logs are read on others.
type eyes struct {
	source Source
	poke   func()

	eng     engine.Engine // of this look; nil until asked for
	release func()
	asked   int
	known   map[string]engine.ContainerDetail

	logs    map[string]*reading // by container
	readers sync.WaitGroup
}

func newEyes(source Source, poke func()) *eyes {
	return &eyes{source: source, poke: poke, logs: map[string]*reading{}}
}

// open begins a look: answers of an older one count no more.
func (e *eyes) open() {
	e.asked, e.known = 0, map[string]engine.ContainerDetail{}
	for _, r := range e.logs {
		r.wanted = false
	}
}

// rest ends a look; logs that nobody wanted are read no more.
func (e *eyes) rest() {
	if e.release != nil {
		e.release()
	}
	e.eng, e.release = nil, nil
	for id, r := range e.logs {
		if !r.wanted {
			r.cancel()
			delete(e.logs, id)
		}
	}
}

// close ends everything, and waits for it.
func (e *eyes) close() {
	for _, r := range e.logs {
		r.wanted = false
	}
	e.rest()
	e.readers.Wait()
}

func (e *eyes) engine() (engine.Engine, error) {
	if e.asked++; e.asked > mostQuestions {
		return nil, errTooMuch
	}
	if e.eng == nil {
		eng, release, err := e.source()
		if err != nil {
			return nil, err
		}
		e.eng, e.release = eng, release
	}
	return e.eng, nil
}

// Container implements lesson.Looker.
func (e *eyes) Container(ctx context.Context, id string) (engine.ContainerDetail, error) {
	if d, known := e.known[id]; known {
		return d, nil
	}
	eng, err := e.engine()
	if err != nil {
		return engine.ContainerDetail{}, err
	}
	d, err := eng.InspectContainer(ctx, id)
	if err == nil {
		e.known[id] = d
	}
	return d, err
}

// Layers implements lesson.Looker.
func (e *eyes) Layers(ctx context.Context, image string) (int, error) {
	eng, err := e.engine()
	if err != nil {
		return 0, err
	}
	d, err := eng.InspectImage(ctx, image)
	return len(d.Layers), err
}

// Members implements lesson.Looker.
func (e *eyes) Members(ctx context.Context, network string) (int, error) {
	eng, err := e.engine()
	if err != nil {
		return 0, err
	}
	n, err := eng.InspectNetwork(ctx, network)
	return len(n.Members), err
}

// File implements lesson.Looker.
func (e *eyes) File(ctx context.Context, container, path string) ([]byte, error) {
	eng, err := e.engine()
	if err != nil {
		return nil, err
	}
	return eng.ReadFile(ctx, container, path, lesson.MostFile)
}
