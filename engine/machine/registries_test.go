package machine

import (
	"strings"
	"testing"
)

func TestRegistries(t *testing.T) {
	for address, want := range map[string]bool{
		"https://mirror.example": true, "http://127.0.0.1:5000/": true, "https://[::1]:5000": true,
		"": false, "mirror.example": false, "ftp://mirror.example": false, "https://user:secret@mirror.example": false,
		"https://mirror.example/path": false, "https://": false, "https://a b": false, "https://mirror.example?x": false,
	} {
		if ValidMirror(address) != want {
			t.Errorf("mirror %q: %v", address, !want)
		}
	}
	for host, want := range map[string]bool{
		"registry.example:5000": true, "registry": true, "192.168.1.2": true, "[fd00::1]:443": true,
		"": false, "-x": false, "--insecure": false, "https://registry": false, "a/b": false, "a b": false,
	} {
		if ValidRegistry(host) != want {
			t.Errorf("registry %q: %v", host, !want)
		}
	}
	good := Computer{2, 4 * gib}.Defaults(Resources{RegistryMirrors: []string{"https://mirror.example"}, InsecureRegistries: []string{"registry:5000"}})
	if !good.Valid() {
		t.Error("one of each is refused")
	}
	good.InsecureRegistries = []string{strings.Repeat("a", maxAddresses)}
	if good.Valid() {
		t.Error("more than the command line can hold is taken")
	}
}
