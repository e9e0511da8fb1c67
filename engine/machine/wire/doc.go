// Package wire is how the helper and the guest of the Escale Machine talk: many
// streams over one channel of bytes (a virtio-serial port, a vsock, the standard
// input and output of a program).
//
// A channel begins with a greeting, see hello.go; then it carries yamux, whose
// client is the host. The host opens streams. Each begins with one line of JSON,
// a [Header] that says what the stream is for; for some the guest answers with
// one line of JSON; what follows are raw bytes, or more lines:
//
//	do        header             answer          then
//	docker                                       bytes to and from the engine's socket
//	dial      network, address   Answer          bytes; UDP: datagrams, see datagram.go
//	boot                                         a Step a line, from the beginning of the boot
//	status                       Status          closed
//	shutdown  graceMillis        Answer          the guest ends
//	trim                         Answer (bytes)  closed
//	reclaim                      Answer          closed
//	clock     unixNanos          Answer          closed
//	log       name, tail                         text, followed until the host closes
//	grow                         Answer (bytes)  closed
//	shell     rows, cols         Answer          bytes to and from a terminal
//	resize    stream, rows, cols Answer          closed; the stream's number is the shell's
//
// Each direction of a stream ends by itself, as with TCP. When one end has gone
// altogether and bytes still come, it says so with a stream of its own, "stop",
// and the other end's writes fail: nobody streams for ever to nobody. That is
// this package's own business; callers never see it.
package wire
