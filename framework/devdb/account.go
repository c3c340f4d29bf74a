//go:build unix

package devdb

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// An account is the user that Postgres runs as: ourselves, unless we are root,
// which Postgres refuses.
type account struct {
	other    bool // not ourselves
	uid, gid int
}

// accountFor returns the user that is to serve folder. The owner of existing
// data goes first: a clone may belong to somebody who is not always root.
func accountFor(folder string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(folder); err == nil {
		owner := info.Sys().(*syscall.Stat_t)
		if owner.Uid != 0 {
			return account{other: true, uid: int(owner.Uid), gid: int(owner.Gid)}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if a, ok := named(name); ok {
			return a, nil
		}
	}
	return account{}, errors.New("there is no user postgres or nobody to run Postgres as, and it refuses root: set DATABASE_URL")
}

func named(name string) (account, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, false
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil || uid == 0 {
		return account{}, false
	}
	gid, err := strconv.Atoi(u.Gid)
	return account{other: true, uid: uid, gid: gid}, err == nil
}

// credential is for exec: nil when the account is our own.
func (a account) credential() *syscall.Credential {
	if !a.other {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}

// own gives a file that we made to the account.
func (a account) own(name string) error {
	if !a.other {
		return nil
	}
	return os.Lchown(name, a.uid, a.gid)
}

// canEnter reports whether the account gets into folder. It really tries:
// permission bits are not all that decides.
func (a account) canEnter(ctx context.Context, folder string) bool {
	try := exec.CommandContext(ctx, "/bin/sh", "-c", `cd "$1"`, "sh", folder)
	try.Dir = "/"
	try.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential()}
	return try.Run() == nil
}
