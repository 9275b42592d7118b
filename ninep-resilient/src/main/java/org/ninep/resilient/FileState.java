package org.ninep.resilient;

/** What a reader of the file would see. */
public enum FileState {
    /** No replica has been found yet, and the size is unknown. */
    OPENING,
    /** Reads are answered. */
    SERVING,
    /** No replica is usable at the moment; reads wait. */
    WAITING,
    /** No replica is usable, and at least one that answers has other content: somebody has to look. Reads wait. */
    QUARANTINED,
    /** Closed on this side. */
    CLOSED
}
