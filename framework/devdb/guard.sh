# Runs a program that ends when the app does, however the app ends.
#
#   sh -c "$guard" guard EMPTY PROGRAM ARGUMENT...
#
# fd 3  a pipe that only the app can write to. When it ends without a word, the
#       app has died.
# fd 4  the lock on the data folder, which the program is to hold.
# EMPTY a folder to remove when the program is gone, if nothing is left in it.
#
# The shell becomes the program (exec), so the program is the app's own child
# and $$ is its process id. The watcher is there before the program is: at no
# moment could the app die and leave the program alone. The inner parentheses
# make the watcher nobody's child; Postgres would wonder about one of its own.

empty=$1
shift

(
	(
		trap '' HUP INT TERM
		read -r word <&3 && exit # the program has ended before the app

		# Ask again every second: a shell that was told to ignore SIGINT
		# loses the first one when it has not become the program yet.
		tries=0
		while kill -INT $$ && [ $tries -lt 30 ]; do
			sleep 1
			tries=$((tries + 1))
		done
		[ $tries -lt 30 ] || kill -QUIT $$
		rmdir "$empty"
	) 4<&- >/dev/null 2>&1 &
)

exec "$@" 3<&-
