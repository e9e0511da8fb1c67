// Package diagnosis says why a container is not running, from what the engine
// knows about it. The words are for views to find.
package diagnosis

import (
	"strings"

	"escale/engine"
)

// Reason is why a container is in the state it is in.
type Reason string

// The reasons.
const (
	Running  Reason = "running"  // nothing to explain
	Paused   Reason = "paused"   // frozen by somebody
	Created  Reason = "created"  // never started
	Removing Reason = "removing" // on its way out
	Looping  Reason = "looping"  // it ends, and the engine starts it again and again
	Dead     Reason = "dead"     // the engine could not remove it whole

	// It could not be started.
	PortTaken    Reason = "port"    // a host port belongs to somebody else
	NoCommand    Reason = "command" // its command is not in the image
	NoPermission Reason = "denied"  // its command may not be executed
	WrongCPU     Reason = "cpu"     // the image is for another kind of processor
	NoMount      Reason = "mount"   // a folder of this computer is not there
	NoStart      Reason = "start"   // the engine's words say why

	// It ran, and ended.
	Unknown     Reason = "unknown"     // the engine does not say how
	Finished    Reason = "finished"    // 0
	Failed      Reason = "failed"      // 1, and other codes of programs
	EngineError Reason = "engine"      // 125
	NotRunnable Reason = "notrunnable" // 126
	NotFound    Reason = "notfound"    // 127
	OutOfMemory Reason = "memory"      // the kernel ended it
	Killed      Reason = "killed"      // 137, and memory was not the reason
	Interrupted Reason = "interrupted" // 130, Ctrl+C
	Aborted     Reason = "aborted"     // 134, it gave up by itself
	Crashed     Reason = "crashed"     // 139, a wrong memory access
	AskedToStop Reason = "asked"       // 143
	BySignal    Reason = "signal"      // another signal: see Finding.Code
)

// Finding is a diagnosis.
type Finding struct {
	Reason Reason
	Code   int // exit code of the last run; -1 when unknown
	// Cause is why a looping container ends each time, and Reason itself for
	// all others.
	Cause       Reason
	Restarts    int
	MemoryBytes int64  // its memory limit; 0 is none
	Port        string // PortTaken: the host port, when the engine names it
	Words       string // of the engine, about a failed start; English
}

// Of diagnoses a container. A row of the list says less than an inspected one:
// give it as engine.ContainerDetail{Container: row}.
func Of(d engine.ContainerDetail) Finding {
	f := Finding{Code: d.ExitCode, Restarts: d.RestartCount, MemoryBytes: d.MemoryBytes, Words: d.Error}
	f.Reason = reason(d)
	f.Cause = f.Reason
	switch f.Reason { //nolint:exhaustive // the others need no more
	case Looping:
		f.Cause = ended(d)
	case PortTaken:
		f.Port = port(d.Error)
	}
	return f
}

// Trouble reports whether something went wrong, rather than came to an end.
func (f Finding) Trouble() bool {
	switch f.Reason {
	case Running, Paused, Created, Removing, Unknown, Finished, Interrupted, AskedToStop, Killed:
		return false
	case Looping, Dead, PortTaken, NoCommand, NoPermission, WrongCPU, NoMount, NoStart, Failed, EngineError,
		NotRunnable, NotFound, OutOfMemory, Aborted, Crashed, BySignal:
		return true
	}
	return true
}

func reason(d engine.ContainerDetail) Reason {
	switch d.State {
	case engine.StateRunning:
		return Running
	case engine.StatePaused:
		return Paused
	case engine.StateRemoving:
		return Removing
	case engine.StateRestarting:
		return Looping
	case engine.StateDead:
		return Dead
	case engine.StateCreated:
		if d.Error != "" {
			return startError(d.Error)
		}
		return Created
	case engine.StateExited:
		return ended(d)
	}
	return Unknown
}

func ended(d engine.ContainerDetail) Reason {
	if d.Error != "" && d.ExitCode != 0 {
		return startError(d.Error)
	}
	if d.OOMKilled && d.ExitCode != 0 {
		return OutOfMemory
	}
	switch code := d.ExitCode; {
	case code < 0:
		return Unknown
	case code == 0:
		return Finished
	case code == 125:
		return EngineError
	case code == 126:
		return NotRunnable
	case code == 127:
		return NotFound
	case code == 130:
		return Interrupted
	case code == 134:
		return Aborted
	case code == 137:
		return Killed
	case code == 139:
		return Crashed
	case code == 143:
		return AskedToStop
	case code > 128 && code <= 128+64:
		return BySignal
	}
	return Failed
}

// startErrors are pieces of the engines' words (Docker's, runc's, crun's,
// Podman's), in lower case, the surest first.
var startErrors = []struct {
	piece  string
	reason Reason
}{
	{"port is already allocated", PortTaken},
	{"address already in use", PortTaken},
	{"ports are not available", PortTaken},
	{"failed to bind host port", PortTaken},
	{"exec format error", WrongCPU},
	{"executable file not found", NoCommand},
	{"executable file `", NoCommand},
	{"error mounting", NoMount},
	{"bind source path does not exist", NoMount},
	{"not a directory: are you trying to mount", NoMount},
	{"statfs", NoMount},
	{"no such file or directory", NoCommand},
	{"permission denied", NoPermission},
	{"is a directory", NoPermission},
}

func startError(words string) Reason {
	words = strings.ToLower(words)
	for _, e := range startErrors {
		if strings.Contains(words, e.piece) {
			return e.reason
		}
	}
	return NoStart
}

// port finds the host port in words such as "Bind for 127.0.0.1:8080 failed"
// and "listen tcp4 0.0.0.0:80: bind: address already in use".
func port(words string) string {
	for rest := words; ; {
		i := strings.IndexByte(rest, ':')
		if i < 0 {
			return ""
		}
		rest = rest[i+1:]
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits >= 2 && digits <= 5 {
			return rest[:digits]
		}
	}
}
