package run

import "crypto/rand"

// letters of a password: easy to tell apart, to type and to dictate, and
// without a meaning to any shell or connection string.
const letters = "abcdefghjkmnpqrstuvwxyz23456789"

// NewPassword returns a random password such as "k7mp-x2rd-9tqa-h4ws", of 79
// bits.
func NewPassword() string {
	const groups, size = 4, 4
	var password []byte
	for len(password) < groups*(size+1)-1 {
		if len(password)%(size+1) == size {
			password = append(password, '-')
			continue
		}
		password = append(password, letter())
	}
	return string(password)
}

// letter draws one letter, each as likely as the others.
func letter() byte {
	const fair = 256 / len(letters) * len(letters)
	var b [1]byte
	for {
		_, _ = rand.Read(b[:]) // never fails
		if int(b[0]) < fair {
			return letters[int(b[0])%len(letters)]
		}
	}
}
