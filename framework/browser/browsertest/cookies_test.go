package browsertest_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestTwoBrowsersAreTwoPeople(t *testing.T) {
	t.Parallel()
	url := site(t)
	ada, bob := browsertest.New(t), browsertest.New(t)

	first := ada.Open(url + "/form")
	first.Fill("[name=name]", "ada")
	first.Submit("#login")
	first.WaitText("#who", "ada")

	if name := ada.Open(url + "/who").Text("#who"); name != "ada" {
		t.Errorf("another tab of the same browser is %q", name)
	}
	if name := bob.Open(url + "/who").Text("#who"); name != "nobody" {
		t.Errorf("another browser is %q", name)
	}
}

func TestRequestsTellOfTheirCookies(t *testing.T) {
	t.Parallel()
	url := site(t)
	tab := browsertest.New(t).Open(url + "/form")
	tab.Fill("[name=name]", "ada")
	tab.Submit("#login")
	tab.WaitText("#who", "ada")
	tab.Reload()

	want := []struct {
		method, url string
		status      int
		cookie      bool
	}{
		{"GET", "/form", 200, false},
		{"POST", "/login", 303, false},
		{"GET", "/who", 200, true},
		{"GET", "/who", 200, true},
	}
	requests := tab.Requests()
	if len(requests) != len(want) {
		t.Fatalf("requests: %v", requests)
	}
	for i, want := range want {
		got := requests[i]
		if got.Method != want.method || got.URL != url+want.url || got.Status != want.status || got.HasCookie("name") != want.cookie {
			t.Errorf("request %d: %v, cookie %v; want %v", i, got, got.HasCookie("name"), want)
		}
	}
}

func TestRequestsOfOtherKinds(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(site(t))
	status := browsertest.Eval[int](tab, `fetch("/elsewhere").then((answer) => answer.status)`)
	fetched := tab.Requests("Fetch")
	if status != 200 || len(fetched) != 1 || fetched[0].Status != 200 {
		t.Fatalf("fetch answered %d, requests: %v", status, fetched)
	}
	if kind := fetched[0].Answer.Get("Content-Type"); kind != "text/html; charset=utf-8" {
		t.Errorf("the answer is of type %q", kind)
	}
}
