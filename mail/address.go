package mail

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// ErrAddress: nothing can be sent to this address. Such a message is given up at once.
var ErrAddress = errors.New("no address that a message can be sent to")

// addressBytes is how long an address may be, and nameBytes the part before the @.
const (
	addressBytes = 254
	nameBytes    = 64
)

// CheckAddress says whether a message can be sent to an address, so that a form can refuse one to which it cannot:
// ErrAddress then. It takes a bare address, name@domain, without display name, quotes or comments. Whether it
// is anybody's, only a message tells.
func CheckAddress(address string) error {
	_, err := NormalAddress(address)
	return err
}

// CheckFrom says whether messages can be from somebody: Site <site@example.com>.
func CheckFrom(from string) error {
	_, err := parseFrom(from)
	return err
}

func parseFrom(text string) (*netmail.Address, error) {
	from, err := netmail.ParseAddress(text)
	if err != nil {
		return nil, refusedAddress(text)
	}
	from.Name = oneLine(from.Name)
	if from.Address, err = NormalAddress(from.Address); err == nil && !ascii(from.Address) {
		err = refusedAddress(text) // half the servers could not answer
	}
	return from, err
}

// NormalAddress returns an address as SMTP wants it, and as it is kept and counted: one domain can be written in many ways
// (ada@ｅｘａｍｐｌｅ.com is ada@example.com, and one in other letters than ASCII has a form in these), but who may
// write only so many messages to an address must not find others for it. The name before the @ keeps its capitals, for
// what they mean is for its server to say; its accents get one form (NFC). ErrAddress, as CheckAddress.
func NormalAddress(address string) (string, error) {
	if len(address) > addressBytes || !utf8.ValidString(address) {
		return "", refusedAddress(address)
	}
	address = norm.NFC.String(address)
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at > nameBytes {
		return "", refusedAddress(address)
	}
	for word := range strings.SplitSeq(address[:at], ".") {
		if word == "" || strings.ContainsFunc(word, notInName) {
			return "", refusedAddress(address)
		}
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil || noDomain(domain) || len(domain) > addressBytes-at-1 {
		return "", refusedAddress(address)
	}
	return address[:at+1] + strings.ToLower(domain), nil
}

// noDomain refuses nothing, a dot at the end (which no mail server takes) and numbers such as 127.0.0.1.
func noDomain(domain string) bool {
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	return strings.Trim(last, "0123456789") == ""
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// notInName refuses what would need quotes, and everything that is not seen.
func notInName(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r))
	default:
		return r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.N)
	}
}

func refusedAddress(address string) error {
	return fmt.Errorf("%w: %q", ErrAddress, shortened(address))
}

// lineRunes is how long a subject may be, and a line of the log; more is cut off.
const lineRunes = 200

// oneLine makes a line for a header of any text: whatever breaks lines, steers or is not seen becomes a space. What is
// not ASCII is encoded later.
func oneLine(text string) string {
	line := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	line = strings.ReplaceAll(strings.Join(strings.Fields(line), " "), "=?", "= ?") // nothing that is taken for encoded
	return shortened(line)
}

// shortened says what is too long with an ellipsis.
func shortened(text string) string {
	runes := []rune(text)
	if len(runes) <= lineRunes {
		return text
	}
	return string(runes[:lineRunes-1]) + "…"
}
