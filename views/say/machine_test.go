package say_test

import (
	"fmt"
	"testing"

	"escale/engine"
	"escale/engine/machine"
	"escale/views/say"
)

// TestEveryCauseHasItsWords holds each cause and each step to words of its own.
func TestEveryCauseHasItsWords(t *testing.T) {
	causes := []machine.Cause{
		machine.CauseNoVirtualization, machine.CauseNotEnoughMemory, machine.CauseNotEnoughDisk, machine.CauseImageMissing,
		machine.CauseImageDamaged, machine.CauseDiskLocked, machine.CauseDiskForeign, machine.CauseQEMUMissing,
		machine.CauseQEMUFailed, machine.CauseBootStuck, machine.CauseEngineFailed, "something-new",
	}
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		seen := map[string]any{}
		only := func(words string, of any) {
			if other, twice := seen[words]; twice || words == "" {
				t.Errorf("%s: %v says %q, as %v does", language, of, words, other)
			}
			seen[words] = of
		}
		for _, cause := range causes {
			failed := fmt.Errorf("start: %w", engine.Unreachable(engine.ErrNotStarted, &machine.Failure{Cause: cause, Detail: "exit status 1"}))
			words := say.Error(failed)
			if words.Hint == "" || !words.Retry || words.Detail != failed.Error() {
				t.Errorf("%s: %s is worded %+v", language, cause, words)
			}
			only(words.Title, cause)
		}
		for _, err := range []error{machine.ErrHelperMissing, machine.ErrHelperFailed, engine.Unreachable(engine.ErrNotStarted, nil)} {
			only(say.Error(fmt.Errorf("start: %w", err)).Title, err)
		}
		for _, problem := range []machine.ShareProblem{
			machine.ShareMissing, machine.ShareName, machine.ShareLink, machine.ShareTooMuch, machine.ShareOwn, machine.ShareSecrets,
			machine.SharePlace, machine.ShareOverlaps, machine.ShareTooMany, machine.ShareFailed,
		} {
			only(say.Error(fmt.Errorf("put: %w", &machine.ShareError{Path: "/x", Problem: problem})).Hint, problem)
		}
		for _, step := range []string{"image", "disk", "vm", "kernel", "root", "network", "data", "engine", "ready", "something-new"} {
			only(say.MachineStep(step), step)
			only(say.MachineStepDone(step), step)
		}
	}
	say.SetLanguage("en")
}
