package accounts

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	setName     = `UPDATE users SET name = $2 WHERE id = $1`
	setLanguage = `UPDATE users SET language = $2 WHERE id = $1`
)

// ChangeName gives a user another name, or none. ErrBadName, ErrLongName.
func (a *Accounts) ChangeName(ctx context.Context, me session.UserID, name string) error {
	name, err := parseName(name)
	if err != nil {
		return err
	}
	return a.set(ctx, setName, me, name)
}

// ChangeLanguage says which language a user wants, as a BCP 47 tag such as en-GB; "" for what his browser asks for.
// ErrBadLanguage.
func (a *Accounts) ChangeLanguage(ctx context.Context, me session.UserID, tag string) error {
	if tag != "" {
		parsed, err := language.Parse(tag)
		if err != nil {
			return ErrBadLanguage
		}
		tag = parsed.String()
	}
	return a.set(ctx, setLanguage, me, tag)
}

// set changes one thing about a user; session.ErrNoUser when the account is gone.
func (a *Accounts) set(ctx context.Context, query string, user session.UserID, arguments ...any) error {
	changed, err := a.db.Exec(ctx, query, append([]any{user}, arguments...)...)
	if err == nil && changed.RowsAffected() == 0 {
		err = session.ErrNoUser
	}
	return err
}

// parseName returns a name without the space around it, each letter as one character (NFC). It is one line that can be seen.
func parseName(text string) (string, error) {
	switch {
	case !utf8.ValidString(text):
		return "", ErrBadName
	case len(text) > 8*nameMost: // too long in any case
		return "", ErrLongName
	}
	name := norm.NFC.String(strings.TrimSpace(text))
	switch {
	case utf8.RuneCountInString(name) > nameMost:
		return "", ErrLongName
	case strings.ContainsFunc(name, notInName), name != "" && !strings.ContainsFunc(name, isSeen):
		return "", ErrBadName
	}
	return name, nil
}

// blank are the letters and signs that look like nothing: the fillers of Hangul, and Braille without a dot.
const blank = "\u115f\u1160\u3164\uffa0\u2800"

// isSeen says whether a name in which this stands can be seen.
func isSeen(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !strings.ContainsRune(blank, r)
}

// notInName refuses what breaks lines, steers or turns the text around. The two joiners are needed in Persian and Hindi.
func notInName(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return !unicode.IsPrint(r) && r != nonJoiner && r != joiner
}
