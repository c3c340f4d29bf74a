package installed

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Version of Postgres. Data of one major version is of no use to another.
type Version struct {
	Major, Minor int
	Text         string // as the program says it: "15.18", "19beta2"
}

// said is what `postgres --version` prints: "postgres (PostgreSQL) 15.18 (Debian 15.18-0)".
var said = regexp.MustCompile(`\(PostgreSQL\) ((\d{1,4})(?:\.(\d{1,4}))?[a-z0-9.]*)`)

// ParseVersion reads the answer of `postgres --version`.
func ParseVersion(line string) (Version, error) {
	found := said.FindStringSubmatch(line)
	if found == nil {
		return Version{}, fmt.Errorf("%q is not a version of Postgres", strings.TrimSpace(line))
	}
	v := Version{Text: found[1]}
	v.Major, _ = strconv.Atoi(found[2])
	v.Minor, _ = strconv.Atoi(found[3]) // a beta has none: 0
	return v, nil
}

// ParseMajor reads the PG_VERSION file of a data folder: "15\n".
// Before version 10 it was "9.6", which counts as 9: too old in any case.
func ParseMajor(file string) (int, error) {
	digits, _, _ := strings.Cut(strings.TrimSpace(file), ".")
	major, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || major == 0 {
		return 0, fmt.Errorf("%q is not a major version of Postgres", file)
	}
	return int(major), nil
}

// newer reports whether v comes after other.
func (v Version) newer(other Version) bool {
	if v.Major != other.Major {
		return v.Major > other.Major
	}
	return v.Minor > other.Minor
}
