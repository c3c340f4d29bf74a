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
