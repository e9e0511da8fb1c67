package tty

import (
	"strings"
	"testing"
	"unicode/utf8"

	"escale/app/ansi"
)

// seen is what a screen shows, without what is empty at the ends.
func seen(s *Screen) string {
	f := s.Frame(0)
	return strings.TrimRight(s.Text(Place{Line: f.Back}, Place{f.Back + f.Rows, 0}), "\n")
}

func TestPaints(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"lines":          {"one\r\ntwo", "one\ntwo"},
		"moves":          {"abc\x1b[1;2HX\x1b[3;1Hlow", "aXc\n\nlow"},
		"erases":         {"one\r\ntwo\x1b[2J\x1b[Hnew", "new"},
		"saves":          {"a\x1b7b\x1b8c\x1b[s\r\x1b[uX", "acX"},
		"next line":      {"a\x1bEb", "a\nb"},
		"draws boxes":    {"\x1b(0lqk\x1b(Blqk", "┌─┐lqk"},
		"letters":        {"é 漢字 e\u0301", "é 漢字 e\u0301"},
		"broken letters": {"a\xffb\xe2\x28c", "ab\uFFFD"},
	} {
		s := NewScreen(40, 6)
		_, _ = s.Write([]byte(tc.in))
		if got := seen(s); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestOnlyPaints: what does anything else leaves no trace, and is never answered.
func TestOnlyPaints(t *testing.T) {
	for name, in := range map[string]string{
		"title":              "\x1b]0;evil\x07",
		"title, ended by ST": "\x1b]2;evil\x1b\\",
		"title of 8 bits":    "\x9d0;evil\x9c",
		"clipboard":          "\x1b]52;c;ZXZpbA==\x07",
		"clipboard, asked":   "\x1b]52;c;?\x07",
		"link":               "\x1b]8;;http://evil/\x07\x1b]8;;\x07",
		"folder":             "\x1b]7;file:///etc\x07",
		"colours":            "\x1b]10;#ff0000\x07\x1b]4;1;red\x07\x1b]11;?\x07",
		"file":               "\x1b]1337;File=name=ZXZpbA==:ZXZpbA==\x07",
		"notice":             "\x1b]9;evil\x07\x1b]777;notify;evil\x07",
		"device string":      "\x1bPq#0;2;0;0;0\x1b\\\x1bP$qm\x1b\\",
		"private strings":    "\x1b_evil\x1b\\\x1b^evil\x1b\\\x1bXevil\x1b\\",
		"questions":          "\x1b[c\x1b[>c\x1b[6n\x1b[5n\x1b[?6n\x1b[21t\x1b[?2004$p\x1b[>q\x1bZ\x05",
		"window":             "\x1b[8;500;500t\x1b[3;0;0t\x1b[2t",
		"mouse and focus":    "\x1b[?1000h\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?2048h",
		"bell":               "\x07\x07",
		"print":              "\x1b[4i\x1b[5i",
		"turned text":        "\u202e\u2066\u200e",
	} {
		f := newFilter(24)
		if got := f.clean([]byte(in)); len(got) != 0 {
			t.Errorf("%s: %q came through", name, got)
		}
		s := NewScreen(40, 6)
		done := make(chan struct{})
		go func() { // an answer would block, for nobody reads any
			defer close(done)
			_, _ = s.Write([]byte(in + "after"))
		}()
		<-done
		if got := seen(s); got != "after" {
			t.Errorf("%s: shows %q", name, got)
		}
	}
}

func TestColors(t *testing.T) {
	s := NewScreen(40, 6)
	_, _ = s.Write([]byte("\x1b[1;31ma\x1b[0;38;5;196;4mb\x1b[0;48;2;1;2;3;7mc\x1b[0;38:2::4:5:6md\x1b[m e"))
	cells := s.Frame(0).Cells
	for i, want := range []Cell{
		{Text: "a", Bold: true, Fg: ansi.Indexed(1)},
		{Text: "b", Underline: true, Fg: ansi.Indexed(196)},
		{Text: "c", Reverse: true, Bg: ansi.Exact(1, 2, 3)},
		{Text: "d", Fg: ansi.Exact(4, 5, 6)},
		{},
		{Text: "e"},
	} {
		if cells[i] != want {
			t.Errorf("cell %d: %+v, want %+v", i, cells[i], want)
		}
	}
}

// TestBack keeps what left the screen, and no more than it may.
func TestBack(t *testing.T) {
	s := NewScreen(20, 4)
	for range Kept + 100 {
		_, _ = s.Write([]byte("line\r\n"))
	}
	_, _ = s.Write([]byte("end"))
	if f := s.Frame(Kept * 2); f.Back != Kept || f.Up != Kept || f.Cursor {
		t.Errorf("%d lines are kept, %d in sight, cursor %v", f.Back, f.Up, f.Cursor)
	}
	if got := s.Text(Place{Kept - 1, 1}, Place{Kept + 4, 3}); got != "ine\nline\nline\nline\nend" {
		t.Errorf("from the middle: %q", got)
	}
	_, _ = s.Write([]byte("\x1b[?1049hother"))
	if f := s.Frame(3); f.Back != 0 || f.Up != 0 || seen(s) != "other" {
		t.Errorf("on the other screen: %d, %q", f.Back, seen(s))
	}
	_, _ = s.Write([]byte("\x1b[?1049l"))
	if got := seen(s); got != "line\nline\nline\nend" {
		t.Errorf("back from it: %q", got)
	}
}

// TestResize keeps the line that is written on in sight.
func TestResize(t *testing.T) {
	s := NewScreen(40, 10)
	for _, word := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		_, _ = s.Write([]byte(word + "\r\n"))
	}
	_, _ = s.Write([]byte("# typed"))
	s.Resize(30, 5)
	if cols, rows := s.Size(); cols != 30 || rows != 5 || seen(s) != "5\n6\n7\n8\n# typed" {
		t.Errorf("%d by %d: %q", cols, rows, seen(s))
	}
	_, _ = s.Write([]byte(" on"))
	s.Resize(40, 12)
	if got := seen(s); got != "5\n6\n7\n8\n# typed on" {
		t.Errorf("larger again: %q", got)
	}
	for _, size := range [][2]int{{0, 0}, {-5, 1}, {1 << 30, 1 << 30}} {
		s.Resize(size[0], size[1])
		if cols, rows := s.Size(); cols < LeastCols || cols > MostCols || rows < LeastRows || rows > MostRows {
			t.Errorf("%v made it %d by %d", size, cols, rows)
		}
	}
}

func TestKeys(t *testing.T) {
	s := NewScreen(40, 6)
	for _, tc := range []struct {
		k    Key
		m    Mods
		want string
	}{
		{Enter, Mods{}, "\r"},
		{Backspace, Mods{}, "\x7f"},
		{Tab, Mods{}, "\t"},
		{Escape, Mods{}, "\x1b"},
		{Up, Mods{}, "\x1b[A"},
		{Left, Mods{Control: true}, "\x1b[1;5D"},
		{Delete, Mods{}, "\x1b[3~"},
		{PageUp, Mods{Shift: true}, "\x1b[5;2~"},
		{F1, Mods{}, "\x1bOP"},
		{F5, Mods{}, "\x1b[15~"},
		{NoKey, Mods{}, ""},
	} {
		if got := string(s.Key(tc.k, tc.m)); got != tc.want {
			t.Errorf("%v %+v: %q, want %q", tc.k, tc.m, got, tc.want)
		}
	}
	_, _ = s.Write([]byte("\x1b[?1;2004h"))
	if got := string(s.Key(Up, Mods{})); got != "\x1bOA" {
		t.Errorf("in the application's way: %q", got)
	}
	if got, ok := s.Paste("a\x1b[201~b\r\nc\n\x03"); !ok || string(got) != "\x1b[200~a[201~b\rc\r\x1b[201~" {
		t.Errorf("pasted %q, %v", got, ok)
	}
	_, _ = s.Write([]byte("\x1bc"))
	if got, _ := s.Paste("x"); string(got) != "x" || string(s.Key(Up, Mods{})) != "\x1b[A" {
		t.Errorf("after a reset: %q", got)
	}
	if _, ok := s.Paste(strings.Repeat("x", mostPasted+1)); ok {
		t.Error("a paste without end is taken")
	}
	for letter, want := range map[byte]string{'c': "\x03", 'C': "\x03", ' ': "\x00", '[': "\x1b", '1': ""} {
		if got := string(Control(letter)); got != want {
			t.Errorf("control %c: %q", letter, got)
		}
	}
}

// FuzzScreen: whatever is printed in whatever pieces, on a screen of whatever size,
// stays in bounds, is text, and neither breaks the emulator nor is answered.
func FuzzScreen(f *testing.F) {
	for _, seed := range []string{
		"plain\r\n", "\x1b[31mred\x1b[0m", "\x1b]52;c;ZQ==\x07x", "\x1b[999999999999b", "a\x1b[9999b\x1b[9999L\x1b[2;1r\x1b[9999S",
		"\x1b[?1049h\x1b[5;10Hx\x1b[?1049l", "漢\x1b[1;40H漢字", "e" + strings.Repeat("\u0301", 90), "\x1b[4;2r\x1b[H\x1bM\x1bM\x1bD",
		"\x1b(0\x0e\x1b)0q\x0f", "\x1b[38:2:1:2:3:4:5;;;;m", "\xf0\x9f\x91\xa8\u200d\xf0\x9f\x91\xa9", "a\x1b[9:991r1r\x1b[99S", "\x1b[2;991r\x1b[99T\x1b[5;1H\x1b[99M", "\x1b[0;0f\x1b[0G\x1b[0d\x1b[0`\x1b[g\x1b[I\x1b[Z",
	} {
		f.Add([]byte(seed), uint16(40), uint16(6), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, cols, rows uint16, piece uint8) {
		s := NewScreen(int(cols%200), int(rows%80))
		for len(data) > 0 {
			n := min(int(piece)+1, len(data))
			_, _ = s.Write(data[:n])
			data = data[n:]
			if len(data) == 40 {
				s.Resize(int(rows%200), int(cols%80))
			}
		}
		s.Resize(int(cols%200)/2, int(rows%80)/3)
		_, _ = s.Write([]byte("\x1b[Hx\r\n"))
		if s.broken != 0 {
			t.Fatal("the emulator broke")
		}
		for _, up := range []int{0, 1, 1 << 20} {
			frame := s.Frame(up)
			if len(frame.Cells) != frame.Cols*frame.Rows || frame.Back > Kept || frame.CursorX < 0 || frame.CursorX >= frame.Cols || frame.CursorY < 0 {
				t.Fatalf("frame %d by %d of %d, cursor %d, %d", frame.Cols, frame.Rows, frame.Back, frame.CursorX, frame.CursorY)
			}
			for _, c := range frame.Cells {
				if !utf8.ValidString(c.Text) || utf8.RuneCountInString(c.Text) > 2*together || strings.ContainsFunc(c.Text, ansi.Hidden) {
					t.Fatalf("a cell holds %q", c.Text)
				}
			}
		}
	})
}
