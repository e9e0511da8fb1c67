package say_test

import (
	"fmt"
	"strings"
	"testing"

	"escale/engine"
	"escale/engine/machine"
	"escale/views/say"
)

// TestEveryCauseHasItsWords holds each cause and each step to words of its own.
func TestEveryCauseHasItsWords(t *testing.T) {
	causes := []machine.Cause{
		machine.CauseNoVirtualization, machine.CauseNotEnoughMemory, machine.CauseNotEnoughDisk, machine.CauseImageMissing,
		machine.CauseImageDamaged, machine.CauseImageNotFetched, machine.CauseDiskLocked, machine.CauseDiskForeign, machine.CauseQEMUMissing,
		machine.CauseImageTooOld, machine.CauseDiskMissing, machine.CauseDiskFailed, machine.CauseQEMUFailed, machine.CauseBootStuck, machine.CauseEngineFailed, machine.CauseToolsMissing, machine.CauseToolsNotFetched, machine.CauseWSLMissing, machine.CauseWSLTooOld, "something-new",
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
		}
		for _, reason := range []machine.Reason{
			machine.RefusedMissing, machine.RefusedReadOnly, machine.RefusedSameDisk, machine.RefusedNoHoles, machine.RefusedNoRoom,
			machine.RefusedFileExists, machine.RefusedNoBackup, machine.RefusedDamaged, machine.RefusedBusy, machine.RefusedNothing,
			machine.RefusedDataNewer, machine.RefusedTools, "something-new",
		} {
			words := say.Error(fmt.Errorf("backup: %w", &machine.Refusal{Reason: reason, Detail: "EROFS"}))
			if words.Hint == "" || strings.Contains(words.Title+words.Hint, "EROFS") {
				t.Errorf("%s: %s is worded %+v", language, reason, words)
			}
			only(words.Title, reason)
		}
		short := &machine.Refusal{Reason: machine.RefusedNoRoom, Shortage: &machine.Shortage{NeededBytes: 3e9, AvailableBytes: 1e9}}
		if words := say.Error(short); !strings.Contains(words.Hint, say.Bytes(3e9)) || !strings.Contains(words.Hint, say.Bytes(1e9)) {
			t.Errorf("%s: no room is worded %+v", language, words)
		}
		for _, step := range []string{"move", "backup", "restore", "verify"} {
			only(say.MachineStep(step), step)
		}
		for _, part := range []string{"files", "linux", "storage", "engine", "something-new"} {
			only(say.MachinePartDone(part), part)
		}
		for _, p := range []machine.PortError{machine.PortInUse, machine.PortNotAllowed, machine.PortFailed, "something-new"} {
			words, wrong := say.MachinePort(machine.Port{HostPort: 8080, Container: "web", Error: p})
			if !wrong || !strings.Contains(words.Title, "8080") || !strings.Contains(words.Hint, "web") {
				t.Errorf("%s: %s is worded %+v", language, p, words)
			}
		}
		if _, wrong := say.MachinePort(machine.Port{HostPort: 8080}); wrong {
			t.Errorf("%s: a port that is well is worded", language)
		}
	}
	say.SetLanguage("en")
}
