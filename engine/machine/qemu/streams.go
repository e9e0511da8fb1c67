package qemu

import "net"

// ends are our ends of a machine's streams.
type ends struct {
	qmp, channel, network, console net.Conn
}

func (e ends) all() []net.Conn { return []net.Conn{e.qmp, e.channel, e.network, e.console} }

func (e ends) close() {
	for _, c := range e.all() {
		if c != nil {
			_ = c.Close()
		}
	}
}
