package diagnosis

import (
	"testing"

	"escale/engine"
)

func exited(code int) engine.ContainerDetail {
	return engine.ContainerDetail{Container: engine.Container{State: engine.StateExited, ExitCode: code}}
}

func oom(code int) engine.ContainerDetail {
	d := exited(code)
	d.OOMKilled, d.MemoryBytes = true, 256<<20
	return d
}

func state(s engine.State) engine.ContainerDetail {
	return engine.ContainerDetail{Container: engine.Container{State: s}}
}

func refused(s engine.State, code int, words string) engine.ContainerDetail {
	d := exited(code)
	d.State, d.Error = s, words
	return d
}

func TestOf(t *testing.T) {
	const (
		docker = "driver failed programming external connectivity on endpoint web (8f): Bind for 127.0.0.1:8080 failed: port is already allocated"
		listen = "driver failed programming external connectivity: listen tcp4 0.0.0.0:80: bind: address already in use"
		runc   = `OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown`
		crun   = "crun: executable file `nope` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found"
		gone   = `exec: "/app/run": stat /app/run: no such file or directory: unknown`
		denied = `exec: "/etc/passwd": permission denied: unknown`
		format = "exec /bin/sh: exec format error"
		mount  = `error mounting "/home/me/conf" to rootfs at "/etc/conf": not a directory`
	)
	loop := exited(1)
	loop.State, loop.RestartCount = engine.StateRestarting, 7
	for name, tc := range map[string]struct {
		detail  engine.ContainerDetail
		want    Reason
		trouble bool
	}{
		"running":                       {state(engine.StateRunning), Running, false},
		"paused":                        {state(engine.StatePaused), Paused, false},
		"never started":                 {state(engine.StateCreated), Created, false},
		"being removed":                 {state(engine.StateRemoving), Removing, false},
		"dead":                          {state(engine.StateDead), Dead, true},
		"starts again and again":        {loop, Looping, true},
		"a state nobody knows":          {state("weird"), Unknown, false},
		"exit 0":                        {exited(0), Finished, false},
		"exit 1":                        {exited(1), Failed, true},
		"exit 3":                        {exited(3), Failed, true},
		"exit 255":                      {exited(255), Failed, true},
		"exit 125":                      {exited(125), EngineError, true},
		"exit 126":                      {exited(126), NotRunnable, true},
		"exit 127":                      {exited(127), NotFound, true},
		"exit 130":                      {exited(130), Interrupted, false},
		"exit 134":                      {exited(134), Aborted, true},
		"exit 135":                      {exited(135), BySignal, true},
		"exit 137, killed":              {exited(137), Killed, false},
		"exit 137, out of memory":       {oom(137), OutOfMemory, true},
		"exit 1, a child out of memory": {oom(1), OutOfMemory, true},
		"exit 0, a child out of memory": {oom(0), Finished, false},
		"exit 139":                      {exited(139), Crashed, true},
		"exit 143":                      {exited(143), AskedToStop, false},
		"exit code unknown":             {exited(-1), Unknown, false},
		"port taken, Docker":            {refused(engine.StateCreated, 128, docker), PortTaken, true},
		"port taken, by a program":      {refused(engine.StateExited, 128, listen), PortTaken, true},
		"no command, runc":              {refused(engine.StateCreated, 127, runc), NoCommand, true},
		"no command, crun":              {refused(engine.StateCreated, 127, crun), NoCommand, true},
		"no file":                       {refused(engine.StateCreated, 127, gone), NoCommand, true},
		"not executable":                {refused(engine.StateCreated, 126, denied), NoPermission, true},
		"another processor":             {refused(engine.StateExited, 1, format), WrongCPU, true},
		"mount":                         {refused(engine.StateCreated, 128, mount), NoMount, true},
		"unknown words":                 {refused(engine.StateCreated, 128, "the moon is full"), NoStart, true},
		"words left from long ago":      {refused(engine.StateExited, 0, docker), Finished, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := Of(tc.detail)
			if f.Reason != tc.want || f.Trouble() != tc.trouble {
				t.Errorf("%s, trouble %v; want %s, %v", f.Reason, f.Trouble(), tc.want, tc.trouble)
			}
			if f.Code != tc.detail.ExitCode || f.MemoryBytes != tc.detail.MemoryBytes {
				t.Errorf("code %d, limit %d", f.Code, f.MemoryBytes)
			}
		})
	}
	if f := Of(loop); f.Cause != Failed || f.Restarts != 7 {
		t.Errorf("a loop is because of %s after %d restarts", f.Cause, f.Restarts)
	}
	for words, want := range map[string]string{docker: "8080", listen: "80", "no port: here": "", "x:123456": ""} {
		if got := port(words); got != want {
			t.Errorf("port of %q is %q, want %q", words, got, want)
		}
	}
}
