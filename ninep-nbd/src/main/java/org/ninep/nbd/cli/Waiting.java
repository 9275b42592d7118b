package org.ninep.nbd.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.ninep.server.Server;

/** What the thread of a command does while others serve. An interrupt is how it is asked to end. */
final class Waiting {

    private Waiting() {}

    /** Waits for an interrupt, and clears it: what is closed then may take its time. */
    static void forInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // That was waited for.
        }
    }

    /** Waits for an interrupt as well, or until something has ended, however it did. */
    static void forEnd(Future<?> something) {
        try {
            something.get();
        } catch (InterruptedException | ExecutionException e) {
            // That was waited for.
        }
    }

    /** Waits for an interrupt as well, or until a server has no client any more. */
    static void forLastClient(Server server) {
        try {
            server.awaitNoClients();
        } catch (InterruptedException e) {
            // That was waited for.
        }
    }
}
