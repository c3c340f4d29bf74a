package accounts

import (
	"slices"
	"unicode"
)

// A password is refused when, after removing what a guesser tries first, too little is left.
//
// What is left is counted in units: one is what a random character is worth. A password is cut into pieces, in the way
// that gives the fewest units, for a guesser is lucky. A piece is one character (one unit), or something that is guessed
// at once however long it is: a word of guessed.txt, forwards or backwards (2 or 3 units), a part of the user's address or
// name or of the site's name (1), a run along the alphabet or the keyboard (2), what stands in the password already,
// forwards or backwards (2), a year (1), a date (3), three digits (2), the only word there is beside digits and signs (5).
// Capitals, accents, 4 for a and the like change nothing, and one sign behind a piece belongs to it. So "P4ssw0rd-2024!"
// has 3 units, and four words of the list have 8 to 12. All of this is done on the password as it is, on its letters and
// digits alone, on those without doubled ones, and on every other character and then the rest; the fewest count.
//
// It takes time by the square of the length: a hash's for the longest. Who checks what strangers send does it in a slot of the
// hasher's.

// unitsMin is how many units must be left. Of 12 random characters it lets two be no luck: about two passwords of a
// thousand are refused nevertheless.
const unitsMin = 10

// habit is why a piece is easy to guess. Of two that are as good a reason the later one is told.
type habit int

const (
	none habit = iota
	numbers
	repeats
	inARow
	commonWords
	ownWords
	habits
)

// piece is a part of a password, from where it was asked for to its end.
type piece struct {
	end, units int
	habit      habit
}

// guessable returns why a password is guessed soon, nil when it is not. It is normal.
func guessable(password string, about []string) error {
	own := wordsAbout(about)
	whole := fold(password)
	plain := slices.DeleteFunc(slices.Clone(whole), sign)
	single := slices.Compact(slices.Clone(plain))

	best := guess{units: len(whole)}
	for _, other := range []guess{
		count(whole, own),
		count(plain, own).and(signs(whole), none),
		count(single, own).and(signs(whole)+min(2, len(plain)-len(single)), none),
		interwoven(whole, own),
		onlyWord(password, whole, own),
	} {
		if other.units < best.units {
			best = other
		}
	}
	if best.units >= unitsMin {
		return nil
	}
	return best.why.fault()
}

// guess is how many units a text has, and the habit that saves a guesser most.
type guess struct {
	units int
	why   habit
}

// and adds what else there is.
func (g guess) and(units int, why habit) guess { return guess{g.units + units, max(g.why, why)} }

// interwoven counts every other character and then the rest: 1a2s3d4f5g6h is two runs.
func interwoven(text []rune, own []string) guess {
	var halves [2][]rune
	for i, r := range text {
		halves[i%2] = append(halves[i%2], r)
	}
	second := count(halves[1], own)
	return count(halves[0], own).and(second.units, second.why)
}

func (h habit) fault() error {
	switch h {
	case inARow:
		return ErrInARow
	case numbers:
		return ErrNumbers
	case ownWords:
		return ErrOwnWords
	case commonWords:
		return ErrCommonWords
	default:
		return ErrRepeats
	}
}

// count cuts a text into pieces.
func count(text []rune, own []string) guess {
	find := newFinder(text, own)
	fewest := make([]int, len(text)+1) // units before each place
	last := make([]step, len(text)+1)  // the piece that ends there
	for i := range fewest {
		fewest[i] = i
		last[i] = step{i - 1, none}
	}
	reach := func(from int, p piece) {
		if units := fewest[from] + p.units; units < fewest[p.end] {
			fewest[p.end], last[p.end] = units, step{from, p.habit}
		}
	}
	for i := range text {
		reach(i, piece{i + 1, 1, none})
		for p := range find.at(i) {
			reach(i, p)
			if p.end < len(text) && sign(text[p.end]) {
				p.end++
				reach(i, p)
			}
		}
	}
	return guess{fewest[len(text)], mostSaved(fewest, last)}
}

// step is how a place in a text was reached.
type step struct {
	from  int
	habit habit
}

// mostSaved goes the best way back.
func mostSaved(fewest []int, last []step) habit {
	var saved [habits]int
	for at := len(last) - 1; at > 0; at = last[at].from {
		from := last[at].from
		saved[last[at].habit] += at - from - (fewest[at] - fewest[from])
	}
	most := none
	for h, characters := range saved {
		if characters > 0 && characters >= saved[most] {
			most = habit(h)
		}
	}
	return most
}

func sign(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }

// signs returns how many signs a text has. That is what they are worth when they stand anywhere; but of one that stands
// everywhere only two count.
func signs(text []rune) (n int) {
	seen := map[rune]int{}
	for _, r := range text {
		if seen[r]++; sign(r) && seen[r] <= 2 {
			n++
		}
	}
	return n
}
