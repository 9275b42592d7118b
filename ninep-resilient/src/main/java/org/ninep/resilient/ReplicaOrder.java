package org.ninep.resilient;

/** Which of several usable replicas reads go to. */
public enum ReplicaOrder {
    /** The first in the list; the others stand by. */
    PREFERENCE,
    /** The one that answers fastest; the others stand by and are measured. */
    LATENCY
}
