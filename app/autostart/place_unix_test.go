//go:build !windows && !darwin

package autostart

import "testing"

func TestOfImage(t *testing.T) {
	for _, tc := range []struct{ program, image, mounted, want string }{
		{"/usr/bin/escale", "", "", "/usr/bin/escale"},
		{"/tmp/.mount_escXY/usr/bin/escale", "/home/a/Escale.AppImage", "/tmp/.mount_escXY", "/home/a/Escale.AppImage"},
		{"/usr/bin/escale", "/home/a/Terminal.AppImage", "/tmp/.mount_terZ", "/usr/bin/escale"},
		{"/tmp/.mount_escXYZ/usr/bin/escale", "/home/a/Other.AppImage", "/tmp/.mount_escXY", "/tmp/.mount_escXYZ/usr/bin/escale"},
		{"/tmp/.mount_e/escale", "Escale.AppImage", "/tmp/.mount_e", "/tmp/.mount_e/escale"},
		{"/usr/bin/escale (deleted)", "", "", "/usr/bin/escale"},
	} {
		if got := ofImage(tc.program, tc.image, tc.mounted); got != tc.want {
			t.Errorf("%+v: got %s", tc, got)
		}
	}
}
