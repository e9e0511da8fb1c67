package lesson

import "testing"

func TestWalls(t *testing.T) {
	for line, want := range map[string]bool{
		`docker run --name greeting -e VISITOR=Ada busybox sh -c 'echo "Hello, $VISITOR!"'`: false,
		"docker run busybox cat /menu":                          false,
		"docker run -v letters:/data busybox":                   false,
		"docker run --volume=letters:/data busybox":             false,
		"docker run -v /etc:/data busybox":                      true,
		"docker run -v ~/x:/data busybox":                       true,
		"docker run -v$HOME:/data busybox":                      true,
		`docker run --volume="/":/data busybox`:                 true,
		"docker run --volume C:\\x:/data -v .:/x busybox":       true,
		"docker run --privileged busybox":                       true,
		"docker run --network  host busybox":                    true,
		"docker run -v /var/run/docker.sock:/x docker:cli info": true,
	} {
		if got := (Command{line}).Walls(); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}
