package accounts

import (
	"iter"
	"strings"
)

// finder finds the pieces of one text.
type finder struct {
	text    []rune
	letters string // the text as words are compared
	places  []int  // of each character in letters
	own     []string
	runs    []int // how many characters from each place on are in a row
	copies  []int // how many characters from each place on stand in the text before too
}

func newFinder(text []rune, own []string) finder {
	letters, places := canonical(text)
	return finder{text, letters, places, own, inRows(text), copied(text)}
}

// at finds the pieces that begin at a place.
func (f finder) at(i int) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		_ = f.words(i, yield) && f.digits(i, yield) &&
			upTo(i, f.runs[i], inARow, yield) && upTo(i, f.copies[i], repeats, yield)
	}
}

func (f finder) words(i int, yield func(piece) bool) bool {
	rest := f.letters[f.places[i]:]
	for _, word := range f.own {
		if strings.HasPrefix(rest, word) && !yield(piece{i + len([]rune(word)), 1, ownWords}) {
			return false
		}
	}
	for end := i + wordMin; end <= min(i+longestGuessed, len(f.text)); end++ {
		units, ok := guessed[f.letters[f.places[i]:f.places[end]]]
		if ok && !yield(piece{end, units, commonWords}) {
			return false
		}
	}
	return true
}

const (
	runMin = 3  // characters: fewer in a row, or copied, are chance
	runAny = 32 // up to here a run may end anywhere; a longer one goes to its end
)

// upTo finds the run or copy of this length that begins at a place, and those that end before it does.
func upTo(i, length int, why habit, yield func(piece) bool) bool {
	for n := runMin; n <= min(length, runAny); n++ {
		if !yield(piece{i + n, 2, why}) {
			return false
		}
	}
	return length <= runAny || yield(piece{i + length, 2, why})
}

// lines are what runs go along, forwards or backwards, and from the end to the start: the alphabets and digits; the rows
// of keyboards (QWERTY, QWERTZ, AZERTY, Dvorak, Colemak, Russian), with and without the shift key; their columns; digits
// as a telephone has them.
var lines = []string{
	"abcdefghijklmnopqrstuvwxyz", "0123456789", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψω",
	"qwertyuiop[]asdfghjkl;'zxcvbnm,./", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
	"azertyuiopqsdfghjklmwxcvbn", "&e\"'(-", "-e_ca)=", "pyfgcrlaoeuidhtnsqjkxbmwvz", "qwfpgjluyarstdhneiozxcvbkm",
	"йцукенгшщзхъфывапролджэячсмитьбю", "!@#$%^&*()_+", "!\"§$%&/()=",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "zaqxswcdevfrbgtnhymjukilop",
	"zaq1xsw2cde3vfr4bgt5nhy6mju7", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qawsedrftgyhujikolp",
	"0okm9ijn8uhb7ygv6tfc5rdx4esz", "mko09ijnbhu87ygvcft65rdxzse4", "okmijnuhbygvtfcrdxesz", "plokmijnuhbygvtfcrdxeszwaq",
	"plmoknijbuhvygctfxrdzeswaq",
	"741852963", "147258369", "789456123", "159357", "13579", "02468",
}

// followers say of which lines, forwards or backwards, the second of two characters comes after the first.
var followers = func() map[[2]rune][]int {
	all := map[[2]rune][]int{}
	for n, line := range lines {
		runes := []rune(line)
		for i, r := range runes {
			next := runes[(i+1)%len(runes)]
			all[[2]rune{r, next}] = append(all[[2]rune{r, next}], 2*n)
			all[[2]rune{next, r}] = append(all[[2]rune{next, r}], 2*n+1)
		}
	}
	return all
}()

// inRows returns for each place how many characters from there on go along one line.
func inRows(text []rune) []int {
	longest := make([]int, len(text))
	runs := make([]struct{ from, length int }, 2*len(lines)) // the last that was found of each line, from the end of the text on
	for i := len(text) - 1; i >= 0; i-- {
		longest[i] = 1
		if i+1 == len(text) {
			continue
		}
		for _, line := range followers[[2]rune{text[i], text[i+1]}] {
			run := &runs[line]
			if run.from != i+1 {
				run.length = 1
			}
			run.from, run.length = i, run.length+1
			longest[i] = max(longest[i], run.length)
		}
	}
	return longest
}

// copied returns for each place how many characters from there on stand in the text before as well, forwards or backwards.
// The two may overlap, so that what follows the first of many equal characters is a copy.
func copied(text []rune) []int {
	longest := make([]int, len(text))
	same := make([]int, len(text)+1)     // how many characters are the same from i on and from each j before it on
	mirrored := make([]int, len(text)+1) // and how many from i on and from each j-1 back
	for i := len(text) - 1; i >= 0; i-- {
		for j := range i {
			if text[i] == text[j] {
				same[j] = same[j+1] + 1 // same[j+1] is still of i+1
			} else {
				same[j] = 0
			}
			longest[i] = max(longest[i], same[j])
		}
		for j := i; j > 0; j-- {
			if text[i] == text[j-1] {
				mirrored[j] = mirrored[j-1] + 1 // of i+1 too
			} else {
				mirrored[j] = 0
			}
			longest[i] = max(longest[i], mirrored[j])
		}
	}
	return longest
}

func (f finder) digits(i int, yield func(piece) bool) bool {
	n := 0
	for i+n < len(f.text) && n < 8 && '0' <= f.text[i+n] && f.text[i+n] <= '9' {
		n++
	}
	d := string(f.text[i : i+n])
	return (n < 3 || yield(piece{i + 3, 2, numbers})) &&
		(n < 4 || !year(d[:4]) || yield(piece{i + 4, 1, numbers})) &&
		(n < 6 || !day(d[:2], d[2:4]) && !day(d[2:4], d[4:6]) || yield(piece{i + 6, 3, numbers})) &&
		(n < 8 || !(day(d[:2], d[2:4]) && year(d[4:8])) && !(year(d[:4]) && day(d[4:6], d[6:8])) || yield(piece{i + 8, 3, numbers}))
}

// year reports whether people have lived in it who have passwords, or will soon.
func year(digits string) bool { return "1900" <= digits && digits < "2100" }

// day reports whether one of two numbers may be a month, and the other a day of it.
func day(one, other string) bool {
	return "01" <= min(one, other) && min(one, other) <= "12" && max(one, other) <= "31"
}
