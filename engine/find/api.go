package find

import (
	"fmt"

	"escale/engine"
)

// The versions of the Engine API that we speak.
var (
	oldestAPI = api{1, 41}
	newestAPI = api{1, 51}
)

type api struct{ major, minor int }

func parseAPI(text string) (api, error) {
	var v api
	if n, err := fmt.Sscanf(text, "%d.%d", &v.major, &v.minor); err != nil || n != 2 {
		return api{}, fmt.Errorf("read API version %q", text)
	}
	return v, nil
}

func (a api) before(b api) bool { return a.major < b.major || a.major == b.major && a.minor < b.minor }

func (a api) String() string { return fmt.Sprintf("%d.%d", a.major, a.minor) }

// negotiate settles on the newest API that both sides speak. On error v still
// says what the engine speaks.
func negotiate(v engine.Version) (engine.Version, error) {
	theirs, err := parseAPI(v.API)
	if err != nil {
		return engine.Version{}, notEngine(err)
	}
	if theirs.before(oldestAPI) {
		return v, engine.Unreachable(engine.ErrTooOld, fmt.Errorf("it speaks API %s, at least %s is needed", theirs, oldestAPI))
	}
	if least, err := parseAPI(v.MinAPI); err == nil && newestAPI.before(least) {
		return v, engine.Unreachable(engine.ErrUnsupported, fmt.Errorf("it speaks API %s and newer, at most %s is known here", least, newestAPI))
	}
	if newestAPI.before(theirs) {
		v.API = newestAPI.String()
	}
	return v, nil
}
