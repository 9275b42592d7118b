package org.ninep.benchmarks.compare;

/** What can be measured of a workload, with its unit. */
enum Metric {
    THROUGHPUT("MiB/s", 0),
    READS("reads/s", 0),
    SERVER_CPU_PER_GIB("CPU s per GiB, servers", 2),
    FRONT_CPU_PER_GIB("CPU s per GiB, of the servers the front one", 2),
    CLIENT_CPU_PER_GIB("CPU s per GiB, client", 2),
    SERVER_CPU_PER_100K("CPU s per 100,000 reads, servers", 2),
    CLIENT_CPU_PER_100K("CPU s per 100,000 reads, client", 2),
    MEMORY("MiB resident", 0),
    START("s", 3),
    ROUND_TRIP("ms there and back", 2);

    private final String unit;
    private final int digits;

    Metric(String unit, int digits) {
        this.unit = unit;
        this.digits = digits;
    }

    String unit() {
        return unit;
    }

    /** How many digits behind the point mean something. */
    int digits() {
        return digits;
    }
}
