package docker

import (
	"errors"
	"io"
	"net/http"
	"strings"
)

// How much an engine may answer, in bytes: some thousand times what it does.
const (
	maxHeader = 64 << 10
	maxAnswer = 64 << 20
)

// errTooLong ends an answer that is longer than any engine has reason to give.
var errTooLong = errors.New("answer of the engine is too long")

// bounded ends answers that the client library would read into memory whole,
// however long they are. Streams are left alone: who reads them bounds what he
// keeps.
type bounded struct {
	http.RoundTripper
	limit int64 // bytes of one answer
}

func (b *bounded) RoundTrip(q *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(q)
	if err != nil || isStream(q.URL.Path) {
		return answer, err
	}
	answer.Body = &boundedBody{answer.Body, b.limit}
	return answer, nil
}

// isStream reports whether the answer to path is one that never need end: it is
// read by demux, or line by line.
func isStream(path string) bool {
	for _, end := range []string{"/events", "/logs", "/stats", "/images/create", "/images/get"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
