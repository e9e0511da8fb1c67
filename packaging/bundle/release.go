package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"escale/app/release"
)

// releaseFlags are what the program is built with to hear of newer versions: the
// public key of RELEASE_KEY, and the address of RELEASE_ADDRESS. Without a key it
// never looks; without an address, at one that the user names.
func releaseFlags() (string, error) {
	key, address := os.Getenv("RELEASE_KEY"), os.Getenv("RELEASE_ADDRESS")
	if _, err := release.ParseKey(key); err != nil {
		return "", err
	}
	if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(address, " '\"")) {
		return "", fmt.Errorf("RELEASE_ADDRESS %q: it must begin with https://", address)
	}
	var flags []string
	if key != "" {
		flags = append(flags, "-X main.releaseKey="+key)
	}
	if address != "" {
		flags = append(flags, "-X main.releaseAddress="+address)
	}
	return strings.Join(flags, " "), nil
}
