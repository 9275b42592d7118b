package org.ninep.check.bench;

import java.io.IOException;

/**
 * One check.
 *
 * <p>
 * Immutable.
 *
 * @param id stable, {@code group.name}
 * @param expected what a server that is right does, in one sentence
 * @param basis the clause, or the trap, on which that rests
 * @param body finds out
 */
public record Case(String id, String expected, String basis, Body body) {
    /** Does the check: returns if the server is right. */
    @FunctionalInterface
    public interface Body {
        /**
         * Asks the server.
         *
         * @throws IOException {@link Observed}, or whatever the connection came to
         */
        void run(Subject server) throws IOException;
    }
}
