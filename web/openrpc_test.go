package web_test

import (
	"encoding/json"
	"net/http"
	"testing"
)

// TestOpenRPC: tools of others find the server functions described, in development alone.
func TestOpenRPC(t *testing.T) {
	t.Parallel()
	p := newSite(t).visitor().Get("/rpc/openrpc.json")
	var described struct {
		OpenRPC string
		Methods []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(p.Body), &described); err != nil || p.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatalf("%d %v %s: %v", p.Status, p.Header, p.Body, err)
	}
	named := false
	for _, method := range described.Methods {
		named = named || method.Name == "sessions.tabs"
	}
	if !named {
		t.Errorf("sessions.tabs is not described: %s", p.Body)
	}
	if p := newSiteAs(t, setup{production: true}).visitor().Get("/rpc/openrpc.json"); p.Status != http.StatusNotFound {
		t.Errorf("in production: %d", p.Status)
	}
}
