package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"testing"
)

func TestReleaseFlags(t *testing.T) {
	public := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	key := base64.StdEncoding.EncodeToString(public)
	for _, tc := range []struct {
		key, address, want string
		bad                bool
	}{
		{"", "", "", false},
		{key, "https://x.example/latest/escale-release.txt", "-X main.releaseKey=" + key + " -X main.releaseAddress=https://x.example/latest/escale-release.txt", false},
		{"short", "", "", true},
		{key, "http://x.example/", "", true},
		{key, "https://x.example/ -extld=evil", "", true},
	} {
		t.Setenv("RELEASE_KEY", tc.key)
		t.Setenv("RELEASE_ADDRESS", tc.address)
		if got, err := releaseFlags(); got != tc.want || (err != nil) != tc.bad {
			t.Errorf("%q, %q: %q, %v", tc.key, tc.address, got, err)
		}
	}
}
