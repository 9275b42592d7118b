package org.ninep.resilient;

/** What befalls a simulated server. */
enum Fault {
    /** All connections end, and none is accepted until it is restarted. */
    CRASH,
    /** It answers nothing for a while, and then everything that queued up. */
    HANG,
    /** Connections are accepted, and nothing is ever answered on them; those that there are hang. */
    SILENT,
    /** Bytes vanish in both directions; nobody is told. */
    PARTITION,
    /** Answers come after the client's timeout. */
    LATE,
    /** Answers overtake each other. */
    REORDER,
    /** An answer comes twice. */
    TWICE,
    /** Reads bring less than was asked for, which is legal. */
    SHORT,
    /** Reads bring nothing, as if the file ended. */
    NOTHING,
    /** What comes is not 9P, or not the answer to what was asked. */
    GARBAGE,
    /** A connection is cut in the middle of an answer. */
    CUT,
    /** Requests are answered with errors. */
    ERROR,
    /** Attaches are refused. */
    REFUSE,
    /** It comes back with another image of the same size. */
    OTHER_CONTENT,
    /** It comes back with a shorter image. */
    OTHER_SIZE,
    /** It comes back with a directory in the image's place. */
    DIRECTORY,
    /** The image is overwritten in place while it is not being read. */
    OVERWRITTEN,
    /** Everything takes longer than the timeout. */
    SLOW,
    /** The client's time leaps, as when its machine was suspended. */
    LEAP,
    /** The replica is taken out of use and named again later. */
    REMOVED
}
