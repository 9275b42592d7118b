package org.ninep.nbd.cli;

/** Sets up slf4j-simple, which reads system properties when the first logger is made. */
final class Logs {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logs() {}

    /** To be called before anything logs. What the user has set with -D stays. */
    static void configure(boolean verbose) {
        set("defaultLogLevel", verbose ? "debug" : "info");
        set("showDateTime", "true");
        set("dateTimeFormat", "HH:mm:ss.SSS");
        set("showThreadName", String.valueOf(verbose));
        set("showLogName", "false");
        set("showShortLogName", String.valueOf(verbose));
    }

    private static void set(String name, String value) {
        if (System.getProperty(PREFIX + name) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}
