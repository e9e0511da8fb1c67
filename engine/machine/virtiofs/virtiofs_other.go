//go:build !linux

package virtiofs

import "os"

// Server serves a folder, which there is none of on this system.
type Server struct{}

// Check says that folders cannot be served.
func Check() error { return ErrSystem }

// Serve fails with ErrSystem.
func Serve(Folder, string, Log) (*Server, *os.File, error) { return nil, nil, ErrSystem }

// PID is that of no process.
func (*Server) PID() int { return 0 }

// Ended is never closed.
func (*Server) Ended() <-chan struct{} { return nil }

// Err is nil.
func (*Server) Err() error { return nil }

// End does nothing.
func (*Server) End() {}

func confined([]string) int { return 1 }
