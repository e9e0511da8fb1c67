package transport

import (
	"context"
	"net"
	"strings"

	"github.com/Microsoft/go-winio"
)

// pipeDialer takes the part of "npipe:////./pipe/name" after "npipe://".
func pipeDialer(path string) (DialFunc, error) {
	path = strings.ReplaceAll(path, "/", `\`)
	return func(ctx context.Context) (net.Conn, error) {
		return winio.DialPipeContext(ctx, path)
	}, nil
}
