/** Checks whether a 9P2000.L server does what the protocol says, and survives clients that do not. */
module org.ninep.check {
    requires static transitive org.jspecify;
    requires transitive org.ninep.core;

    exports org.ninep.check;
}
