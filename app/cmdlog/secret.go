package cmdlog

import (
	"crypto/hmac"
	"crypto/sha256"
	"strconv"
	"strings"

	"escale/app/recipe"
	"escale/app/run"
	"escale/engine"
)

// keeper gives every value that is not kept a shell variable to stand for it:
// the same value has the same one. It knows values by their fingerprints, with
// a key that goes with this run.
type keeper struct {
	key   []byte
	names map[[sha256.Size]byte]string
	taken map[string]bool
}

const mostSecrets = 1000

func newKeeper() *keeper {
	return &keeper{key: random(), names: map[[sha256.Size]byte]string{}, taken: map[string]bool{}}
}

// variable is the shell variable that stands for a value; name is where the
// value was found.
func (k *keeper) variable(name, value string) string {
	mac := hmac.New(sha256.New, k.key)
	mac.Write([]byte(value))
	seal := [sha256.Size]byte(mac.Sum(nil))
	if known, ok := k.names[seal]; ok {
		return known
	}
	base := shellName(name)
	fresh := base
	for n := 2; k.taken[fresh]; n++ {
		fresh = base + "_" + strconv.Itoa(n)
	}
	if len(k.names) < mostSecrets {
		k.names[seal], k.taken[fresh] = fresh, true
	}
	return fresh
}

// shellName makes the name of a variable that no shell and no docker gives a
// meaning to.
func shellName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(name) {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' && b.Len() > 0 {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
		if b.Len() == 48 {
			break
		}
	}
	text := strings.Trim(b.String(), "_")
	if text == "" || !run.SecretName(text) || strings.HasPrefix(text, "DOCKER") {
		text = strings.TrimSuffix("SECRET_"+text, "_")
	}
	return text
}

// mark stands around the name of a variable in a word. No argument of a program
// has it.
const mark = "\x00"

// mask takes the values that look like passwords out of what a container is made
// from, and puts marked variables in their place.
func (k *keeper) mask(spec engine.ContainerSpec) engine.ContainerSpec {
	of, _ := recipe.For(spec.Image)
	env := make([]engine.EnvVar, len(spec.Env))
	for i, e := range spec.Env {
		env[i] = engine.EnvVar{Name: plain(e.Name), Value: plain(e.Value)}
		if e.Value != "" && (run.EnvRow{Name: e.Name, Value: e.Value}).IsSecret(of) {
			env[i].Value = mark + k.variable(e.Name, e.Value) + mark
		}
	}
	spec.Env = env
	if spec.Labels != nil {
		labels := make(map[string]string, len(spec.Labels))
		for name, value := range spec.Labels {
			name = plain(name)
			if labels[name] = plain(value); value != "" && (run.SecretName(name) || run.SecretValue(value)) {
				labels[name] = mark + k.variable(name, value) + mark
			}
		}
		spec.Labels = labels
	}
	spec.Command, spec.Entrypoint = k.maskWords(spec.Command), k.maskWords(spec.Entrypoint)
	return spec
}

// maskWords masks the words of a command. Of an option with its value in one
// word, only the value goes.
func (k *keeper) maskWords(words []string) []string {
	if words == nil {
		return nil
	}
	secret := map[string]bool{}
	for _, w := range run.SecretWords(words) {
		secret[w] = true
	}
	masked := make([]string, len(words))
	for i, w := range words {
		name, value, joined := strings.Cut(w, "=")
		switch {
		case !secret[w]:
			masked[i] = plain(w)
		case joined && value != "" && !run.SecretValue(name):
			masked[i] = plain(name) + "=" + mark + k.variable(strings.TrimLeft(name, "-"), value) + mark
		case strings.HasPrefix(w, "-") && !run.SecretValue(w):
			masked[i] = plain(w) // the name of an option; its value is the word after it
		default:
			masked[i] = mark + k.variable("SECRET", w) + mark
		}
	}
	return masked
}

func plain(text string) string { return strings.ReplaceAll(text, mark, "") }
