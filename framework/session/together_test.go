package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestTogether: the site deletes the rows, and what follows is done as ever: its own session stays, the hooks run with the
// reason, tabs are refused. What goes wrong there is its own error, and then nothing has ended.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	var why []session.Reason
	w.OnPostCloseSession(func(_ context.Context, c session.Closing) error { why = append(why, c.Reason); return nil })
	here, there := w.browser(), w.browser()
	here.connect(ada)
	there.connect(ada)
	broken := errors.New("the password is not changed")
	for _, fault := range []error{broken, nil} {
		err := here.ask(func(ctx context.Context) error {
			return session.DisconnectAll(ctx, session.Others(), session.Because(session.NewPassword),
				session.Together(func(ctx context.Context, user session.UserID, but session.ID, how session.Ending) ([]session.Record, error) {
					if user != ada || but == 0 || how.Reason != session.NewPassword || how.Node == "" {
						t.Errorf("asked for user %d but %d, %+v", user, but, how)
					}
					if fault != nil {
						return nil, fault
					}
					return w.store.DeleteUser(ctx, user, but, how)
				}))
		})
		if err != fault {
			t.Errorf("DisconnectAll: %v, want %v", err, fault)
		}
		left := session.UserID(0)
		if fault != nil {
			left = ada
		}
		if here.visitor() != ada || there.visitor() != left {
			t.Errorf("with %v the browsers are %d's and %d's", fault, here.visitor(), there.visitor())
		}
	}
	if !slices.Equal(why, []session.Reason{session.NewPassword}) {
		t.Errorf("closed: %v", why)
	}
}

// TestTogetherOfNobody: who has no session any more keeps none, and rows are not asked.
func TestTogetherOfNobody(t *testing.T) {
	w := newWorld(t)
	here, there := w.browser(), w.browser()
	there.connect(ada)
	err := here.ask(func(ctx context.Context) error {
		return session.DisconnectAll(ctx, session.OfUser(ada), session.Others(),
			session.Together(func(context.Context, session.UserID, session.ID, session.Ending) ([]session.Record, error) {
				t.Error("rows are asked")
				return nil, nil
			}))
	})
	if err != session.ErrNotConnected || there.visitor() != ada {
		t.Errorf("%v, and the other browser is %d's", err, there.visitor())
	}
}
