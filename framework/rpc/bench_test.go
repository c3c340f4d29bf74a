package rpc

import (
	"reflect"
	"testing"
)

type bought struct {
	Ticket  string `json:"ticket"`
	Seat    int    `json:"seat"`
	Reduced bool   `json:"reduced"`
}

// BenchmarkCodec is what a call costs on its way in and out, without the socket: a struct of three fields.
func BenchmarkCodec(b *testing.B) {
	s := mustShape[bought](b)
	text := []byte(`{"ticket":"balcony, left","seat":17,"reduced":true}`)
	b.Run("in", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var value bought
			if err := s.decode(text, &value); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("out", func(b *testing.B) {
		value := bought{"balcony, left", 17, true}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.encode(held(reflect.TypeOf(value), value)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
