#!/usr/bin/env bash
# Makes this checkout ready: .venv with the locked packages, system packages where allowed, the
# embedded Kafka's jars. `setup.sh test` adds what only the tests need: S3 server, promtool,
# nginx, Chromium.
# Safe to run again, from anywhere, and twice at the same time; silent when nothing is missing.
set -euo pipefail

readonly UV_VERSION=0.13.8 UV_VERSION_MIN=0.8.0
readonly JGO_VERSION=3.2.0
readonly MAVEN_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
readonly VERSITYGW_VERSION=1.8.0
readonly JAVA_VERSION_MIN=17

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly ROOT
readonly LOCAL=$ROOT/.cache
readonly LOG=$LOCAL/setup.log
KAFKA_VERSION=$(sed -n '/kafka_2.13/{n;s/.*<version>\(.*\)<.*/\1/p;}' "$ROOT/deploy/kafka/pom.xml")
readonly KAFKA_VERSION
STAGING=

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# step MESSAGE COMMAND...: one progress line, the output into the log; false when it failed.
# Descriptors 8 and 9 are locks: nothing that stays alive may keep them.
step() {
    say "$1 ..."
    shift
    { printf '+ %s\n' "$*"; "$@"; } </dev/null >>"$LOG" 2>&1 8>&- 9>&-
}

must() {
    step "$@" || { tail -n 15 "$LOG" >&2; die "that failed; everything it said is in $LOG"; }
}

main() {
    local mode=${1:-}
    [ -z "$mode" ] || [ "$mode" = test ] || die "usage: deploy/setup.sh [test]"
    mkdir -p "$LOCAL" 2>/dev/null || die "$ROOT must be writable: the packages go into it"
    find_home
    take_lock
    : >"$LOG"
    trap '[ -z "$STAGING" ] || rm -rf -- "$STAGING"' EXIT
    system_packages
    python_packages
    kafka_jars
    if [ "$mode" = test ]; then
        s3_server
        prometheus_tools
        nginx_program
        chromium_browser
    fi
}

# Downloads are shared between checkouts where the home directory allows it.
find_home() {
    if ! { [ -n "${HOME:-}" ] && mkdir -p "$HOME" 2>/dev/null && [ -w "$HOME" ]; }; then
        export HOME=$LOCAL/home
        unset XDG_CACHE_HOME
        mkdir -p "$HOME"
    fi
    SHARED=${XDG_CACHE_HOME:-$HOME/.cache}/bitaqa
    mkdir -p "$SHARED" 2>/dev/null && [ -w "$SHARED" ] || SHARED=$LOCAL/shared
    mkdir -p "$SHARED"
    # An environment that happens to be active is not the one to install into.
    unset VIRTUAL_ENV CONDA_PREFIX UV_PROJECT_ENVIRONMENT PYTHONHOME PYTHONPATH
    export UV_LINK_MODE=${UV_LINK_MODE:-copy}
}

take_lock() {
    has flock || return 0
    exec 9>"$LOCAL/setup.lock"
    flock -n 9 && return 0
    say "waiting for another set-up of this checkout ..."
    flock 9
}

# staging: a fresh directory beside the shared downloads; publish renames it into place, so that
# nobody ever sees half of a download. Whoever comes second throws his away.
staging() {
    STAGING=$(mktemp -d "$SHARED/staging.XXXXXX")
}

publish() { # FROM TO
    mkdir -p "$(dirname -- "$2")"
    # -T: never into a directory that is already there.
    mv -T -- "$1" "$2" 2>/dev/null || [ -e "$2" ] || die "cannot write $2"
    rm -rf -- "$STAGING"
    STAGING=
}

link() { # TARGET NAME
    mkdir -p "$(dirname -- "$2")"
    [ "$(readlink -- "$2" 2>/dev/null)" = "$1" ] || { rm -rf -- "$2" && ln -sfn -- "$1" "$2"; }
}

# --- system packages -----------------------------------------------------------------------------

system_packages() {
    local wanted=() missing=() name
    for name in ara fra eng; do
        has_language "$name" || wanted+=("tesseract-ocr-$name")
    done
    has tesseract || wanted+=(tesseract-ocr)
    has_postgres || wanted+=(postgresql)
    has python3 || wanted+=(python3 python3-venv)
    has dpkg-query && wanted+=(
        fonts-ocr-b fonts-ocr-a fonts-dejavu-core fonts-liberation2 fonts-noto-core fonts-hosny-amiri
    )
    for name in ${wanted[@]+"${wanted[@]}"}; do
        installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! has apt-get || ! as_root true; then
        without_apt "${missing[@]}"
        return 0
    fi
    apt_install "${missing[@]}" || without_apt "${missing[@]}"
}

has_language() {
    local place
    for place in ${TESSDATA_PREFIX:+"$TESSDATA_PREFIX"} /usr/share/tesseract-ocr/*/tessdata \
        /usr/share/tessdata /usr/local/share/tessdata /opt/homebrew/share/tessdata; do
        [ ! -s "$place/$1.traineddata" ] || return 0
    done
    return 1
}

has_postgres() {
    local place
    for place in /usr/lib/postgresql/*/bin/postgres; do
        [ ! -x "$place" ] || return 0
    done
    has initdb && has postgres
}

installed() {
    has dpkg-query && [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        has sudo && sudo -n -- "$@" 2>/dev/null
    fi
}

apt_install() {
    local line="system packages: $*"
    local lock=$SHARED/apt.lock
    # One index update at a time: apt itself waits for the package lock, not for this one.
    if has flock; then
        step "updating the package index" flock "$lock" bash -c "$(declare -f has as_root)
            as_root apt-get update -q" || say "the package index could not be updated; going on"
    else
        step "updating the package index" as_root apt-get update -q || true
    fi
    step "$line" apt_get_install "$@" || step "once more: $line" apt_get_install "$@"
}

apt_get_install() {
    local policy=/etc/postgresql-common/createcluster.conf
    case " $* " in
    *" postgresql "*)
        # The programs are wanted, not a server that starts with the machine.
        [ -e "$policy" ] || as_root sh -c "mkdir -p ${policy%/*} &&
            echo 'create_main_cluster = false' >$policy"
        ;;
    esac
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold "$@"
}

# Says what is missing; PostgreSQL is not, since PyPI's takes its place.
without_apt() {
    local left=() name
    for name in "$@"; do
        [ "$name" = postgresql ] || left+=("$name")
    done
    [ ${#left[@]} -gt 0 ] || return 0
    if has apt-get; then
        say "missing, and there is no root to install it: sudo apt-get install ${left[*]}"
    else
        say "missing, install it with your system's package manager (Debian's names): ${left[*]}"
    fi
}

# --- Python packages -----------------------------------------------------------------------------

python_packages() {
    local groups=() stamp=$LOCAL/packages.stamp state
    has_java || groups+=(--group embedded)
    has_postgres || groups=(--group embedded)
    state=$(
        printf '%s\n' "$ROOT" ${groups[@]+"${groups[@]}"}
        cd -- "$ROOT" && cat uv.lock pyproject.toml | checksum
    )
    if [ -x "$ROOT/.venv/bin/bitaqa" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$state" ]; then
        return 0
    fi
    find_uv
    # Inexact: what a developer added to the environment stays.
    must "Python packages into .venv (about 300 MB the first time)" \
        "$UV" sync --quiet --frozen --inexact --project "$ROOT" ${groups[@]+"${groups[@]}"}
    printf '%s\n' "$state" >"$stamp"
}

checksum() {
    if has sha256sum; then sha256sum; else shasum -a 256; fi
}

has_java() {
    local java version
    for java in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} java; do
        version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) || true
        [ "${version:-0}" -lt $JAVA_VERSION_MIN ] || return 0
    done
    return 1
}

find_uv() {
    local tools=$SHARED/tools/uv-$UV_VERSION
    for UV in uv "$tools/bin/uv"; do
        ! new_enough "$("$UV" --version 2>/dev/null)" || return 0
    done
    has python3 || die "no uv and no python3: install either (https://docs.astral.sh/uv)"
    staging
    if ! step "uv, which installs the rest" install_uv "$STAGING"; then
        # Debian ships Python without pip and venv.
        ! has apt-get || ! as_root true || apt_install python3-venv || true
        must "uv, once more" install_uv "$STAGING"
    fi
    publish "$STAGING/uv" "$tools"
    UV=$tools/bin/uv
}

new_enough() { # "uv 1.2.3 ..."
    local version
    version=$(printf '%s' "$1" | sed -n 's/^uv \([0-9.]*\).*/\1/p')
    [ -n "$version" ] &&
        [ "$(printf '%s\n' "$UV_VERSION_MIN" "$version" | sort -V | head -n 1)" = "$UV_VERSION_MIN" ]
}

# --target: Debian's externally managed Python allows it. The program needs no Python afterwards.
install_uv() {
    rm -rf -- "$1/uv" "$1/venv"
    python3 -m pip install --quiet --no-cache-dir --target "$1/uv" "uv==$UV_VERSION" && return 0
    python3 -m venv "$1/venv" &&
        "$1/venv/bin/python" -m pip install --quiet --no-cache-dir --target "$1/uv" "uv==$UV_VERSION"
}

# --- Apache Kafka --------------------------------------------------------------------------------

kafka_jars() {
    local place=$LOCAL/kafka/$KAFKA_VERSION shared=$SHARED/kafka/$KAFKA_VERSION
    ! complete "$place" || return 0
    if has flock; then
        exec 8>"$SHARED/kafka.lock"
        flock -n 8 || { say "waiting for another set-up that fetches Kafka ..."; flock 8; }
    fi
    if ! complete "$shared"; then
        rm -rf -- "$shared"
        staging
        fetch_jars "$STAGING/jars" || die "the Kafka jars could not be fetched; see $LOG"
        publish "$STAGING/jars" "$shared"
    fi
    link "$shared" "$place"
    exec 8>&-
}

complete() { # DIRECTORY: has every jar; what is in them was checked when they came
    local file
    while read -r file; do
        [ -s "$1/$file" ] || return 1
    done < <(jar_files | cut -d' ' -f3)
}

jar_files() { # as sha256sum writes it: CHECKSUM, two spaces, ARTIFACT-VERSION.jar
    sed -n 's/^[^#:]*:\([^:]*\):\([^ ]*\) \(.*\)/\3  \1-\2.jar/p' "$ROOT/deploy/kafka/jars.txt"
}

fetch_jars() {
    if has mvn && has java && step "Apache Kafka $KAFKA_VERSION with Maven (about 45 MB)" jars_by_maven "$1" &&
        verified "$1"; then
        return 0
    fi
    find_uv
    step "Apache Kafka $KAFKA_VERSION with jgo from PyPI (about 45 MB)" jars_by_jgo "$1" &&
        verified "$1"
}

# Maven takes the home directory from the account, not from HOME: its repository is ours instead.
jars_by_maven() {
    mvn -B -q -f "$ROOT/deploy/kafka/pom.xml" "-Dmaven.repo.local=$STAGING/repository" \
        "$MAVEN_PLUGIN:copy-dependencies" "-DoutputDirectory=$1"
}

jars_by_jgo() {
    local every file
    every=$(sed -n 's/^\([^# ]*\) .*/\1/p' "$ROOT/deploy/kafka/jars.txt" | paste -sd+ -)
    mkdir -p "$1"
    "$UV" tool run --quiet --from "jgo[cli]==$JGO_VERSION" jgo --ignore-config --resolver python \
        --links copy --timeout 60 --cache-dir "$STAGING/jgo" --repo-cache "$STAGING/repository" \
        --color plain info jars "$every"
    while read -r file; do
        find "$STAGING/jgo" -name "$file" -exec cp -- {} "$1" \;
    done < <(jar_files | cut -d' ' -f3)
}

verified() {
    (cd -- "$1" && jar_files | checksum_check) >>"$LOG" 2>&1 ||
        { say "a jar is missing or not the pinned one; see $LOG"; return 1; }
}

checksum_check() {
    if has sha256sum; then sha256sum --quiet -c -; else shasum -a 256 -c -; fi
}

# --- for the tests -------------------------------------------------------------------------------

s3_server() {
    local shared=$SHARED/bin/versitygw-$VERSITYGW_VERSION
    [ ! -x "$LOCAL/bin/versitygw" ] || return 0
    if [ ! -x "$shared" ]; then
        has go || { say "no Go, so no S3 server: its tests are skipped (install Go 1.24 or newer)"; return 0; }
        staging
        step "building the S3 server versitygw $VERSITYGW_VERSION (2 to 4 minutes, once)" \
            env "GOBIN=$STAGING/bin" "GOFLAGS=-modcacherw" nice \
            go install -ldflags "-s -w" "github.com/versity/versitygw/cmd/versitygw@v$VERSITYGW_VERSION" ||
            { say "the S3 server could not be built, its tests are skipped; see $LOG"; return 0; }
        publish "$STAGING/bin/versitygw" "$shared"
    fi
    link "$shared" "$LOCAL/bin/versitygw"
}

# Debian's package would start a service; its two programs are all that is wanted.
prometheus_tools() {
    local shared=$SHARED/prometheus name
    ! { has promtool && has prometheus; } || return 0
    [ ! -x "$LOCAL/bin/promtool" ] || return 0
    if [ ! -x "$shared/usr/bin/promtool" ]; then
        has apt-get || { say "no promtool: the alert rules' tests are skipped"; return 0; }
        staging
        step "promtool and Prometheus from Debian's package" unpack_prometheus "$STAGING" ||
            { say "no promtool: the alert rules' tests are skipped; see $LOG"; return 0; }
        publish "$STAGING/prometheus" "$shared"
    fi
    for name in promtool prometheus; do
        link "$shared/usr/bin/$name" "$LOCAL/bin/$name"
    done
}

unpack_prometheus() {
    (cd -- "$1" && apt-get download -q prometheus && dpkg -x prometheus_*.deb prometheus)
}

nginx_program() {
    local shared=$SHARED/nginx
    ! { has nginx || [ -x /usr/sbin/nginx ] || [ -x "$LOCAL/bin/nginx" ]; } || return 0
    if [ ! -x "$shared/usr/sbin/nginx" ]; then
        has apt-get || { say "no nginx: the tests of its configuration are skipped"; return 0; }
        staging
        step "nginx from Debian's package" unpack_nginx "$STAGING" ||
            { say "no nginx: the tests of its configuration are skipped; see $LOG"; return 0; }
        publish "$STAGING/nginx" "$shared"
    fi
    link "$shared/usr/sbin/nginx" "$LOCAL/bin/nginx"
}

# As with Prometheus: the program, not its service.
unpack_nginx() {
    (cd -- "$1" && apt-get download -q nginx && dpkg -x nginx_*.deb nginx)
}

chromium_browser() {
    local shared=$SHARED/chromium
    ! { has chromium || [ -x "$LOCAL/bin/chromium" ]; } || return 0
    if [ ! -x "$shared/run" ]; then
        has apt-get || { say "no Chromium: the pages' tests are skipped"; return 0; }
        staging
        step "Chromium from Debian's packages (125 MB, once)" unpack_chromium "$STAGING" ||
            { say "no Chromium: the pages' tests are skipped; see $LOG"; return 0; }
        publish "$STAGING/chromium" "$shared"
    fi
    link "$shared/run" "$LOCAL/bin/chromium"
}

# With the libraries that this machine lacks, beside the program instead of in the system.
unpack_chromium() {
    mkdir -- "$1/packages" "$1/chromium"
    (
        cd -- "$1/packages"
        apt-get install -q -s --no-install-recommends chromium | sed -n 's/^Inst \([^ ]*\).*/\1/p' |
            xargs apt-get download -q
        for package in *.deb; do dpkg -x "$package" ../chromium || exit 1; done
    ) || return 1
    cat >"$1/chromium/run" <<'RUN'
#!/bin/sh
root=$(dirname -- "$(readlink -f -- "$0")")
for place in "$root"/usr/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/pulseaudio; do
    LD_LIBRARY_PATH=$place${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH
exec "$root/usr/lib/chromium/chromium" "$@"
RUN
    chmod +x "$1/chromium/run"
}

main "$@"
