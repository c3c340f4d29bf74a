package session_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// What each value says is who wrote it.
var (
	tabsOwner      = session.NewRef("test.tabsOwner", session.PerTab, "")
	browsersOwner  = session.NewRef("test.browsersOwner", session.PerBrowser, "")
	usersOwner     = session.NewRef("test.usersOwner", session.PerUser, "")
	browsersStored = session.NewStoredRef("test.browsersStored", session.PerBrowser, "")
	usersStored    = session.NewStoredRef("test.usersStored", session.PerUser, "")
)

// person is a browser of these stories, with its tabs and who is connected there.
type person struct {
	*browser
	name   string
	tabs   []*tab
	is     session.UserID
	logins int // counts log-ins and log-outs: each begins another identity of the browser
}

// owners are who values may be of: the present log-in, and the present user, who is the log-in where he is nobody.
func (p *person) owners() (login, user string) {
	login = fmt.Sprintf("%s as %d, the %dth", p.name, p.is, p.logins)
	if p.is == 0 {
		return login, login
	}
	return login, fmt.Sprintf("user %d", p.is)
}

// TestNobodyReadsAnothers walks at random, always the same ways: three browsers log in as two users, out, and
// everywhere out, open tabs and go on in them, and write who they are. What anybody reads he has written himself, as
// the same.
func TestNobodyReadsAnothers(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t)
			chance := rand.New(rand.NewPCG(seed, 1))
			var people []*person
			for _, name := range []string{"home", "work", "phone"} {
				people = append(people, &person{browser: w.browser(), name: name})
			}
			for range 100 {
				step(people, people[chance.IntN(len(people))], chance)
				for _, p := range people {
					p.look(t, chance)
				}
			}
		})
	}
}

// step lets something happen to one of them.
func step(all []*person, p *person, chance *rand.Rand) {
	switch chance.IntN(8) {
	case 0, 1:
		p.become([]session.UserID{ada, bob}[chance.IntN(2)])
		p.connect(p.is)
	case 2:
		if p.is != 0 {
			p.become(0)
			p.disconnect()
		}
	case 3:
		if p.is != 0 {
			leaves := p.is
			for _, other := range all {
				if other.is == leaves {
					other.become(0)
				}
			}
			p.disconnectAll()
		}
	case 4, 5:
		p.tabs = append(p.tabs, p.open().start())
	case 6:
		if len(p.tabs) > 0 {
			i := chance.IntN(len(p.tabs))
			p.tabs[i] = p.openAfter(p.tabs[i]).start()
		}
	case 7:
		p.administrate()
	}
}

func (p *person) become(user session.UserID) { p.is, p.logins = user, p.logins+1 }

// look lets a page, and a call of each tab, read and write.
func (p *person) look(t *testing.T, chance *rand.Rand) {
	t.Helper()
	login, user := p.owners()
	p.page(func(ctx context.Context) { reads(t, ctx, login, user, chance.IntN(2) == 0) })
	for _, tab := range p.tabs {
		is, _ := tab.Visitor().User()
		if is == 0 && p.is != 0 { // it was opened by nobody, and still is nobody's
			continue
		}
		err := tab.call(func(ctx context.Context) {
			reads(t, ctx, login, user, chance.IntN(2) == 0)
			owns(t, "the tab's", tabsOwner.Get(ctx), login)
			tabsOwner.Set(ctx, login)
		})
		if err != nil && !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("call: %v", err)
		}
	}
}

// reads checks what references say, and writes it again.
func reads(t *testing.T, ctx context.Context, login, user string, write bool) {
	t.Helper()
	owns(t, "the browser's", browsersOwner.Get(ctx), login)
	owns(t, "the user's", usersOwner.Get(ctx), user)
	stored, err := browsersStored.Get(ctx)
	owns(t, "the browser's stored", stored, login)
	storedOfUser, err2 := usersStored.Get(ctx)
	owns(t, "the user's stored", storedOfUser, user)
	if err = errors.Join(err, err2); err == nil && write {
		browsersOwner.Set(ctx, login)
		usersOwner.Set(ctx, user)
		err = errors.Join(browsersStored.Set(ctx, login), usersStored.Set(ctx, user))
	}
	if err != nil {
		t.Error(err)
	}
}

func owns(t *testing.T, what, got, want string) {
	t.Helper()
	if got != "" && got != want {
		t.Errorf("%s value is of %q, read by %q", what, got, want)
	}
}

// administrate writes for the user, as an administrator does.
func (p *person) administrate() {
	p.w.t.Helper()
	if p.is == 0 {
		return
	}
	_, user := p.owners()
	err := p.w.InUser(p.w.t.Context(), p.is, func(ctx context.Context) error {
		usersOwner.Set(ctx, user)
		return usersStored.Set(ctx, user)
	})
	if err != nil {
		p.w.t.Error(err)
	}
}

// TestTabsBeforeAndAfterLogIn: what a tab remembers for nobody and what it remembers for the user are two things, also
// while a call of nobody still runs when the user is there.
func TestTabsBeforeAndAfterLogIn(t *testing.T) {
	b := newWorld(t).browser()
	tab := b.open().start()
	tab.do(func(nobodys context.Context) {
		perTab.Set(nobodys, 1)
		if err := tab.ask(b, func(ctx context.Context) error {
			if err := session.Connect(ctx, ada); err != nil {
				return err
			}
			if got := perTab.Get(ctx); got != 0 {
				t.Errorf("the user reads %d of nobody's", got)
			}
			perTab.Set(ctx, 2)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := perTab.Get(nobodys); got != 0 {
			t.Errorf("nobody reads %d", got)
		}
		perTab.Set(nobodys, 3)
		if err := tab.Do(t.Context(), func(ctx context.Context) error {
			if got := perTab.Get(ctx); got != 2 {
				t.Errorf("then the user reads %d", got)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}
