package machine

import (
	"net/url"
	"regexp"
)

// What is said of registries travels on the kernel's command line, which has two
// kilobytes for everything.
const (
	maxRegistries = 8
	maxAddresses  = 600 // bytes, all of them together
)

var registryHost = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$`)

// ValidMirror says whether a mirror of Docker Hub can have this address.
func ValidMirror(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && registryHost.MatchString(u.Host) &&
		u.User == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

// ValidRegistry says whether this is a registry's "host[:port]".
func ValidRegistry(host string) bool { return registryHost.MatchString(host) }

func registriesValid(mirrors, insecure []string) bool {
	sum := 0
	for _, address := range mirrors {
		if sum += len(address); !ValidMirror(address) {
			return false
		}
	}
	for _, host := range insecure {
		if sum += len(host); !ValidRegistry(host) {
			return false
		}
	}
	return len(mirrors)+len(insecure) <= maxRegistries && sum <= maxAddresses
}
