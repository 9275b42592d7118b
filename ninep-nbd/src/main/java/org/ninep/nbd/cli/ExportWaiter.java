package org.ninep.nbd.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.random.RandomGenerator;
import org.ninep.resilient.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until an export can be opened: whatever is wrong now, a server that comes up or an image that is published later may
 * put right. Logs a cause when it changes, and not each attempt.
 *
 * <p>Confined to one thread.
 */
final class ExportWaiter {

    private final Logger log = LoggerFactory.getLogger(ExportWaiter.class);
    private final Backoff backoff;
    private final ServiceManager manager;

    ExportWaiter(Backoff backoff, ServiceManager manager) {
        this.backoff = backoff;
        this.manager = manager;
    }

    /** Tries until it succeeds, or the thread is interrupted. */
    OpenExport await(String name, ExportOpener opener) throws IOException {
        String logged = "";
        for (int attempt = 1;; attempt++) {
            try {
                return opener.open();
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                String cause = Complaints.words(e);
                if (!cause.equals(logged)) {
                    log.warn("export \"{}\" is not to be had yet, and is waited for: {}", name, cause);
                    manager.status("waiting for export " + name + ": " + cause);
                    logged = cause;
                }
            }
            pause(attempt);
        }
    }

    private void pause(int attempt) throws InterruptedIOException {
        try {
            Thread.sleep(backoff.delay(attempt, RandomGenerator.getDefault()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
