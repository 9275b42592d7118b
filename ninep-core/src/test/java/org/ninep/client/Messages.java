package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** What an exception says. */
final class Messages {
    private Messages() {}

    static void assertBegins(String beginning, Throwable e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(beginning), message);
    }

    static void assertContains(String part, Throwable e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(part), message);
    }
}
