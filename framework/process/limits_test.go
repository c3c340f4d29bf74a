package process

import (
	"reflect"
	"testing"
)

// TestNegativeLimits: no limit can be negative, and whoever adds one to them finds it here.
func TestNegativeLimits(t *testing.T) {
	for field := range reflect.TypeFor[Limits]().Fields() {
		var limits Limits
		reflect.ValueOf(&limits).Elem().FieldByIndex(field.Index).SetInt(-1)
		func() {
			defer func() {
				if got, want := recover(), "process: Limits."+field.Name+" is negative"; got != want {
					t.Errorf("it panics with %v, want %q", got, want)
				}
			}()
			New(nil, Options{Limits: limits})
		}()
	}
}
