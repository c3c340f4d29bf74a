// Package dbtest gives tests a real Postgres: every test its own database, made
// in some hundredths of a second.
//
//	func TestMain(m *testing.M) {
//		dbtest.Main(m, dbtest.Template{Key: migrations.Key(), Migrate: migrations.Apply})
//	}
//
//	func TestSignUp(t *testing.T) {
//		db, err := pgxpool.New(t.Context(), dbtest.New(t))
//		...
//	}
//
// # What happens
//
// The first test run after a change of the migrations makes a template: a data
// folder with one migrated database. It is kept in the user's cache folder,
// under the key of the migrations and the version of Postgres. Test binaries
// that come at the same time wait for it; a file lock sees to that.
//
// The first [New] in a package copies the template and starts a server on the
// copy; at the end [Main] stops the server and removes the copy. So packages do
// not meet, and go test ./... may run as many at once as it likes.
//
// Every [New] asks that server for a copy of the migrated database, and drops it
// when its test is over. So tests do not meet either, and may be parallel. A test
// that looks for leaked goroutines calls New before it counts: the server has two.
//
// Nothing in these servers survives a crash of the machine: they never wait for
// the disk. Do not measure writing with them.
//
// # What is left behind
//
// Templates, about 40 MB each; one that was not used for a week is removed by
// the next run. A test binary that crashes or is killed leaves no server, since
// [github.com/ocsigo/start/framework/devdb] guards it, and its copy is removed by
// the next run.
//
// # Without Postgres
//
// Tests that call [New] are skipped where no Postgres is installed. They fail
// instead when the environment variable CI is set.
package dbtest
