# To be sourced: builds the benchmarks. Sets root, and java: the command that has their classes.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/build/find-jdk.bash"
find_jdk || exit
rm -rf -- "$root/benchmarks/target/lib"
(cd -- "$root" && mvn -B -q -ntp -pl benchmarks -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Djacoco.skip=true -Dmaven.source.skip=true -Dninep.javadoc.skip=true </dev/null >&2)
java=("$jdk/bin/java" -cp "$root/benchmarks/target/classes:$root/benchmarks/target/lib/*")
