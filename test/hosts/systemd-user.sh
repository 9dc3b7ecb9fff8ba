# In mount and process namespaces of its own: a real `systemd --user` in the home $1, and `iai-mcp service` on it. The rest
# of the arguments is the command that runs iai-mcp. Prints what each step said; nothing of it stays behind.
set -u
HOME=$1; shift
export HOME XDG_RUNTIME_DIR="$HOME/run"
mkdir -m 700 "$XDG_RUNTIME_DIR"
mount --make-rprivate /
# systemd runs for a user only where it has started the machine, which it tells by this folder.
mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system
scopes=/sys/fs/cgroup/systemd/init.scope
had_scope=$([ -d "$scopes" ] && echo yes)
/lib/systemd/systemd --user --log-target=console > "$HOME/manager.log" 2>&1 &
manager=$!
tries=0
until systemctl --user is-system-running > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -gt 600 ] && { cat "$HOME/manager.log"; exit 1; }
  sleep 0.1
done
step() { echo "== $*"; }
main() { systemctl --user show -p MainPID --value iai-mcp; }
step install; "$@" service install; "$@" service status
step umask; grep -i umask "/proc/$(main)/status"
step again; "$@" service install
step kill; killed=$(main); kill -9 "$killed"
tries=0
while [ "$(main)" = "$killed" ] || [ "$(main)" = 0 ]; do
  tries=$((tries + 1))
  [ "$tries" -gt 600 ] && break
  sleep 0.1
done
systemctl --user show -p NRestarts iai-mcp; "$@" service status
step remove; "$@" service remove; "$@" service status; "$@" service remove
step end; kill "$manager"; wait "$manager"
[ "$had_scope" = yes ] || rmdir "$scopes" 2> /dev/null
exit 0
