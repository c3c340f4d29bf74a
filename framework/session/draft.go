package session

import (
	"reflect"
	"sync"
	"time"
)

// draft is what a document's handler has written for the tab that its document will become. It waits under
// the document's nonce for the hello, and is never made for a document that remembers nothing.
type draft struct {
	nonce   string
	browser Hash
	tab     state // for PerTab references
	indep   state // for PerTabUserIndep references
	made    time.Time
	size    int
}

// drafts hold the node's, oldest first out: at most draftsAtMost, draftsInBytes and handOver old.
type drafts struct {
	now func() time.Time

	mu      sync.Mutex // protects the fields below
	waiting map[string]*draft
	order   []string // their nonces as they were made; those taken since are still in it
	size    int
}

// add lets a draft wait.
func (d *drafts) add(one *draft) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one.made = d.now()
	d.waiting[one.nonce] = one
	d.order = append(d.order, one.nonce)
	d.trimLocked()
}

// weigh counts again what a draft holds, after it was written to.
func (d *drafts) weigh(one *draft) {
	size := one.tab.size() + one.indep.size()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting[one.nonce] == one {
		d.size += size - one.size
		one.size = size
		d.trimLocked()
	}
}

// take returns the draft of a document, once.
func (d *drafts) take(nonce string) *draft {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trimLocked()
	one := d.waiting[nonce]
	d.dropLocked(one)
	return one
}

// clear empties what the documents of a browser remember for the login, and on request what is
// user-independent too. It leaves one out.
func (d *drafts) clear(browser Hash, userIndep bool, but *draft) {
	for _, one := range d.of(browser) {
		if one == but {
			continue
		}
		one.tab.clear()
		if userIndep {
			one.indep.clear()
		}
		d.weigh(one)
	}
}

func (d *drafts) of(browser Hash) (found []*draft) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range d.waiting {
		if one.browser == browser {
			found = append(found, one)
		}
	}
	return found
}

func (d *drafts) trimLocked() {
	for len(d.order) > 0 {
		oldest := d.waiting[d.order[0]] // nil when it was taken
		fits := len(d.waiting) <= draftsAtMost && d.size <= draftsInBytes
		if oldest != nil && fits && d.now().Sub(oldest.made) < handOver {
			return
		}
		d.order = d.order[1:]
		d.dropLocked(oldest)
	}
}

func (d *drafts) dropLocked(one *draft) {
	if one != nil {
		delete(d.waiting, one.nonce)
		d.size -= one.size
	}
}

// size estimates the memory of what a state holds.
func (s *state) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	for _, value := range s.values {
		total += 64 + sizeOf(reflect.ValueOf(value), 8)
	}
	return total
}

// sizeOf follows a value at most so many levels down: an estimate is enough, an endless loop is not.
func sizeOf(v reflect.Value, levels int) int {
	if !v.IsValid() || levels == 0 {
		return 0
	}
	size := int(v.Type().Size())
	switch v.Kind() {
	case reflect.String:
		size += v.Len()
	case reflect.Pointer, reflect.Interface:
		size += sizeOf(v.Elem(), levels-1)
	case reflect.Struct:
		for i := range v.NumField() {
			size += sizeOf(v.Field(i), levels-1) - int(v.Field(i).Type().Size())
		}
	case reflect.Slice:
		for i := range v.Len() {
			size += sizeOf(v.Index(i), levels-1)
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			size += sizeOf(key, levels-1) + sizeOf(value, levels-1)
		}
	}
	return size
}
