package driver

import (
	"io"
	"strings"
	"sync"
)

const maxComplaint = 4 << 10

// Complaint passes on what a program says, and keeps its end.
type Complaint struct {
	To io.Writer

	mu   sync.Mutex
	last []byte
}

func (c *Complaint) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.last = append(c.last, p...)
	if over := len(c.last) - maxComplaint; over > 0 {
		c.last = c.last[over:]
	}
	c.mu.Unlock()
	_, _ = c.To.Write(p) // a full disk must not stop the machine
	return len(p), nil
}

func (c *Complaint) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.TrimSpace(string(c.last))
}

// Mentions says whether a text has one of the words, in capitals or not.
func Mentions(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, strings.ToLower(w)) {
			return true
		}
	}
	return false
}
