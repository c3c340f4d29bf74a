package session

import (
	"context"
	"strconv"
	"strings"
)

// PageToken returns the token of the document that this request is answered with: a nonce, sealed with
// the build and the session it is rendered under, keyed with the visitor's own browser cookie. Only that
// browser, still under that session, can say hello with it. Making one allocates nothing on the server.
// A document under ForceUnconnected starts no process: it gets an empty token.
func PageToken(ctx context.Context) (string, error) {
	r := requestOf(ctx)
	if r == nil {
		return "", ErrOutside
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.forced {
		return "", nil
	}
	nonce := r.nonceLocked()
	return nonce + "." + r.m.sealPage(r.secret, nonce, r.record.ID), nil
}

// nonceLocked names the document that this request is answered with.
func (r *request) nonceLocked() string {
	if r.nonce == "" {
		r.nonce = newSecret(nonceBytes).encode()
	}
	return r.nonce
}

func (m *Manager) sealPage(browser secret, nonce string, id ID) string {
	return browser.seal("page", nonce, m.opts.Build, strconv.FormatInt(int64(id), 10))
}

// openPage returns the nonce of a token that was made for this browser, build and session.
func (m *Manager) openPage(browser secret, token string, id ID) (nonce string, ok bool) {
	nonce, seal, ok := strings.Cut(token, ".")
	ok = ok && browser.sealed(seal, "page", nonce, m.opts.Build, strconv.FormatInt(int64(id), 10))
	return nonce, ok
}

// IdentityTag returns what every form must carry: it says which user, or nobody, the form was made for.
func IdentityTag(ctx context.Context) (string, error) {
	r := requestOf(ctx)
	if r == nil {
		return "", ErrOutside
	}
	return r.secret.seal("identity", identityOf(r.visitor())), nil
}

// CheckIdentityTag reports whether a form was made for the visitor who now sends it, in this browser. So
// an old page posts nothing as a new identity.
func CheckIdentityTag(ctx context.Context, tag string) (bool, error) {
	r := requestOf(ctx)
	if r == nil {
		return false, ErrOutside
	}
	visitor, err := r.find(ctx)
	if err != nil {
		return false, err
	}
	return r.secret.sealed(tag, "identity", identityOf(visitor)), nil
}

// Seal returns an HMAC over a text that this browser is given to keep for a while, such as a cookie's: only what was
// sealed for this purpose, in this browser and for who is connected now is Sealed. It is made as the identity tag is.
func Seal(ctx context.Context, purpose, text string) (string, error) {
	r := requestOf(ctx)
	if r == nil {
		return "", ErrOutside
	}
	return r.secret.seal("kept", purpose, identityOf(r.visitor()), text), nil
}

// Sealed reports whether a seal is that of a text, for this purpose and for who is connected now. It is false outside
// requests.
func Sealed(ctx context.Context, purpose, text, seal string) bool {
	r := requestOf(ctx)
	return r != nil && r.secret.sealed(seal, "kept", purpose, identityOf(r.visitor()), text)
}

func identityOf(v Visitor) string { return strconv.FormatInt(int64(v.user), 10) }
