package enginepage

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// kvm is how Linux's hypervisor can be used by this account.
type kvm int

// The ways in which it can, or cannot.
const (
	kvmUsable kvm = iota
	kvmMissing
	kvmDenied
)

// kvmOf tells by its device.
func kvmOf(device string) kvm {
	file, err := os.OpenFile(device, os.O_RDWR, 0) //nolint:gosec // the system's own
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return kvmMissing
	case errors.Is(err, fs.ErrPermission):
		return kvmDenied
	case err == nil:
		_ = file.Close()
	}
	return kvmUsable
}

// slowness says that the machine is emulated, why, and what would help.
type slowness struct {
	page    *Page
	content *fyne.Container
	made    bool
}

func newSlowness(p *Page) *slowness { return &slowness{page: p, content: kit.Col(theme.Space3)} }

// draw shows it for software emulation, where it is wanted.
func (s *slowness) draw(accel string, wanted bool) {
	s.content.Hidden = accel != "tcg" || !wanted
	if s.content.Hidden || s.made {
		return
	}
	s.made = true
	lines := []fyne.CanvasObject{kit.Callout(kit.Caution, say.L("machine.slow.title"), say.L("machine.slow.text"))}
	lines = append(lines, s.page.remedyLines(s.page.system.quicken())...)
	kit.SetChildren(s.content, lines...)
}

// quicken is what would let the machine use the processor's virtualization.
func (s system) quicken() []remedy {
	firmware := remedy{caption: say.L("machine.slow.firmware")}
	switch {
	case s.os == "windows":
		return []remedy{{
			caption: say.L("machine.slow.windows"),
			command: "dism.exe /online /enable-feature /featurename:HypervisorPlatform /all",
		}, firmware}
	case s.os == "linux" && s.kvm == kvmDenied:
		name := "$USER"
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
		return []remedy{{caption: say.L("machine.slow.group"), command: command.Line("sudo", "usermod", "-aG", "kvm", name)}}
	case s.os == "linux" && s.kvm == kvmMissing:
		return []remedy{firmware}
	}
	return []remedy{{caption: say.L("machine.slow.other")}}
}

// repair is what to do about a machine that did not start.
func (s system) repair(err error) []remedy {
	failed, ok := errors.AsType[*machine.Failure](err)
	switch {
	case !ok:
		return nil
	case failed.Cause == machine.CauseQEMUMissing:
		return s.qemu()
	case failed.Cause == machine.CauseNoVirtualization:
		return s.quicken()
	}
	return nil
}

// qemuPage says how to install QEMU on every system.
const qemuPage = "https://www.qemu.org/download/"

func (s system) qemu() []remedy {
	line := map[string]string{
		"debian": "sudo apt install qemu-system-x86", "fedora": "sudo dnf install qemu-system-x86-core",
		"arch": "sudo pacman -S qemu-base", "suse": "sudo zypper install qemu-x86",
	}[s.family]
	if s.arch == "arm64" {
		line = strings.NewReplacer("qemu-system-x86-core", "qemu-system-aarch64-core", "qemu-system-x86", "qemu-system-arm", "qemu-x86", "qemu-arm").Replace(line)
	}
	switch s.os {
	case "darwin":
		line = "brew install qemu"
	case "windows":
		line = "winget install SoftwareFreedomConservancy.QEMU"
	}
	var all []remedy
	if line != "" {
		all = append(all, remedy{caption: say.L("machine.fix.install"), command: line})
	}
	return append(all, remedy{caption: say.L("machine.fix.qemu"), link: qemuPage})
}

// unstarted tells whether an engine is the machine, which is well and only does
// not run.
func unstarted(one engine.Candidate) bool {
	return one.Endpoint.Kind == engine.EndpointMachine && store.AtRest(one.Err)
}
