package pgstore

import "time"

// Statements are all that this package says to Postgres.
var Statements = map[string]string{
	"findSession":           findSession,
	"findSessions":          findSessions,
	"findUserSessions":      findUserSessions,
	"lockLogins":            lockLogins,
	"makeRoom":              makeRoom,
	"insertSession":         insertSession,
	"deleteSession":         deleteSession,
	"deleteUserSessions":    deleteUserSessions,
	"deleteBrowserSessions": deleteBrowserSessions,
	"deleteOver":            deleteOver,
	"forgetUsers":           forgetUsers,
	"remembered":            remembered,
	"isThere":               isThere,
	"renewSession":          renewSession,
	"signInAgain":           signInAgain,
	"noteActivity":          noteActivity,
	"tell":                  tell,
	"listen":                listen,
	"loadState":             loadState,
	"lockState":             lockState,
	"readState":             readState,
	"writeState":            writeState,
	"forgetState":           forgetState,
	"dropStates":            dropStates,
	"markOrphans":           markOrphans,
	"dropOrphans":           dropOrphans,
	"dropUnwritten":         dropUnwritten,
}

// ListenerName is what pg_stat_activity calls a listening connection.
const ListenerName = listenerName

// Impatient makes a store that waits for its listening connection as little as can be.
func (s *Store) Impatient() *Store {
	s.patience = patience{silence: time.Millisecond, answer: s.patience.answer, end: s.patience.end}
	return s
}

// VeryImpatient does not wait for the answer of a silent one for long either.
func (s *Store) VeryImpatient() *Store {
	s.patience = patience{silence: time.Millisecond, answer: time.Millisecond, end: time.Millisecond}
	return s
}
