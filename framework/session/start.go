package session

import "context"

// Start runs the start hooks, each once. After an error the next Start goes on at the hook that failed; once
// all have run it does nothing.
func (t *Tab) Start(ctx context.Context) error {
	t.starting.Lock()
	defer t.starting.Unlock()
	r := t.request(ctx)
	if _, err := r.begin(t.m.opts.Now(), func(int) bool { return true }); err != nil {
		return err
	}
	defer r.End()
	if t.isReady() {
		return nil
	}
	steps := t.m.startSteps(r.visitor())
	for t.started < len(steps) {
		if t.ended() { // by one of the hooks, or by somebody else
			return ErrNotConnected
		}
		if err := guard(func() error { return steps[t.started](r) }); err != nil {
			return err
		}
		t.started++
	}
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	t.ready = true
	return nil
}

// isReady reports whether all start hooks have run.
func (t *Tab) isReady() bool {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	return t.ready
}

// startSteps lists the start hooks for a visitor.
func (m *Manager) startSteps(visitor Visitor) (steps []func(context.Context) error) {
	for _, hook := range m.hooks.startProcess {
		steps = append(steps, func(ctx context.Context) error { return hook(ctx, visitor) })
	}
	if me, connected := visitor.User(); connected {
		for _, hook := range m.hooks.startConnectedProcess {
			steps = append(steps, func(ctx context.Context) error { return hook(ctx, me) })
		}
		return steps
	}
	for _, hook := range m.hooks.startUnconnectedProcess {
		steps = append(steps, func(ctx context.Context) error { return hook(ctx, struct{}{}) })
	}
	return steps
}
