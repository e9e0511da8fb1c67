package helper

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"escale/engine/machine/driver"
)

// avoidFor bounds how long an accelerator that failed is avoided on systems that
// do not tell one start of the computer from the next.
const avoidFor = 24 * time.Hour

// avoided is an accelerator that seemed to work and did not.
type avoided struct {
	Accel string    `json:"accel"`
	Boot  string    `json:"boot"` // of this computer; what is wrong may be mended by the next
	Why   string    `json:"why"`
	At    time.Time `json:"at"`
}

// ways are how the driver may run a guest, the best first, without those that
// failed since this computer started. why is what is wrong with the better ones.
func (h *Helper) ways(arch string) (ways []string, why error) {
	chooser, can := h.driver.(driver.Chooser)
	if !can {
		return []string{""}, nil
	}
	ways, why = chooser.Accels(arch)
	data, err := os.ReadFile(h.avoidFile())
	var a avoided
	if err != nil || json.Unmarshal(data, &a) != nil || a.Boot != bootID() || time.Since(a.At) > avoidFor && a.Boot == "" {
		return ways, why
	}
	if len(ways) > 1 && ways[0] == a.Accel {
		return ways[1:], errors.New(a.Why)
	}
	return ways, why
}

// avoid remembers that an accelerator does not work here.
func (h *Helper) avoid(accel string, why error) {
	data, err := json.Marshal(avoided{Accel: accel, Boot: bootID(), Why: why.Error(), At: time.Now()})
	if err == nil {
		err = replaceFile(h.avoidFile(), data)
	}
	if err != nil {
		h.log.Warn("failure of the accelerator not remembered", "error", err)
	}
}

func (h *Helper) avoidFile() string { return filepath.Join(h.home.Data, "accel.json") }

// bootID is different after each start of this computer; empty where the system
// has no such thing.
func bootID() string {
	data, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
