package main

import (
	"strings"
	"time"
)

// What the servers do: the same call, and the same push, for all of them.

// callName is the server function; call is what a tab says, 115 bytes.
const (
	callName = "board.move"
	callText = `{"jsonrpc":"2.0","id":1234567,"method":"board.move","params":{"board":"garden","piece":17,"to":[3,4],"hurry":true}}`
)

// Move is what a tab calls with.
type Move struct {
	Board string `json:"board"`
	Piece int    `json:"piece"`
	To    []int  `json:"to"`
	Hurry bool   `json:"hurry"`
}

// Moved is what it is answered.
type Moved struct {
	Piece int    `json:"piece"`
	By    int    `json:"by"`
	Board string `json:"board"`
}

// moved takes no time: all that is measured is the way to it and back.
func moved(in Move, by int) Moved { return Moved{in.Piece + len(in.To), by, in.Board} }

// eventName is the event; Told its value, with which the message has 92 bytes.
const eventName = "board.told"

// Told is what is pushed. At is when, in microseconds since 1970: the delay is measured with it.
type Told struct {
	At   int64  `json:"at"`
	Text string `json:"text"`
}

func told(bytes int) Told {
	const around = 82 // bytes of the message besides the text
	return Told{time.Now().UnixMicro(), strings.Repeat("x", max(bytes-around, 10))}
}

// smallPush is how many bytes a pushed message has.
const smallPush = 92
