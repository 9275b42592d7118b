package org.ninep.nbd.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * Ends the process in order when SIGTERM or SIGINT comes: the thread that runs the command is interrupted, closes what it has
 * opened, and its status becomes the process's.
 *
 * <p>A JVM that dies of a signal runs its shutdown hooks and reports 128 + the signal's number, whatever they do. The one
 * way around that in the standard modules is a hook that halts the JVM with another status, once all is closed.
 * {@code sun.misc.Signal} would be the other; it belongs to nobody's API, and the compiler's warning about it cannot be
 * silenced.
 *
 * <p>Thread-safe.
 */
final class Termination {

    private static final long PATIENCE_SECONDS = 20;

    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final Thread hook;

    private Termination(Thread running) {
        hook = new Thread(() -> end(running), "ninep-termination");
    }

    /** Signals to this process interrupt the calling thread from now on. */
    static Termination ofThisProcess() {
        Termination termination = new Termination(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    private void end(Thread running) {
        running.interrupt();
        int result = ExitStatus.FAILED;
        try {
            result = status.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            System.err.println("ninep: what was running did not end within " + PATIENCE_SECONDS + " seconds");
        }
        Runtime.getRuntime().halt(result);
    }

    /** The command has ended: so does the process. */
    void exit(int result) {
        status.complete(result);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is going down already, and the hook brings the status out.
            return;
        }
        System.exit(result);
    }
}
