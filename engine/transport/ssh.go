package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"

	"github.com/docker/cli/cli/connhelper"

	"escale/engine"
)

// sshFlags keep ssh from asking anybody anything.
var sshFlags = []string{"-o", "BatchMode=yes", "-o", "ConnectTimeout=10"}

// sshDialer runs one ssh process for each connection; it ends with the
// connection. The other side needs the docker command.
func sshDialer(host string) (DialFunc, error) {
	helper, err := connhelper.GetConnectionHelperWithSSHOpts(host, sshFlags)
	if err != nil {
		return nil, &because{engine.ErrSSH, err}
	}
	return func(ctx context.Context) (net.Conn, error) {
		if _, err := exec.LookPath("ssh"); err != nil {
			return nil, &because{engine.ErrSSH, fmt.Errorf("find ssh: %w", err)}
		}
		conn, err := helper.Dialer(ctx, "tcp", host)
		if err != nil {
			return nil, &because{engine.ErrSSH, err}
		}
		half, ok := conn.(halfCloser)
		if !ok {
			return nil, &because{engine.ErrSSH, fmt.Errorf("connection %T cannot be half closed", conn)}
		}
		return &sshConn{half}, nil
	}, nil
}

type halfCloser interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
}

// sshConn marks what goes wrong with the ssh process. It knows no deadlines:
// close it to end a read.
type sshConn struct{ halfCloser }

func (c *sshConn) Read(p []byte) (int, error) {
	n, err := c.halfCloser.Read(p)
	return n, sshError(err)
}

func (c *sshConn) Write(p []byte) (int, error) {
	n, err := c.halfCloser.Write(p)
	return n, sshError(err)
}

// sshError leaves the regular end of a stream alone.
func sshError(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &because{engine.ErrSSH, err}
}
