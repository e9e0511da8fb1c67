package tty

import (
	"strings"

	vtansi "github.com/charmbracelet/x/ansi"
)

// Key is a key that is no character.
type Key int

// The keys.
const (
	NoKey Key = iota
	Enter
	Tab
	Backspace
	Escape
	Up
	Down
	Right
	Left
	Home
	End
	PageUp
	PageDown
	Insert
	Delete
	F1
	F2
	F3
	F4
	F5
	F6
	F7
	F8
	F9
	F10
	F11
	F12
)

// Mods are the keys that are held with another one.
type Mods struct{ Shift, Alt, Control bool }

// code is how xterm counts them; 1 is none.
func (m Mods) code() byte {
	n := byte('1')
	for i, held := range []bool{m.Shift, m.Alt, m.Control} {
		if held {
			n += 1 << i
		}
	}
	return n
}

// letters end the sequences of keys, as xterm has them.
var letters = map[Key]byte{Up: 'A', Down: 'B', Right: 'C', Left: 'D', Home: 'H', End: 'F', F1: 'P', F2: 'Q', F3: 'R', F4: 'S'}

// numbers are in the sequences of the others.
var numbers = map[Key]string{
	Insert: "2", Delete: "3", PageUp: "5", PageDown: "6",
	F5: "15", F6: "17", F7: "18", F8: "19", F9: "20", F10: "21", F11: "23", F12: "24",
}

// Key is what a terminal sends for a key.
func (s *Screen) Key(k Key, m Mods) []byte {
	switch k { //nolint:exhaustive // the others have sequences
	case Enter:
		return []byte{'\r'}
	case Tab:
		return []byte{'\t'}
	case Backspace:
		return []byte{vtansi.DEL}
	case Escape:
		return []byte{vtansi.ESC}
	}
	s.mu.Lock()
	arrows := s.filter.arrows
	s.mu.Unlock()
	mods := m.code()
	if final, ok := letters[k]; ok {
		switch {
		case mods != '1':
			return []byte{vtansi.ESC, '[', '1', ';', mods, final}
		case k >= F1 || arrows:
			return []byte{vtansi.ESC, 'O', final}
		}
		return []byte{vtansi.ESC, '[', final}
	}
	number, ok := numbers[k]
	switch {
	case !ok:
		return nil
	case mods != '1':
		return []byte("\x1b[" + number + ";" + string(mods) + "~")
	}
	return []byte("\x1b[" + number + "~")
}

// Control is what a terminal sends for a letter, or one of @[\]^_ and the space,
// with the control key; nil for others.
func Control(letter byte) []byte {
	switch {
	case letter >= 'a' && letter <= 'z':
		letter -= 'a' - 'A'
	case letter == ' ':
		letter = '@'
	}
	if letter < '@' || letter > '_' {
		return nil
	}
	return []byte{letter - '@'}
}

// mostPasted bounds a paste, in bytes.
const mostPasted = 32 << 10

// Paste is what a terminal sends for a text that is pasted; false when it is too
// long. What is no text is left out of it: nothing in it is a key, but for the
// ends of lines.
func (s *Screen) Paste(text string) ([]byte, bool) {
	if len(text) > mostPasted {
		return nil, false
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\r"), "\n", "\r")
	text = strings.Map(func(r rune) rune {
		if r != '\r' && r != '\t' && (r < ' ' || r >= vtansi.DEL && r < 0xA0) {
			return -1
		}
		return r
	}, text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.filter.paste {
		text = vtansi.BracketedPasteStart + text + vtansi.BracketedPasteEnd
	}
	return []byte(text), true
}
