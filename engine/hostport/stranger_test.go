//go:build !windows

package hostport_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"escale/engine"
	"escale/engine/hostport"
)

const (
	strangerVariable = "ESCALE_HOSTPORT_STRANGER"
	nobody           = 65534
)

// stranger makes this process an ordinary user and checks the port that a
// variable names. It returns only in other processes.
func stranger() {
	value := os.Getenv(strangerVariable)
	if value == "" {
		return
	}
	if os.Getuid() == 0 {
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			fmt.Println("cannot become another user:", err)
			os.Exit(1)
		}
	}
	addr := netip.MustParseAddrPort(value)
	holder, err := hostport.Check(context.Background(), addr.Addr(), addr.Port(), "tcp")
	fmt.Printf("privileged=%t taken=%t pid=%d user=%s\n", errors.Is(err, hostport.ErrPrivileged), errors.Is(err, engine.ErrPortTaken), holder.PID, holder.User)
	os.Exit(0)
}

func checkAsStranger(t *testing.T, port uint16) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), strangerVariable+"="+net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestStranger(t *testing.T) {
	if os.Getuid() == 0 {
		got := checkAsStranger(t, hold(t, "tcp4", "127.0.0.1:0"))
		if want := "privileged=false taken=true pid=0 user=root"; got != want {
			t.Errorf("another user's port: got %s, want %s", got, want)
		}
		if l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:1021"); err == nil {
			got := checkAsStranger(t, 1021)
			_ = l.Close()
			if want := "privileged=false taken=true pid=0 user=root"; got != want {
				t.Errorf("a service's port: got %s, want %s", got, want)
			}
		}
	}
	if data, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start"); err == nil && strings.TrimSpace(string(data)) == "0" {
		t.Log("this system gives every port to everybody")
		return
	}
	if got, want := checkAsStranger(t, 1022), "privileged=true taken=false pid=0 user="; got != want {
		t.Errorf("a port for services: got %s, want %s", got, want)
	}
}
