package pgstore

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/ocsigo/start/framework/session"
)

// channel is where the nodes hear of changes. It belongs to the database, not to a schema in it.
const channel = "ocsigo_sessions"

// tell is for what no statement of a row says.
const tell = `SELECT pg_notify('` + channel + `', $1)`

// message is a session.Message as it travels. tellGone and renewSession write the same, in SQL.
type message struct {
	What    session.Change `json:"what"`
	User    session.UserID `json:"user,omitempty"`
	Session session.ID     `json:"session,omitempty"`
	Browser hash           `json:"browser"`
	How     ending         `json:"how"`
	Node    string         `json:"node,omitempty"`
}

// ending is a session.Ending as it travels.
type ending struct {
	Reason    session.Reason `json:"reason,omitempty"`
	By        session.UserID `json:"by,omitempty"`
	UserIndep bool           `json:"user_indep,omitempty"`
	Silent    bool           `json:"silent,omitempty"`
	Node      string         `json:"node,omitempty"`
}

// hash is a session.Hash as it travels: hexadecimal, and nothing for none.
type hash session.Hash

// MarshalText implements encoding.TextMarshaler.
func (h hash) MarshalText() ([]byte, error) {
	if h == (hash{}) {
		return nil, nil
	}
	return hex.AppendEncode(nil, h[:]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *hash) UnmarshalText(text []byte) error {
	if len(text) != 0 && len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("a hash of %d digits", len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// Tell implements session.Store.
func (s *Store) Tell(ctx context.Context, m session.Message) error {
	payload, err := json.Marshal(message{
		What: m.What, User: m.User, Session: m.Session,
		Browser: hash(m.Browser), How: ending(m.How), Node: m.Node,
	})
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, tell, string(payload))
	return err
}

func readMessage(payload string) (session.Message, error) {
	var m message
	if err := json.Unmarshal([]byte(payload), &m); err != nil {
		return session.Message{}, fmt.Errorf("message on %s: %w", channel, err)
	}
	switch m.What {
	case session.Closed, session.Renewed, session.UserChanged:
	default:
		return session.Message{}, fmt.Errorf("message on %s: unknown change %q", channel, m.What)
	}
	return session.Message{
		What: m.What, User: m.User, Session: m.Session,
		Browser: session.Hash(m.Browser), How: session.Ending(m.How), Node: m.Node,
	}, nil
}
