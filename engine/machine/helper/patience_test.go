package helper

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestPatience(t *testing.T) {
	for name, tc := range map[string]struct {
		share float64 // of the processors, that the machine gets; negative: not known
		want  time.Duration
	}{
		"works hard and is stuck": {share: 1, want: time.Minute},
		"nobody knows":            {share: -1, want: time.Minute},
		"is starved":              {share: 0.02, want: 5 * time.Minute},
		"has half":                {share: 0.5, want: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ended := make(chan error, 1)
				p := &patience{end: func(err error) { ended <- err }, spent: func() time.Duration {
					return time.Duration(tc.share * float64(time.Since(began)+time.Second))
				}}
				p.begin(time.Hour, errSilent)
				p.begin(time.Minute, errStuck) // a step: the hour is over
				if err := <-ended; !errors.Is(err, errStuck) {
					t.Errorf("ended by %v", err)
				}
				if took := time.Since(began); took != tc.want {
					t.Errorf("after %s, want %s", took, tc.want)
				}
				p.begin(time.Minute, errStuck)
				p.stop()
				time.Sleep(time.Hour)
				select {
				case err := <-ended:
					t.Errorf("ended after its end: %v", err)
				default:
				}
			})
		})
	}
}
