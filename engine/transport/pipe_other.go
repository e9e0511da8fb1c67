//go:build !windows

package transport

import (
	"errors"

	"escale/engine"
)

func pipeDialer(string) (DialFunc, error) {
	return nil, &because{engine.ErrSocketMissing, errors.New("named pipes exist only on Windows")}
}
