//go:build e2e

package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"escale/engine/transport/tlstest"
)

// windowsVariable names the folder of the user of Wine for whom the program for
// Windows is installed, ".../drive_c/users/NAME". With it the tests play that
// program: ESCALE_E2E_PROGRAM then starts it.
const windowsVariable = "ESCALE_E2E_WINDOWS"

// enterWindows moves a desk to where a program of Windows keeps its things, and
// leads it to the engine by a Docker context, behind TLS: Wine 8 has no unix
// sockets. It returns what is different in the program's environment.
func (d *desk) enterWindows() []string {
	d.t.Helper()
	d.settings = filepath.Join(place.windows, "AppData", "Local", "escale")
	d.network, d.inspector = "tcp", freePort(d)
	contexts := filepath.Join(place.windows, ".docker")
	sweep := func() {
		for _, folder := range []string{d.settings, contexts} {
			if err := os.RemoveAll(folder); err != nil {
				d.t.Error(err)
			}
		}
	}
	sweep() // of what another run left
	d.t.Cleanup(sweep)
	authority := tlstest.NewAuthority(d.t)
	cert, key := authority.Issue(d.t)
	endpoint := "host=tcp://" + authority.Relay(d.t, strings.TrimPrefix(place.docker, "unix://"))
	for name, content := range map[string][]byte{"ca": authority.PEM, "cert": cert, "key": key} {
		file := filepath.Join(d.home, name+".pem")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			d.t.Fatal(err)
		}
		endpoint += "," + name + "=" + file
	}
	for _, args := range [][]string{{"create", "far", "--docker", endpoint}, {"use", "far"}} {
		cmd := exec.CommandContext(d.t.Context(), "docker", append([]string{"context"}, args...)...)
		cmd.Env = append(os.Environ(), "DOCKER_HOST=", "DOCKER_CONFIG="+contexts)
		if out, err := cmd.CombinedOutput(); err != nil {
			d.t.Fatalf("docker context %v: %v: %s", args, err, out)
		}
	}
	return []string{"DOCKER_HOST=", "DOCKER_CONFIG=", "ESCALE_INSPECT=" + d.inspector}
}

// freePort is an address of the loopback where nobody listens.
func freePort(d *desk) string {
	d.t.Helper()
	listener, err := new(net.ListenConfig).Listen(d.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		d.t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // nobody came
	return listener.Addr().String()
}
