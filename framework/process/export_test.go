package process

import "context"

// Processes is how many there are, whatever their state.
func (h *Hub) Processes() int { return len(h.all()) }

// Seats is how many are taken, by whomever.
func (h *Hub) Seats() (taken int) {
	h.seats.mu.Lock()
	defer h.seats.mu.Unlock()
	return h.seats.taken + len(h.seats.strangers) + len(h.seats.users) + h.seats.sockets + len(h.seats.newcomers)
}

// Kept is how many keys somebody listens to, and how many of others are remembered.
func (t *Topic[K, T]) Kept() (circles, changes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.circles), t.history.order.Len()
}

// Listeners is how many tabs listen to a key.
func (t *Topic[K, T]) Listeners(key K) int { return len(t.listeners(key)) }

// Kept is how many keys are remembered.
func (p *Presence[K]) Kept() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.places)
}

// TurnPage ends what the page of the tab that asks has begun, and Stays counts what its tab has.
func TurnPage(ctx context.Context) {
	p, _ := processOf(ctx)
	p.stays.end(LeftPage)
}

// CatchUp makes the call one of the page that its tab shows now.
func CatchUp(ctx context.Context) {
	p, from, _ := callOf(ctx)
	p.stays.page = from
}

func Stays(ctx context.Context) int {
	p, _ := processOf(ctx)
	p.stays.mu.Lock()
	defer p.stays.mu.Unlock()
	return len(p.stays.of)
}

// Jobs is how many the watch knows.
func (h *Hub) Jobs() int {
	h.watch.mu.Lock()
	defer h.watch.mu.Unlock()
	return len(h.watch.reading) + len(h.watch.others)
}
