package helper

import "time"

// timing is how long everything may take. Tests have shorter ones.
type timing struct {
	lock      time.Duration // for a guest whose helper was killed to end
	firstStep time.Duration // for a guest on real hardware to say something
	step      time.Duration // for each step of a boot; software emulation on a busy computer is slow
	ask       time.Duration // for the guest to answer a question
	grace     time.Duration // for containers to end
	ending    time.Duration // for the guest to end after that
	powerDown time.Duration // for a guest that does not answer to hear the button
	lost      time.Duration // for a guest that lost its channel to end by itself
	idle      time.Duration // with nothing running, before the pause
	upkeep    time.Duration // between looks at the clock and at idleness
	slept     time.Duration // a look that is later than this means that the computer slept
	linger    time.Duration // with no machine running and nobody asking, before the helper ends
	settle    time.Duration // with nothing more being freed, before memory and disk are given back
	trimEvery time.Duration // between other trims of a machine that is used
	chore     time.Duration // for a guest to give back
	stock     time.Duration // for the engine to say what there is, before a stop
	again     time.Duration // before a guest whose disk failed tries again
	sample    time.Duration // between looks at what a watched machine takes
	farewell  time.Duration // for the last answers to be read, when the helper ends
}

func usual() timing {
	return timing{
		lock:      45 * time.Second,
		firstStep: 10 * time.Second,
		step:      90 * time.Second,
		ask:       10 * time.Second,
		grace:     10 * time.Second,
		ending:    20 * time.Second,
		powerDown: 10 * time.Second,
		lost:      40 * time.Second,
		idle:      5 * time.Minute,
		upkeep:    5 * time.Second,
		slept:     10 * time.Second,
		linger:    10 * time.Minute,
		settle:    10 * time.Second,
		trimEvery: time.Hour,
		chore:     2 * time.Minute,
		stock:     3 * time.Second,
		again:     30 * time.Second,
		sample:    2 * time.Second,
		farewell:  3 * time.Second,
	}
}
