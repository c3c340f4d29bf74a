package accounts

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed guessed.txt
var guessedText string

const (
	wordMin    = 4   // letters: a shorter word saves a guesser nothing
	ownMin     = 3   // of what is about the user: that is known
	aboutRunes = 256 // of each thing that is about the user
)

// guessed says of each word how many units it has. The longest has longestGuessed letters.
var guessed, longestGuessed = readGuessed(guessedText)

func readGuessed(list string) (units map[string]int, longest int) {
	units = map[string]int{}
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		for _, word := range fields[1:] {
			runes := fold(word)
			for _, letters := range bothWays(runes) {
				if _, ok := units[letters]; !ok { // the cheapest stand first
					units[letters] = int(fields[0][0] - '0')
				}
			}
			longest = max(longest, len(runes))
		}
	}
	return units, longest
}

// wordsAbout returns what is guessed because it is about the user or the site: each thing as a whole, without its signs,
// and its parts: the two sides of an address, first name and last name.
func wordsAbout(about []string) (words []string) {
	for _, text := range about {
		runes := fold(text)
		runes = runes[:min(len(runes), aboutRunes)]
		if at := slices.Index(runes, '@'); at >= 0 { // the last part of an address is the same for half the world
			if dot := lastIndex(runes, '.'); dot > at {
				words = append(words, bothWays(runes)...)
				runes = runes[:dot]
			}
			words = append(words, bothWays(runes[:at])...)
			words = append(words, bothWays(slices.DeleteFunc(slices.Clone(runes[:at]), sign))...)
		}
		words = append(words, bothWays(runes)...)
		words = append(words, bothWays(slices.DeleteFunc(slices.Clone(runes), sign))...)
		for _, part := range strings.FieldsFunc(string(runes), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
			words = append(words, bothWays([]rune(part))...)
		}
	}
	slices.Sort(words)
	return slices.DeleteFunc(slices.Compact(words), func(word string) bool { return utf8.RuneCountInString(word) < ownMin })
}

func lastIndex(runes []rune, r rune) int {
	for i := len(runes) - 1; i >= 0; i-- {
		if runes[i] == r {
			return i
		}
	}
	return -1
}

// bothWays returns a word and its mirror as they are compared.
func bothWays(runes []rune) []string {
	backwards := slices.Clone(runes)
	slices.Reverse(backwards)
	one, _ := canonical(runes)
	other, _ := canonical(backwards)
	return []string{one, other}
}

// onlyWord counts a password of one word and what people add to one, such as valentina1990!: which word it is hardly
// matters then, for guessers have all of them. A word can be spoken, has small letters but for the first, or capitals
// alone, and fewer letters than a password must have characters: what has more may be several. Runes are the password's.
func onlyWord(password string, runes []rune, own []string) guess {
	first := slices.IndexFunc(runes, cased)
	if first < 0 {
		return guess{units: len(runes)}
	}
	last := first
	for last < len(runes) && cased(runes[last]) {
		last++
	}
	word := runes[first:last]
	if len(word) >= PasswordMin || slices.ContainsFunc(runes[last:], cased) || !oneCase(password) || !spoken(word) {
		return guess{units: len(runes)}
	}
	rest := count(runes[:first], own).and(count(runes[last:], own).units, none)
	return rest.and(min(len(word), wordUnits), commonWords)
}

// wordUnits is what any word is worth that stands alone.
const wordUnits = 5

// spoken reports whether letters can be said: three of ten are vowels, and no five others come together. Most words can;
// of random letters, two of three times they cannot.
func spoken(word []rune) bool {
	vowels, others := 0, 0
	for _, r := range word {
		if others++; strings.ContainsRune("aeiouyаеёиоуыэюяαεηιουω", r) {
			vowels, others = vowels+1, 0
		}
		if others == 5 {
			return false
		}
	}
	return 10*vowels >= 3*len(word)
}

// cased reports whether a folded character is a letter of those scripts in which words are made of letters.
func cased(r rune) bool { return unicode.IsLower(r) }

// oneCase reports whether a text has the capitals that a word has: none, the first letter, or all.
func oneCase(text string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, text)
	_, size := utf8.DecodeRuneInString(letters)
	return letters[size:] == strings.ToLower(letters[size:]) || letters == strings.ToUpper(letters)
}

// fold returns the characters of a text without what a guesser tries anyway: capitals, accents, wide forms.
func fold(text string) []rune {
	var folded []rune
	for _, r := range norm.NFC.String(text) {
		r = unicode.ToLower(unicode.ToUpper(r)) // both: σ and ς are one letter
		folded = append(folded, unicode.ToLower(unadorned(r)))
	}
	return folded
}

// unadorned returns the Latin letter, the digit or the sign under a character, or the character.
func unadorned(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	parts := []rune(norm.NFKD.String(string(r)))
	for _, mark := range parts[1:] {
		if !unicode.Is(unicode.Mn, mark) {
			return r
		}
	}
	if parts[0] >= utf8.RuneSelf {
		return decimal(r)
	}
	return parts[0]
}

// decimal returns the digit that one of another script is, or the character. Each script has its ten in a row.
func decimal(r rune) rune {
	if !unicode.IsDigit(r) {
		return r
	}
	digit := '0'
	for unicode.IsDigit(r-1) && digit < '9' {
		r--
		digit++
	}
	return digit
}

// lookalikes are what is typed for a letter. Those that are typed for i or l make these one letter.
var lookalikes = map[rune]rune{
	'4': 'a', '@': 'a', '8': 'b', '(': 'c', '3': 'e', '€': 'e', '6': 'g', '9': 'g', '1': 'i', '!': 'i', '|': 'i', 'l': 'i',
	'0': 'o', '5': 's', '$': 's', '§': 's', 'ß': 's', '7': 't', '+': 't', '2': 'z',
}

// canonical returns a text as words are compared, and where in it each character stands; the last place is its end.
func canonical(text []rune) (letters string, places []int) {
	var b strings.Builder
	for _, r := range text {
		places = append(places, b.Len())
		if letter, ok := lookalikes[r]; ok {
			r = letter
		}
		b.WriteRune(r)
	}
	return b.String(), append(places, b.Len())
}
