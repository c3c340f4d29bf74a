package process

import "time"

// bucket is a token bucket: what a tab may send at once, filled again at a rate. All of it is one time: when it would
// be full again. That is not long ago, but where the tab could not be heard: what it then sends again was in its time.
type bucket struct {
	full   time.Time
	silent time.Duration // how long ago it may be
}

// rest says that nothing was heard for so long.
func (b *bucket) rest(silent, atMost time.Duration) { b.silent = min(b.silent+silent, atMost) }

// take takes n tokens out of a bucket that holds up to burst, and gets rate of them a second; false when it has not
// enough: then it takes none.
func (b *bucket) take(now time.Time, n, rate, burst int) bool {
	each := time.Second / time.Duration(rate)
	full := b.full
	if since := now.Add(-b.silent); full.Before(since) {
		full = since
	}
	full = full.Add(time.Duration(n) * each)
	if full.Sub(now) > time.Duration(burst)*each {
		return false
	}
	b.full, b.silent = full, min(b.silent, max(0, now.Sub(full)))
	return true
}

// affords reports whether the tab may send so much now. Who goes on though he may not is flooding.
func (v *visit) affords(n int) bool {
	limits := v.hub.limits
	if n == 0 {
		return true
	}
	if v.process.bucket.take(v.now, n, limits.Rate, limits.Burst) {
		v.refused = max(0, v.refused-1)
		return true
	}
	if v.refused++; v.refused > floodAtMost {
		v.process.post(parcel{code: Flooding, to: v.socket})
	}
	return false
}

func cost(free bool) int {
	if free {
		return 0
	}
	return 1
}
