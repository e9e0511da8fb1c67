package wire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
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
		proxy, _ := json.Marshal(p.Proxy) //nolint:errchkjson // three strings
		words = append(words, keyProxy+"="+base64.RawURLEncoding.EncodeToString(proxy))
	}
	return strings.Join(words, " ")
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
	var wrong [6]error
	p.Address, wrong[0] = netip.ParsePrefix(values[keyAddress])
	p.Gateway, wrong[1] = netip.ParseAddr(values[keyGateway])
	p.DNS, wrong[2] = netip.ParseAddr(values[keyDNS])
	p.Host, wrong[3] = netip.ParseAddr(values[keyHost])
	if p.Name = values[keyName]; !machineName.MatchString(p.Name) {
		p.Name, wrong[4] = "", fmt.Errorf("%s %.40q is no name", keyName, p.Name)
	}
	if proxy := values[keyProxy]; proxy != "" {
		p.Proxy, wrong[5] = parseProxy(proxy)
	}
	if err := errors.Join(wrong[:]...); err != nil {
		return p, fmt.Errorf("kernel command line: %w", err)
	}
	return p, nil
}

func parseProxy(text string) (Proxy, error) {
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return Proxy{}, fmt.Errorf("%s: %w", keyProxy, err)
	}
	var p Proxy
	if err := json.Unmarshal(plain, &p); err != nil {
		return Proxy{}, fmt.Errorf("%s: %w", keyProxy, err)
	}
	for _, value := range []string{p.HTTP, p.HTTPS, p.No} {
		if strings.ContainsAny(value, "\x00\r\n") {
			return Proxy{}, fmt.Errorf("%s: control characters", keyProxy)
		}
	}
	return p, nil
}
