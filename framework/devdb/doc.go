// Package devdb is the Postgres that serves when no DATABASE_URL is set: for the
// site while it is developed, and for the tests (see package dbtest).
//
//	db, err := devdb.Start(ctx, devdb.Options{Folder: ".data/postgres"})
//	if err != nil {
//		return err
//	}
//	defer db.Stop()
//	pool, err := pgxpool.New(ctx, db.URL("postgres"))
//
// Nothing has to be set up for it. It is a real Postgres of the developer's
// machine, with a data folder of its own.
//
// # What Start does
//
// It finds the Postgres programs: those in the PATH, else the newest in the
// folders where packages put them. Where there is data already, those of its
// major version. It never changes or deletes data of another version, nor a
// folder with something else in it; it says what to do.
//
// It takes two locks next to the data folder. One is the app's: another copy of
// the app on the same folder is told so. The other is inherited by every process
// of the server: as long as one of them lives, even if its app is gone, the next
// start waits for it, 30 seconds at most.
//
// It makes the data folder when there is none: whole or not at all, by initdb in a
// folder next to it and a rename.
//
// It starts the server as a child of the app, on a unix socket in a private folder
// below the system's temporary one; nothing listens on the network. Who can open
// the socket needs no password, and that is the app's user alone. It returns when
// the server has answered.
//
// # Beside the app
//
// [Join] is for a command that needs the database whether the app runs or not: it finds the running server's socket by
// what stands in the data folder (postmaster.pid), and starts a server for itself when there is none.
//
// # How the server ends
//
// By [Server.Stop]: open connections are closed, everything is written to the
// disk. A terminal's Ctrl-C reaches the app only, which then calls Stop.
//
// With the app, however that ends: a guard (guard.sh) waits at a pipe that the
// kernel closes when the app dies, and stops the server. The guard is there
// before the server is. Whatever a crash leaves behind (postmaster.pid, a socket,
// a half-made data folder) is no obstacle to the next start.
//
// By itself, if something is badly wrong: [Server.Done] is closed, and Stop says
// why in one sentence.
//
// # As root
//
// Postgres refuses to run as root. Then it runs as the owner of the data, else as
// the user postgres, else as nobody. Where that user cannot enter the clone's
// folder, the data goes to /var/lib/ocsigo/<name of the clone>-<hash of its
// folder>; the permissions of folders stay as they are. [Server.Folder] says where
// the data really is: print it.
//
// # What runs
//
// A server has two goroutines: one reads what it says, one waits for its end.
// [Server.Stop] waits for both. Options.Log gets the server's lines.
package devdb
