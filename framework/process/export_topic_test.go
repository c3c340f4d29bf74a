package process

import "context"

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

func Stays(ctx context.Context) int {
	p, _ := processOf(ctx)
	p.stays.mu.Lock()
	defer p.stays.mu.Unlock()
	return len(p.stays.of)
}
