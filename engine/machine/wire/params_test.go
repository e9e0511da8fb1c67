package wire

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func TestParams(t *testing.T) {
	want := Params{
		Address: netip.MustParsePrefix("192.168.127.2/24"), Gateway: netip.MustParseAddr("192.168.127.1"),
		DNS: netip.MustParseAddr("192.168.127.1"), Host: netip.MustParseAddr("192.168.127.254"), Name: "escale",
		Proxy:      Proxy{HTTP: "http://192.168.127.254:3128", No: "localhost,.local"},
		Registries: Registries{Mirrors: []string{"http://192.168.127.254:5000"}, Insecure: []string{"registry.example:5000"}},
		Shares:     2, Page: 8123, Tools: true,
	}
	got, err := ParseParams("quiet panic=1 console=ttyS0 " + want.String() + " trailing\n")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = ParseParams("escale.ip=x escale.gw=192.168.127.1 escale.name=../x escale.proxy=%%% escale.registries=eyJtaXJyb3JzIjpbIlxuIl19 escale.page=65536 escale.tools=yes escale.shares=-1")
	if err == nil || !reflect.DeepEqual(got, Params{Gateway: want.Gateway}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// sameParams takes no list and an empty one for the same.
func sameParams(a, b Params) bool { return a.String() == b.String() }

func FuzzParseParams(f *testing.F) {
	f.Add("escale.ip=192.168.127.2/24 escale.gw=192.168.127.1 escale.dns=1.1.1.1 escale.host=::1 escale.name=a escale.proxy=e30 escale.registries=e30")
	f.Fuzz(func(t *testing.T, line string) {
		p, err := ParseParams(line)
		if err != nil {
			return
		}
		if again, err := ParseParams(p.String()); err != nil || !sameParams(again, p) {
			t.Fatalf("%+v came back as %+v, %v", p, again, err)
		}
	})
}

// TestParamsWithoutNetwork: a guest with a network of its own is told its name.
func TestParamsWithoutNetwork(t *testing.T) {
	p := Params{Name: "escale", Proxy: Proxy{HTTP: "http://proxy:3128"}}
	if got := p.String(); !strings.HasPrefix(got, "escale.name=escale escale.proxy=") {
		t.Errorf("says %q", got)
	}
	if got, err := ParseParams(p.String()); err == nil || !sameParams(got, p) {
		t.Errorf("got %+v, %v", got, err)
	}
}
