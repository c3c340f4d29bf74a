package session

// set is some tabs, or some running requests, in no order. Most have one member, and are as small. It takes no longer
// to take one out of many, for each member knows where it is.
type set[M member] []M

// member is what may be in a set, but in one of a kind at a time.
type member interface {
	comparable
	seat(in kindOfSet) *int // its index in the set, if it is in any
}

type kindOfSet int

const (
	inBrowser kindOfSet = iota // of a house, or the requests of a browser
	inNews
	inUser
)

func (s set[M]) has(one M, in kindOfSet) bool {
	i := *one.seat(in)
	return i < len(s) && s[i] == one
}

func (s set[M]) with(one M, in kindOfSet) set[M] {
	if s.has(one, in) {
		return s
	}
	*one.seat(in) = len(s)
	return append(s, one)
}

// without lets the last member sit where the one was.
func (s set[M]) without(one M, in kindOfSet) set[M] {
	if !s.has(one, in) {
		return s
	}
	i, rest := *one.seat(in), len(s)-1
	s[i] = s[rest]
	*s[i].seat(in) = i
	clear(s[rest:])
	return s[:rest]
}

// with puts something into a set of an index.
func with[K comparable, M member](index map[K]set[M], key K, one M, in kindOfSet) {
	index[key] = index[key].with(one, in)
}

// without takes it out again, and an empty set out of the index.
func without[K comparable, M member](index map[K]set[M], key K, one M, in kindOfSet) {
	rest := index[key].without(one, in)
	if len(rest) == 0 {
		delete(index, key)
		return
	}
	index[key] = rest
}
