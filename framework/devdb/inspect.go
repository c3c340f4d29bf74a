//go:build unix

package devdb

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ocsigo/start/framework/devdb/internal/installed"
)

// inspect returns the major version of the data in folder; 0 when the folder is
// missing or empty. Anything else in it is somebody's and refused. It changes
// nothing.
func inspect(folder string) (major int, err error) {
	entries, err := os.ReadDir(folder)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return 0, nil
	}
	if os.IsPermission(err) {
		return 0, fmt.Errorf("%s belongs to another user: start the app as that user, or move the folder away to begin anew", folder)
	}
	if err != nil {
		return 0, err
	}
	version, err := os.ReadFile(filepath.Join(folder, "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, fmt.Errorf("%s is not empty and holds no Postgres data: move what is in it elsewhere", folder)
	}
	if err != nil {
		return 0, err
	}
	if major, err = installed.ParseMajor(string(version)); err != nil {
		return 0, fmt.Errorf("%s holds no Postgres data that can be read: its PG_VERSION says %q", folder, version)
	}
	return major, nil
}
