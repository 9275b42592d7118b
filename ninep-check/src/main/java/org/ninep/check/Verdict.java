package org.ninep.check;

/** What a check came to. */
public enum Verdict {
    /** The server does what is expected. */
    OK,
    /**
     * The server does not do what is documented, in a way with which clients get along: another error number, or a refusal
     * where another answer is documented.
     */
    DIFFERS,
    /** The server breaks what is documented, does not answer in time, or does not survive. */
    FAILED,
    /** Nothing was found out: the reason says why. */
    SKIPPED
}
