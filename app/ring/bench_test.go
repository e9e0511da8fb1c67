package ring

import (
	"fmt"
	"testing"
)

// A line of 92 bytes, as a web server writes it.
func accessLine(i int) string {
	return fmt.Sprintf(`172.18.0.%-3d - - [01/Mar/2026:12:00:00 +0000] "GET /wp-includes/%07d.css HTTP/1.1" 200 %-5d`, i%250, i, i%9999)[:92]
}

func million(b *testing.B) *Ring {
	b.Helper()
	r := New(Options{MaxBytes: 256 << 20})
	for i := range 1_000_000 {
		r.Append(noon, i%100 == 0, accessLine(i))
	}
	b.ResetTimer()
	b.ReportMetric(float64(r.Bytes())/float64(r.Len()), "B/line")
	return r
}

func BenchmarkAppend(b *testing.B) {
	r := New(Options{})
	text := accessLine(1)
	b.ReportAllocs()
	for b.Loop() {
		r.Append(noon, false, text)
	}
}

func BenchmarkLine(b *testing.B) {
	r := million(b)
	i := 0
	for b.Loop() {
		r.Line(i % 1_000_000)
		i += 7919
	}
}

func BenchmarkFindInMillion(b *testing.B) {
	for _, text := range []string{"0999999.css", "warning", "get /wp", "200", "é"} {
		b.Run(text, func(b *testing.B) {
			r := million(b)
			for b.Loop() {
				if err := r.Find(Query{Text: text}).Advance(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
