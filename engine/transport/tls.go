package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"escale/engine"
)

// tlsDialer wraps what dial opens. host is the name that the server must prove
// to have, unless t names another.
func tlsDialer(dial DialFunc, host string, t *engine.TLS) (DialFunc, error) {
	config, err := tlsConfig(host, t)
	if err != nil {
		return nil, &because{engine.ErrTLS, err}
	}
	return func(ctx context.Context) (net.Conn, error) {
		raw, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		conn := tls.Client(raw, config)
		if err := conn.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			if ctx.Err() != nil {
				return nil, err
			}
			return nil, &because{engine.ErrTLS, err}
		}
		return &tlsConn{Conn: conn}, nil
	}, nil
}

func tlsConfig(host string, t *engine.TLS) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         host,
		InsecureSkipVerify: t.SkipVerify, //nolint:gosec // what the owner of the context or variable asked for
	}
	if t.ServerName != "" {
		config.ServerName = t.ServerName
	}
	if len(t.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(t.CA) {
			return nil, errors.New("the authority's certificate is not PEM")
		}
	}
	if len(t.Cert) > 0 || len(t.Key) > 0 {
		pair, err := tls.X509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("read client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// tlsConn knows that a server of TLS 1.3 refuses a client's certificate only
// after the handshake: a connection broken before its first byte was refused.
type tlsConn struct {
	*tls.Conn
	heard atomic.Bool
}

func (c *tlsConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.heard.Store(true)
	}
	return n, c.explain(err)
}

func (c *tlsConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.explain(err)
}

func (c *tlsConn) explain(err error) error {
	if err != nil && !c.heard.Load() && isBroken(err) {
		return &because{engine.ErrTLS, err}
	}
	return err
}

// plainDialer recognises a server that wants TLS by its first bytes.
func plainDialer(dial DialFunc) DialFunc {
	return func(ctx context.Context) (net.Conn, error) {
		raw, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		conn, ok := raw.(*net.TCPConn)
		if !ok {
			return raw, nil
		}
		return &plainConn{TCPConn: conn}, nil
	}
}

type plainConn struct {
	*net.TCPConn
	heard atomic.Bool
}

// A TLS server answers plain text with an alert record: type 21, version 3.x.
const alertType, alertMajor = 21, 3

func (c *plainConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	if n > 1 && !c.heard.Swap(true) && p[0] == alertType && p[1] == alertMajor {
		return 0, &because{engine.ErrTLS, errors.New("the server wants TLS")}
	}
	return n, err
}
