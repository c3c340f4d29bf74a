package rpc

import (
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
)

// TestWriteNotices: what is in a topic's notice can be imported by name, and the notice needs none.
func TestWriteNotices(t *testing.T) {
	type Room struct{ Floor, Door int }
	got := generate(t, nil, []signature{
		{Name: "chat.here", Out: mustShape[process.Notice[string, process.PresenceChange]](t)},
		{Name: "chat.said", Out: mustShape[process.Notice[Room, []Moved]](t)},
		{Name: "chat.told", Out: mustShape[process.Notice[[2]int, struct{ Text string }]](t)},
	})
	for _, want := range []string{
		"export interface Departure {\n  user: UserID\n  why: Leaving\n}\n",
		"export interface Here {\n  tabs: number\n  browsers: number\n  people: number\n  users: UserID[]\n}\n",
		"export type Leaving = ",
		"export interface Moved {\n",
		"export interface PresenceChange {\n  here: Here\n  came: UserID[]\n  left: Departure[]\n}\n",
		"export interface Room {\n  Floor: number\n  Door: number\n}\n",
		"here: (handler: (event: { key: string; value: PresenceChange }) => void,",
		"said: (handler: (event: { key: Room; value: Moved[] }) => void,",
		"told: (handler: (event: { key: [number, number]; value: { Text: string } }) => void,",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want\n%s\nin\n%s", want, got)
		}
	}
	if strings.Contains(got, "Notice") {
		t.Errorf("a notice has a name:\n%s", got)
	}
}

// TestNoticeNamesAreTaken: a site that has a presence cannot have another type of one of its names, and is told so.
func TestNoticeNamesAreTaken(t *testing.T) {
	type Here struct{ X int }
	b := newBench(t)
	process.NewPresence[int](b.hub, "here")
	defer func() {
		if said, want := recover(), `process: event "there": process.Here and rpc.Here have the same name in TypeScript`; said != want {
			t.Errorf("got %v, want %s", said, want)
		}
	}()
	process.NewEvent[Here](b.hub, "there")
}
