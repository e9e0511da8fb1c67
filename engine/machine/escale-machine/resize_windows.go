package main

import "time"

// sizeChanges hears that the console may have another size. Windows tells only
// who reads its input as events, not as characters: so it is looked at, while the
// shell is open.
func sizeChanges() (changes <-chan time.Time, end func()) {
	t := time.NewTicker(250 * time.Millisecond)
	return t.C, t.Stop
}
