package devdb

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// A disk that is full is made of a small file system in memory, so that the
// sentence is the answer to what Postgres and the kernel really say.

func TestTheDiskIsFullForInitdb(t *testing.T) {
	needRoot(t, "mount a small disk")
	for _, megabytes := range []int{0, 1, 8, 20} {
		t.Run(strconv.Itoa(megabytes)+" MB", func(t *testing.T) {
			disk := smallDisk(t, megabytes)
			folder := filepath.Join(disk, "postgres")
			if megabytes == 0 {
				fill(t, disk)
			}
			if got, want := refused(t, t.Context(), Options{Folder: folder}), fullSentence(folder); got != want {
				t.Errorf("it says %q, want %q", got, want)
			}
			if left, _ := filepath.Glob(folder + ".new-*"); left != nil {
				t.Errorf("left behind: %v", left)
			}
			if _, err := os.Stat(folder); !os.IsNotExist(err) {
				t.Errorf("the data folder: %v, want none", err)
			}
		})
	}
}

func TestTheDiskIsFullForTheServer(t *testing.T) {
	needRoot(t, "mount a small disk")
	disk := smallDisk(t, 100)
	folder := filepath.Join(disk, "postgres")
	s := mustStart(t, folder)
	mustExec(t, s, `create table kept (word text); insert into kept values ('still here')`)
	mustStop(t, s)
	filler := fill(t, disk)
	if got, want := refused(t, t.Context(), Options{Folder: folder}), fullSentence(folder); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	s = mustStart(t, folder)
	if got := query(t, s, `select word from kept`); got != "still here" {
		t.Errorf("the row says %q", got)
	}
}

func fullSentence(folder string) string {
	return "the disk that holds " + folder + " is full: make room, and start again"
}

// smallDisk mounts a file system of some megabytes until the test ends.
func smallDisk(t *testing.T, megabytes int) string {
	t.Helper()
	disk := filepath.Dir(newFolder(t))
	size := "size=" + strconv.Itoa(max(megabytes, 1)) + "m,mode=755"
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, size); errors.Is(err, syscall.EPERM) {
		without(t, "this root may not mount a small disk (a container without CAP_SYS_ADMIN)")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		waitForServer(t, filepath.Join(disk, "postgres"))
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

// fill leaves no byte free, and returns the file that takes the room.
func fill(t *testing.T, disk string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := io.Copy(file, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	return file.Name()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
