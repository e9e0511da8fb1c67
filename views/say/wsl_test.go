package say_test

import (
	"fmt"
	"testing"

	"escale/engine/machine"
	"escale/views/say"
)

// TestWSLCauses: what is missing of WSL has words of its own, and a remedy.
func TestWSLCauses(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		for cause, key := range map[machine.Cause]string{
			machine.CauseWSLMissing: "machine.cause.wsl", machine.CauseWSLTooOld: "machine.cause.wslold",
		} {
			err := fmt.Errorf("start: %w", &machine.Failure{Cause: cause, Detail: "0x8007019e"})
			want := say.Message{Title: say.L(key + ".title"), Hint: say.L(key + ".hint"), Detail: err.Error(), Retry: true}
			if got := say.Error(err); got != want {
				t.Errorf("%s: %s is worded %+v", language, cause, got)
			}
		}
	}
}
