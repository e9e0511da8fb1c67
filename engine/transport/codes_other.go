//go:build !windows

package transport

import "syscall"

// What Unix systems answer.
var (
	refusedCodes    = []syscall.Errno{syscall.ECONNREFUSED}
	brokenCodes     = []syscall.Errno{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, syscall.ENOTCONN}
	timeoutCodes    = []syscall.Errno{syscall.ETIMEDOUT, syscall.EAGAIN}
	unroutableCodes = []syscall.Errno{syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN, syscall.EADDRNOTAVAIL}
	forbiddenCodes  = []syscall.Errno{syscall.EACCES, syscall.EPERM}
	wrongKindCodes  = []syscall.Errno{syscall.EPROTOTYPE, syscall.ENOTSOCK}
)
