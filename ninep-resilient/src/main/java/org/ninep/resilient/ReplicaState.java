package org.ninep.resilient;

/** What has become of a replica. */
public enum ReplicaState {
    /** There is no session, and none has failed yet since the replica was named. */
    CONNECTING,
    /** A session is there, and the content behind it is being compared. */
    CHECKING,
    /** Usable. Whether reads go to it depends on the others. */
    UP,
    /** Usable, but it answered far slower than it used to or than others do, or with errors: others go first. */
    SLOW,
    /** No session, for a reason; it is tried again and again, under back-off. */
    DOWN,
    /** Its file is not the image that is being served, and it is not read from until it is. */
    QUARANTINED,
    /** Taken out of use. */
    REMOVED
}
