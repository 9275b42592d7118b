# To be sourced: finds a JDK that is new enough for this project.
# shellcheck shell=bash

needed_jdk=25

# Whether a directory holds a JDK that is new enough; told by its "release" file, for starting a JVM takes longer than all the rest.
is_jdk() {
    local line
    [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
    while IFS= read -r line || [[ -n $line ]]; do
        if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
            ((BASH_REMATCH[1] >= needed_jdk)) && return 0
            return 1
        fi
    done <"$1/release"
    return 1
}

# Sets jdk, or returns 1 and says what is missing: JAVA_HOME, then the java of PATH, then the usual places, then Maven's toolchains.
find_jdk() {
    local candidate line java
    local candidates=()
    [[ -n ${JAVA_HOME:-} ]] && candidates+=("$JAVA_HOME")
    if java=$(type -P java); then
        java=$(readlink -f -- "$java")
        candidates+=("${java%/bin/java}")
    fi
    shopt -s nullglob
    candidates+=(/usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.jdks/*/Contents/Home
        /Library/Java/JavaVirtualMachines/*/Contents/Home)
    shopt -u nullglob
    if [[ -r $HOME/.m2/toolchains.xml ]]; then
        while IFS= read -r line; do
            [[ $line =~ \<jdkHome\>([^<]+)\</jdkHome\> ]] && candidates+=("${BASH_REMATCH[1]}")
        done <"$HOME/.m2/toolchains.xml"
    fi
    for candidate in "${candidates[@]}"; do
        if is_jdk "$candidate"; then
            jdk=$candidate
            return
        fi
    done
    printf '%s: no JDK %s or later in %s. %s\n' "${0##*/}" "$needed_jdk" \
        "JAVA_HOME, PATH, /usr/lib/jvm, ~/.sdkman, ~/.jdks or ~/.m2/toolchains.xml" \
        "Install one (for instance from https://adoptium.net), or set JAVA_HOME to it." >&2
    return 1
}
