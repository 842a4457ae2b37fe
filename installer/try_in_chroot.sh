#!/usr/bin/env bash
# Try the house where nothing is: in a bare Debian 12, made anew each time. Needs root on a Debian machine.
#
#   installer/try_in_chroot.sh clone [COMMAND ...]   a clone of HEAD, with python3, python3-venv and git alone:
#                                                    ./dev test, then ./dev run (or the COMMANDs instead)
#   installer/try_in_chroot.sh deb FILE.deb          the package, installed by apt without any Python: fieldapp tour
#
# How this machine reaches Debian's and Python's packages is read from its own settings when the script runs.
# What the program leaves in out/ is copied to build/chroot/.
set -euo pipefail

mode=${1:?clone or deb}
shift
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$checkout/build/chroot
bare=$checkout/build/bare-debian.tar

if [ -z "${IN_OWN_NAMESPACE:-}" ]; then
    # Mounts made below vanish with this namespace, however the script ends.
    IN_OWN_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child bash "$0" "$mode" "$@"
fi

say() { printf '\n== %s\n' "$*"; }

# Its output only if it fails.
quietly() { "$@" > "$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; return 1; }; }

make_bare_debian() {
    command -v debootstrap > /dev/null || quietly apt-get install -y debootstrap
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | sort -u | head -n 1)
    quietly debootstrap --variant=minbase bookworm "$root" "$mirror"
    tar -C "$root" -cf "$bare" .
}

take_settings_of_this_machine() {
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    apt-config dump | { grep -E '^Acquire::(http|https|Retries)' || true; } > "$root/etc/apt/apt.conf.d/90machine"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/machine-ca.crt"
    # Of pip's settings those that name no file of this machine.
    printf '[global]\ncert = /etc/machine-ca.crt\n' > "$root/etc/pip.conf"
    { python3 -m pip config list 2> /dev/null || true; } | sed -n "s/^global\.\([a-z-]*\)='\([^/]*:\/\/.*\)'$/\1 = \2/p" \
        | { grep -v file: || true; } >> "$root/etc/pip.conf"
}

inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive \
        bash -euc "$1" < /dev/null
}

install_inside() { quietly inside "apt-get update && apt-get install -y --no-install-recommends $*"; }

keep() {
    rm -rf "${work:?}/$mode"
    cp -r "$root$1" "$work/$mode"
    find "$work/$mode" -type f -printf '%P  %s bytes\n' | sort | head -n 100
}

clean_up() {
    umount --lazy --recursive "$root/dev" 2> /dev/null || true
    umount --lazy "$root/proc" 2> /dev/null || true
    mountpoint --quiet "$root/dev" || rm -rf --one-file-system "$root"
}

mkdir -p "$work"
root=$(mktemp -d /var/tmp/bare-debian.XXXXXX)
chmod 755 "$root"
trap clean_up EXIT

say "A bare Debian 12"
if [ -f "$bare" ]; then tar -C "$root" -xf "$bare"; else make_bare_debian; fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
take_settings_of_this_machine

case $mode in
clone)
    say "A clone of HEAD, with python3, python3-venv and git"
    install_inside python3 python3-venv ca-certificates git
    git -C "$checkout" bundle create --quiet "$root/tmp/fieldapp.bundle" HEAD
    inside "git clone -q /tmp/fieldapp.bundle /home/fieldapp"
    if [ $# = 0 ]; then set -- "./dev test" "./dev run"; fi
    for command in "$@"; do
        say "$command"
        SECONDS=0
        inside "cd /home/fieldapp && $command"
        say "$command took $SECONDS s"
    done
    if [ -d "$root/home/fieldapp/out" ]; then keep /home/fieldapp/out; fi
    ;;
deb)
    say "The package, installed by apt"
    cp "${1:?the .deb}" "$root/tmp/fieldapp.deb"
    install_inside /tmp/fieldapp.deb
    inside "! command -v python3"
    say "fieldapp tour"
    SECONDS=0
    inside "fieldapp tour --out /tmp/tour"
    say "the tour took $SECONDS s"
    keep /tmp/tour
    ;;
*)
    echo "clone or deb, not $mode" >&2
    exit 2
    ;;
esac
