package process

import "time"

// bucket is a token bucket: what a tab may send at once, filled again at a rate. All of it is one time: when it would
// be full again.
type bucket struct{ full time.Time }

// take takes n tokens out of a bucket that holds up to burst, and gets rate of them a second; false when it has not
// enough: then it takes none.
func (b *bucket) take(now time.Time, n, rate, burst int) bool {
	each := time.Second / time.Duration(rate)
	full := b.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(time.Duration(n) * each)
	if full.Sub(now) > time.Duration(burst)*each {
		return false
	}
	b.full = full
	return true
}

// resendGap is how long a tab that has come back may say nothing, and still be saying again what was not heard.
const resendGap = 5 * time.Second

// hears notes that the tab says something.
func (v *visit) hears() {
	now := time.Now()
	if now.Sub(v.now) > resendGap {
		v.again = 0
	}
	v.now = now
}

// back lets a tab say again at once what it may have said, in its time, since it was heard last.
func (v *visit) back(heard time.Time) {
	v.again = int(max(0, v.now.Sub(heard)).Seconds() * float64(v.hub.limits.Rate))
}

// affords reports whether the tab may send so much now. Who goes on though he may not is flooding.
func (v *visit) affords(n int) bool {
	limits := v.hub.limits
	if n == 0 {
		return true
	}
	switch {
	case v.process.bucket.take(v.now, n, limits.Rate, limits.Burst):
		v.refused = max(0, v.refused-1)
		return true
	case n <= v.again:
		v.again -= n
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
