package say

import (
	"errors"

	"escale/engine/machine"
)

// wslError words what a machine misses of Windows's own Linux; false for other
// errors.
func wslError(err error) (Message, bool) {
	failed, ok := errors.AsType[*machine.Failure](err)
	if !ok {
		return Message{}, false
	}
	m := Message{Detail: err.Error(), Retry: true}
	switch failed.Cause {
	case machine.CauseWSLMissing:
		m.Title, m.Hint = L("machine.cause.wsl.title"), L("machine.cause.wsl.hint")
	case machine.CauseWSLTooOld:
		m.Title, m.Hint = L("machine.cause.wslold.title"), L("machine.cause.wslold.hint")
	default:
		return Message{}, false
	}
	return m, true
}
