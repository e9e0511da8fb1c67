package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseHeader(t *testing.T) {
	for name, tc := range map[string]struct {
		line string
		ok   bool
	}{
		"docker":                    {`{"do":"docker"}`, true},
		"unknown fields are fine":   {`{"do":"status","later":[1,2]}`, true},
		"dial":                      {`{"do":"dial","network":"tcp","address":"127.0.0.1:8080"}`, true},
		"dial IPv6":                 {`{"do":"dial","network":"udp","address":"[::1]:53"}`, true},
		"dial no port":              {`{"do":"dial","network":"tcp","address":"127.0.0.1:0"}`, false},
		"dial a name":               {`{"do":"dial","network":"tcp","address":"localhost:80"}`, false},
		"dial a unix socket":        {`{"do":"dial","network":"unix","address":"/run/docker.sock"}`, false},
		"shutdown":                  {`{"do":"shutdown","graceMillis":30000}`, true},
		"shutdown at once":          {`{"do":"shutdown","graceMillis":0}`, true},
		"shutdown in its own time":  {`{"do":"shutdown"}`, true},
		"shutdown in a year":        {`{"do":"shutdown","graceMillis":31536000000}`, false},
		"shutdown before":           {`{"do":"shutdown","graceMillis":-1}`, false},
		"clock":                     {`{"do":"clock","unixNanos":1790000000000000000}`, true},
		"clock unset":               {`{"do":"clock"}`, false},
		"clock beyond reason":       {`{"do":"clock","unixNanos":9223372036854775807}`, false},
		"clock beyond its type":     {`{"do":"clock","unixNanos":1e30}`, false},
		"log":                       {`{"do":"log","name":"kernel","tail":100}`, true},
		"log of anything":           {`{"do":"log","name":"/etc/shadow"}`, false},
		"log of everything":         {`{"do":"log","name":"kernel","tail":100000000}`, false},
		"shell":                     {`{"do":"shell","rows":24,"cols":80}`, true},
		"shell of an unset size":    {`{"do":"shell"}`, true},
		"shell too wide":            {`{"do":"shell","rows":24,"cols":5000}`, false},
		"shell of a negative size":  {`{"do":"shell","rows":-1}`, false},
		"resize":                    {`{"do":"resize","stream":3,"rows":24,"cols":80}`, true},
		"resize of no shell":        {`{"do":"resize","rows":24,"cols":80}`, false},
		"resize to nothing":         {`{"do":"resize","stream":3,"rows":0,"cols":80}`, false},
		"resize too high":           {`{"do":"resize","stream":3,"rows":1001,"cols":80}`, false},
		"stop":                      {`{"do":"stop","stream":3}`, true},
		"unknown":                   {`{"do":"format"}`, false},
		"nothing":                   {`{}`, false},
		"an empty line":             {``, false},
		"not JSON":                  {`GET /version HTTP/1.1`, false},
		"another kind of JSON":      {`["docker"]`, false},
		"two values":                {`{"do":"docker"}{"do":"trim"}`, false},
		"longer than a line may be": {`{"do":"docker","x":"` + strings.Repeat("x", LineLimit) + `"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseHeader([]byte(tc.line))
			if (err == nil) != tc.ok {
				t.Fatalf("error %v, want ok=%v", err, tc.ok)
			}
			if err != nil && !errors.Is(err, ErrHeader) {
				t.Errorf("%v is no ErrHeader", err)
			}
		})
	}
}

// TestGrace: no time at all is not the same as none said.
func TestGrace(t *testing.T) {
	for name, tc := range map[string]struct {
		header Header
		want   time.Duration
	}{
		"nothing":  {ShutdownIn(0), 0},
		"some":     {ShutdownIn(1500 * time.Millisecond), 1500 * time.Millisecond},
		"not said": {Header{Do: Shutdown}, time.Minute},
	} {
		line, err := json.Marshal(tc.header)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := ParseHeader(line); err != nil || h.Grace(time.Minute) != tc.want {
			t.Errorf("%s: %s is read as %s, %v", name, line, h.Grace(time.Minute), err)
		}
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add([]byte(`{"do":"dial","network":"udp","address":"[fe80::1%eth0]:53"}`))
	f.Add([]byte(`{"do":"clock","unixNanos":1790000000000000000}`))
	f.Add([]byte(`{"do":"log","name":"dockerd","tail":-1}`))
	f.Add([]byte(`{"do":"shares","shares":[{"tag":"s0","path":"/home/é, b","readOnly":true}]}`))
	f.Add([]byte(`{"do":"touched","paths":["/home/u/../x"]}`))
	f.Add([]byte(`{"do":"resize","stream":4294967295,"rows":1,"cols":1000}`))
	f.Add([]byte(`{"do":"shell","rows":65535,"cols":65536}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		h, err := ParseHeader(line)
		if err != nil {
			if !errors.Is(err, ErrHeader) || !reflect.DeepEqual(h, Header{}) {
				t.Fatalf("%v, with %+v", err, h)
			}
			return
		}
		again, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if len(again) > LineLimit {
			return // an escaped address may grow
		}
		second, err := ParseHeader(again)
		if err != nil || !reflect.DeepEqual(second, h) {
			t.Fatalf("%+v came back as %+v, %v", h, second, err)
		}
	})
}

func TestAnswerErr(t *testing.T) {
	if err := (Answer{OK: true}).Err(); err != nil {
		t.Error(err)
	}
	var f *Failure
	err := Fail(FailRefused, errors.New("dial tcp: nobody")).Err()
	if !errors.As(err, &f) || f.Kind != FailRefused || f.Detail != "dial tcp: nobody" {
		t.Errorf("got %v", err)
	}
	err = Answer{Error: "words"}.Err()
	if !errors.As(err, &f) || f.Kind != FailOther || f.Detail != "words" {
		t.Errorf("got %v", err)
	}
}
