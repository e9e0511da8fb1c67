package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/adrg/xdg"
)

// HomeVariable names the environment variable that moves everything that
// belongs to the machines, sockets included, to another folder.
const HomeVariable = "ESCALE_MACHINE_HOME"

// Home is where machines live on this computer. One helper serves one home.
type Home struct {
	Data string // disks, settings and logs; each machine has a folder below machines/
	Run  string // sockets; only its owner may enter
}

// LocateHome finds the user's home of machines. It makes no folder.
func LocateHome() (Home, error) {
	if dir := os.Getenv(HomeVariable); dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return Home{}, fmt.Errorf("find home of machines: %w", err)
		}
		return Home{Data: abs, Run: abs}, nil
	}
	if xdg.DataHome == "" {
		return Home{}, errors.New("find home of machines: the user has no data folder")
	}
	home := Home{Data: filepath.Join(xdg.DataHome, "escale")}
	home.Run = home.Data
	if dir := os.Getenv("XDG_RUNTIME_DIR"); runtime.GOOS == "linux" && filepath.IsAbs(dir) {
		home.Run = filepath.Join(dir, "escale")
	}
	return home, nil
}

// Machine is the folder of one machine.
func (h Home) Machine(name string) string { return filepath.Join(h.Data, "machines", name) }

// Lock is the file that the one helper of this home holds locked.
func (h Home) Lock() string { return filepath.Join(h.Data, "helper.lock") }

// Log is the helper's own log.
func (h Home) Log() string { return filepath.Join(h.Data, "helper.log") }

// Control is the address of the control API: a socket's path or, on Windows,
// a pipe's name.
func (h Home) Control() string { return h.address("control") }

// Docker is the address of a machine's engine, without a scheme.
func (h Home) Docker(name string) string { return h.address(name) }

// DockerHost is the same as DOCKER_HOST wants it.
func (h Home) DockerHost(name string) string {
	if runtime.GOOS == "windows" {
		return "npipe://" + strings.ReplaceAll(h.Docker(name), `\`, "/")
	}
	return "unix://" + h.Docker(name)
}

func (h Home) address(name string) string {
	if runtime.GOOS == "windows" {
		// Pipes share one name space: the hash keeps homes apart.
		sum := sha256.Sum256([]byte(strings.ToLower(h.Data)))
		return `\\.\pipe\escale-` + hex.EncodeToString(sum[:6]) + "-" + name
	}
	return filepath.Join(h.Run, name+".sock")
}

// Card is how a running helper says where it is: a terminal may have another
// XDG_RUNTIME_DIR than the session that started the helper, or none.
type Card struct {
	Control string `json:"control"`
	PID     int    `json:"pid"`
}

// CardPath is where the helper leaves its Card.
func (h Home) CardPath() string { return filepath.Join(h.Data, "helper.json") }

// control is where the helper of this home answers, by its card if it left one.
func (h Home) control() string {
	data, err := os.ReadFile(h.CardPath())
	var card Card
	if err != nil || json.Unmarshal(data, &card) != nil || card.Control == "" {
		return h.Control()
	}
	return card.Control
}

var nameRule = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// ValidName says whether a machine may be called name: it becomes part of paths.
// "control" is the control socket's.
func ValidName(name string) bool { return nameRule.MatchString(name) && name != "control" }
