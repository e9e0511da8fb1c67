package say

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"escale/app/autostart"
	"escale/app/release"
)

// TestProblemsOfASession: each has words of its own, and none the program's.
func TestProblemsOfASession(t *testing.T) {
	raw := errors.New("0xdeadbeef")
	for _, tc := range []struct {
		word func(error) string
		errs []error
	}{
		{LoginProblem, []error{autostart.ErrSandboxed, autostart.ErrFleeting, autostart.ErrUnfit, raw}},
		{ReleaseProblem, []error{
			release.ErrNoKey, release.ErrNoAddress, release.ErrAddress, release.ErrUnreachable, release.ErrAbsent, release.ErrForged,
			release.ErrOlder, release.ErrFuture, release.ErrDamaged,
		}},
	} {
		said := map[string]error{}
		for _, err := range tc.errs {
			words := tc.word(fmt.Errorf("at some place: %w", errors.Join(err, raw)))
			if other, twice := said[words]; twice || strings.Contains(words, raw.Error()) {
				t.Errorf("%v is worded %q, as %v is", err, words, other)
			}
			said[words] = err
		}
	}
}
