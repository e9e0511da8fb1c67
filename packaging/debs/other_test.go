package debs

import (
	"slices"
	"testing"
)

func TestTranslate(t *testing.T) {
	stanzas := readStanzas([]byte(`Types: deb
# a remark: with a colon
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.invalid/security
Suites: bookworm-security
Components: main contrib

Types: deb
Enabled: no
URIs: http://mirror.invalid/off
Suites: bookworm
Components: main
`))
	list := readList([]byte(`# deb http://mirror.invalid/off bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.invalid/two bookworm main non-free
deb https://vendor.invalid/apt vendor-bookworm main
deb-src http://mirror.invalid/two bookworm main
`))
	want := []string{
		"deb [signed-by=/k.gpg] http://mirror.invalid/two trixie main",
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.invalid/debian trixie main",
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.invalid/debian trixie-updates main",
		"deb http://mirror.invalid/security trixie-security main",
	}
	if got := translate(append(stanzas, list...), "bookworm", "trixie"); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestReadPackage(t *testing.T) {
	got := readPackage("Package: libc6\nSource: glibc (2.41-12)\nVersion: 2.41-12+deb13u5\nDepends: libgcc-s1\nDescription: x\n Version: not this\nSHA256: ab\n")
	want := Package{Name: "libc6", Version: "2.41-12+deb13u5", Source: "glibc", Depends: "libgcc-s1", SHA256: "ab"}
	if got != want {
		t.Errorf("got %+v", got)
	}
}
