package org.ninep.nbd.cli;

/** How authentication is asked for, as it is written on the command line. */
@SuppressWarnings("checkstyle")
enum Auth {
    none, munge
}
