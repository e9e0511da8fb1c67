package wire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Params is what the helper tells the guest on the kernel's command line.
type Params struct {
	Address netip.Prefix // the guest's own address
	Gateway netip.Addr
	DNS     netip.Addr
	Host    netip.Addr // the computer that the machine runs on: host.docker.internal
	Name    string     // the machine's
	Proxy   Proxy
	Registries

	// Shares says how many folders the helper will name over the channel, by
	// Shares: the engine waits for them. The kernel's command line is too short
	// for their paths.
	Shares int

	// Page is the port of the guest's loopback at which it serves a small page, in
	// place of an engine. 0: it starts its engine.
	Page int

	// Tools says that there is a disk with the docker command; see the guest's init.
	Tools bool
}

// Registries are those that the engine treats in a way of their own.
type Registries struct {
	Mirrors  []string `json:"mirrors,omitempty"`  // asked before Docker Hub: "https://mirror.example"
	Insecure []string `json:"insecure,omitempty"` // believed without TLS: "registry.example:5000"
}

// Proxy is how the engine reaches registries; empty fields mean directly.
type Proxy struct {
	HTTP  string `json:"http,omitempty"`
	HTTPS string `json:"https,omitempty"`
	No    string `json:"no,omitempty"` // names and networks to reach directly, between commas
}

const (
	keyAddress = "escale.ip"
	keyGateway = "escale.gw"
	keyDNS     = "escale.dns"
	keyHost    = "escale.host"
	keyName    = "escale.name"
	keyProxy   = "escale.proxy"
	keyShares  = "escale.shares"
	keyImages  = "escale.registries"
	keyPage    = "escale.page"
	keyTools   = "escale.tools"
)

// String is the part of the command line that says all this. Addresses that are
// not set are left out: the guest has a network that we do not make.
func (p Params) String() string {
	var words []string
	if p.Address.IsValid() {
		words = append(words, keyAddress+"="+p.Address.String())
	}
	for _, a := range []struct {
		key string
		is  netip.Addr
	}{{keyGateway, p.Gateway}, {keyDNS, p.DNS}, {keyHost, p.Host}} {
		if a.is.IsValid() {
			words = append(words, a.key+"="+a.is.String())
		}
	}
	words = append(words, keyName+"="+p.Name)
	if p.Proxy != (Proxy{}) {
		words = append(words, keyProxy+"="+packed(p.Proxy))
	}
	if len(p.Mirrors)+len(p.Insecure) > 0 {
		words = append(words, keyImages+"="+packed(p.Registries))
	}
	if p.Shares > 0 {
		words = append(words, keyShares+"="+strconv.Itoa(p.Shares))
	}
	if p.Page > 0 {
		words = append(words, keyPage+"="+strconv.Itoa(p.Page))
	}
	if p.Tools {
		words = append(words, keyTools+"=1")
	}
	return strings.Join(words, " ")
}

// packed is a value without spaces.
func packed(value any) string {
	text, _ := json.Marshal(value) //nolint:errchkjson // strings
	return base64.RawURLEncoding.EncodeToString(text)
}

var machineName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// ParseParams reads a whole command line. What is missing or unusable has its
// zero value, and is named in the error.
func ParseParams(commandLine string) (Params, error) {
	values := map[string]string{}
	for word := range strings.FieldsSeq(commandLine) {
		if key, value, ok := strings.Cut(word, "="); ok {
			values[key] = value
		}
	}
	var p Params
	var wrong [9]error
	p.Address, wrong[0] = netip.ParsePrefix(values[keyAddress])
	p.Gateway, wrong[1] = netip.ParseAddr(values[keyGateway])
	p.DNS, wrong[2] = netip.ParseAddr(values[keyDNS])
	p.Host, wrong[3] = netip.ParseAddr(values[keyHost])
	if p.Name = values[keyName]; !machineName.MatchString(p.Name) {
		p.Name, wrong[4] = "", fmt.Errorf("%s %.40q is no name", keyName, p.Name)
	}
	if proxy := values[keyProxy]; proxy != "" {
		p.Proxy, wrong[5] = unpacked[Proxy](keyProxy, proxy, func(p Proxy) []string { return []string{p.HTTP, p.HTTPS, p.No} })
	}
	if images := values[keyImages]; images != "" {
		p.Registries, wrong[6] = unpacked[Registries](keyImages, images, func(r Registries) []string { return slices.Concat(r.Mirrors, r.Insecure) })
	}
	if shares := values[keyShares]; shares != "" {
		p.Shares, wrong[7] = parseNumber(keyShares, shares, MostShares)
	}
	if port := values[keyPage]; port != "" {
		p.Page, wrong[8] = parseNumber(keyPage, port, 65535)
	}
	p.Tools = values[keyTools] == "1"
	if err := errors.Join(wrong[:]...); err != nil {
		return p, fmt.Errorf("kernel command line: %w", err)
	}
	return p, nil
}

func parseNumber(key, text string, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%s %.40q is no number up to %d", key, text, most)
	}
	return n, nil
}

// unpacked reads what packed wrote. None of its strings may hold control characters.
func unpacked[T any](key, text string, strs func(T) []string) (T, error) {
	var value, none T
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err == nil {
		err = json.Unmarshal(plain, &value)
	}
	if err != nil {
		return none, fmt.Errorf("%s: %w", key, err)
	}
	for _, s := range strs(value) {
		if s == "" && key == keyImages || strings.ContainsAny(s, "\x00\r\n") {
			return none, fmt.Errorf("%s: empty words or control characters", key)
		}
	}
	return value, nil
}
