// Package early does what cannot wait for main, which begins only when all
// packages are set up: most of the time of a start that ends at once.
//
// It brings the Escale that runs to the front, where nothing else is asked for
// (see Forward), and keeps what others log while they are set up: the toolkit
// complains there of a locale that it does not know, such as C.UTF-8, which is no
// word to stand before the answer of a command.
//
// Packages are set up in the order of their paths as soon as all that they import
// is; this one imports nothing that the toolkit does not wait for, too, and no
// more than the system itself: a parser or the network would make it a late one.
//
// Source: https://go.dev/ref/spec#Program_initialization
package early

import (
	"bytes"
	"io"
	"log"
	"os"
)

// longest bounds what is kept, in bytes.
const longest = 8 << 10

type keeper struct{ said bytes.Buffer }

// Write implements io.Writer.
func (k *keeper) Write(p []byte) (int, error) {
	k.said.Write(p[:min(len(p), longest-k.said.Len())])
	return len(p), nil
}

var kept = &keeper{}

func init() {
	if len(os.Args) == 1 && Forward() {
		os.Exit(0)
	}
	log.SetOutput(kept)
}

// Hand gives the standard log to w from now on, and returns what was kept.
func Hand(w io.Writer) (said string) {
	log.SetOutput(w)
	return kept.said.String()
}
