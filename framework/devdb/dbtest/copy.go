//go:build unix

package dbtest

import (
	"context"
	"crypto/rand"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ocsigo/start/framework/devdb/internal/lock"
)

// copied is a copy of the template, ours as long as we live.
type copied struct {
	folder string
	held   *lock.Lock
}

func (c *copied) data() string { return dataIn(c.folder) }

// remove forgets the copy, the lock last.
func (c *copied) remove() {
	os.RemoveAll(c.folder)
	os.Remove(c.held.Name())
	c.held.Close()
}

// copy takes the lock of a new copy before there is anything to sweep.
func (c cache) copy(ctx context.Context, template string) (*copied, error) {
	folder := filepath.Join(c.copies(), rand.Text())
	held, err := lock.Wait(ctx, folder+".lock")
	if err != nil {
		return nil, err
	}
	made := &copied{folder, held}
	if err = os.Mkdir(folder, 0o755); err == nil {
		err = os.Chmod(folder, 0o755) // whatever the umask is
	}
	if err == nil {
		err = copyFolder(dataIn(template), made.data())
	}
	if err != nil {
		made.remove()
		return nil, err
	}
	return made, nil
}

// copyFolder copies files and folders with their permissions and, for root, their
// owner. A data folder has nothing else. On file systems that can, the kernel
// shares the contents instead of copying them.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if entry.IsDir() {
			err = os.Mkdir(target, info.Mode().Perm())
		} else {
			err = copyFile(name, target, info.Mode().Perm())
		}
		if err != nil || os.Geteuid() != 0 {
			return err
		}
		owner := info.Sys().(*syscall.Stat_t)
		return os.Lchown(target, int(owner.Uid), int(owner.Gid))
	})
}

func copyFile(from, to string, mode os.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
