package transport

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// What Windows answers, in its own numbers.
var (
	refusedCodes    = []syscall.Errno{windows.WSAECONNREFUSED, syscall.ECONNREFUSED}
	brokenCodes     = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.ERROR_BROKEN_PIPE, windows.ERROR_NO_DATA, windows.ERROR_PIPE_NOT_CONNECTED}
	timeoutCodes    = []syscall.Errno{windows.WSAETIMEDOUT, windows.ERROR_SEM_TIMEOUT, windows.ERROR_PIPE_BUSY}
	unroutableCodes = []syscall.Errno{windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAEADDRNOTAVAIL}
	forbiddenCodes  = []syscall.Errno{windows.WSAEACCES, windows.ERROR_ACCESS_DENIED}
	wrongKindCodes  = []syscall.Errno{windows.WSAEPROTOTYPE, windows.ERROR_BAD_PIPE}
)
