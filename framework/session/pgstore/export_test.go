package pgstore

// Statements are all that this package says to Postgres.
var Statements = map[string]string{
	"insertSession":         insertSession,
	"findSession":           findSession,
	"deleteSession":         deleteSession,
	"deleteUserSessions":    deleteUserSessions,
	"deleteBrowserSessions": deleteBrowserSessions,
}
