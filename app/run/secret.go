package run

import (
	"net/url"
	"strings"

	"escale/app/recipe"
)

// SecretName reports whether a variable of this name is likely to hold what
// others should not see.
func SecretName(name string) bool {
	name = strings.ToUpper(strings.TrimSpace(name))
	for _, word := range []string{"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "KEY", "CREDENTIAL"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "_PASS") || strings.HasSuffix(name, "_PWD")
}

// SecretValue reports whether a value holds a password: that of an address, such
// as postgres://ada:enigma@db/app, or a private key.
func SecretValue(value string) bool {
	if strings.Contains(value, "PRIVATE KEY-----") {
		return true
	}
	for field := range strings.FieldsSeq(value) {
		_, rest, found := strings.Cut(field, "://")
		if !found {
			continue
		}
		if u, err := url.Parse("x://" + rest); err == nil && u.User != nil {
			if _, has := u.User.Password(); has {
				return true
			}
		} else if err != nil && strings.Contains(rest, "@") {
			return true // an address with a password that nobody escaped
		}
	}
	return false
}

// IsSecret reports whether the value of a row is for nobody else: it was made
// here, its recipe says so, or it looks like it.
func (r EnvRow) IsSecret(of recipe.Recipe) bool {
	e, _ := of.EnvNamed(strings.TrimSpace(r.Name))
	return r.Secret || r.Generated || r.Wanted || e.Secret || SecretName(r.Name) || SecretValue(r.Value)
}

// SecretWords are the words of a command that look as if they held a secret.
func SecretWords(words []string) (secret []string) {
	before := ""
	for _, w := range words {
		name, _, _ := strings.Cut(strings.TrimLeft(w, "-"), "=")
		option := strings.HasPrefix(w, "-") || strings.Contains(w, "=")
		switch {
		case option && (SecretName(name) || secretOption(w)), SecretValue(w):
			secret = append(secret, w)
		case secretOption(before):
			secret = append(secret, w)
		}
		before = w
	}
	return secret
}

// secretOption reports whether the word after this one is a secret.
func secretOption(word string) bool {
	name := strings.TrimLeft(word, "-")
	return name != word && !strings.Contains(word, "=") && (SecretName(name) || strings.EqualFold(name, "requirepass"))
}
