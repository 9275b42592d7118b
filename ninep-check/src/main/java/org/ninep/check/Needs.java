package org.ninep.check;

/** What a check may only do if it was allowed to. */
public enum Needs {
    /** Nothing: it sends well-formed requests that change nothing. */
    NOTHING,
    /** It writes, in a directory of its own: {@link Conformance.Builder#scratch}. */
    SCRATCH,
    /** It sends what may bring down a server: {@link Conformance.Builder#destructive}. */
    DESTRUCTIVE,
    /** It writes what may bring down a server: both. */
    BOTH;

    /** Whether it writes, and so wants a scratch directory. */
    public boolean scratch() {
        return this == SCRATCH || this == BOTH;
    }

    /** Whether it sends what may bring down a server. */
    public boolean destructive() {
        return this == DESTRUCTIVE || this == BOTH;
    }
}
