# What the scripts share: where the repository is and how they speak. Sourced, never run.
# shellcheck shell=bash disable=SC2034

repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# Progress goes to standard error, so that a command's standard output is its result alone.
note() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2; }

# Ends the script with one sentence that names the remedy.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# True if nothing accepts connections on the port of 127.0.0.1.
port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Runs a command in a process group of its own, so that a signal to this script is passed on to the
# whole group (`stop_group`) and the command ends before the script cleans up. Returns its status.
group=
in_group() {
    set -m
    "$@" </dev/null 9>&- &
    group=$!
    set +m
    local status=0
    wait "$group" || status=$?
    group=
    return "$status"
}

# Ends the command that `in_group` runs: first politely, after 40 seconds by force.
stop_group() {
    [[ -n $group ]] || return 0
    local pid=$group tenth
    kill -TERM -- "-$pid" 2>/dev/null || return 0
    for ((tenth = 0; tenth < 400; tenth++)); do
        kill -0 -- "-$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
}
