package docker

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"

	"escale/engine"
)

// Watch implements engine.Watcher. The stream has no regular end: its Err is
// set whenever it ends.
//
// The client library's own call starts a goroutine that tells a refusal only
// after it has returned, so this asks itself.
//
// Source: GET /events.
func (a *adapter) Watch(ctx context.Context) (*engine.Stream[engine.Event], error) {
	answer, live, release, err := open(ctx, callDeadline, a.subscribe)
	if err != nil {
		return nil, failed(ctx, err, "watch events")
	}
	return stream(live, release, func(send func(engine.Event) error) error {
		defer answer.Body.Close() //nolint:errcheck // nothing is written
		err := objects(answer.Body, func(m events.Message) error {
			if e, ok := translate(m); ok {
				return send(e)
			}
			return nil
		})
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}), nil
}

func (a *adapter) subscribe(ctx context.Context) (*http.Response, error) {
	place := address("/v" + a.api.ClientVersion() + "/events")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := a.http.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		words, _ := io.ReadAll(io.LimitReader(answer.Body, 4096))
		return nil, &failure{engine.ErrServer, errors.Join(errors.New(answer.Status+": "+string(words)), answer.Body.Close())}
	}
	return answer, nil
}

// podmanActions are Podman's names of actions, by kind, where they are not
// Docker's. Empty drops the event.
var podmanActions = map[engine.Kind]map[string]string{
	engine.KindContainer: {"died": "die", "remove": "destroy", "init": "", "sync": "", "mount": "", "unmount": "", "cleanup": ""},
	engine.KindImage:     {"remove": "delete", "loadfromarchive": "load"},
	engine.KindVolume:    {"remove": "destroy"},
	engine.KindNetwork:   {"remove": "destroy"},
}

// translate makes an event ours; ok is false for one that is left out.
func translate(m events.Message) (e engine.Event, ok bool) {
	kind, action := engine.Kind(m.Type), string(m.Action)
	switch kind {
	case engine.KindContainer, engine.KindImage, engine.KindVolume, engine.KindNetwork, engine.KindDaemon:
	default:
		return e, false
	}
	if strings.HasPrefix(action, "exec") {
		return e, false
	}
	if ours, known := podmanActions[kind][action]; known {
		action = ours
	}
	at := time.Unix(m.Time, 0)
	if m.TimeNano != 0 {
		at = time.Unix(0, m.TimeNano)
	}
	e = engine.Event{Kind: kind, ID: m.Actor.ID, Action: action, At: at.UTC(), Attributes: m.Actor.Attributes}
	return e, action != ""
}
