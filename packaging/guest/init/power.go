//go:build linux

package main

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"time"
)

// watchPowerButtons calls pressed when the machine's power button is: what a
// virtual machine's program does on "power down".
func watchPowerButtons(pressed func()) {
	var found []string
	for range 100 { // their drivers are loaded meanwhile
		if found, _ = filepath.Glob("/dev/input/event*"); len(found) > 0 {
			break
		}
		pause(50 * time.Millisecond)
	}
	for _, file := range found {
		if f, err := os.Open(file); err == nil { //nolint:gosec // a button of the machine
			go readButton(f, pressed)
		}
	}
}

// readButton reads struct input_event: two words of time, type, code, value.
func readButton(r io.ReadCloser, pressed func()) {
	const keyEvent, powerKey = 1, 116
	defer func() { _ = r.Close() }()
	event := make([]byte, 24)
	for {
		if _, err := io.ReadFull(r, event); err != nil {
			return
		}
		number := binary.LittleEndian
		if number.Uint16(event[16:]) == keyEvent && number.Uint16(event[18:]) == powerKey && number.Uint32(event[20:]) == 1 {
			pressed()
		}
	}
}
