package org.ninep.nbd.cli;

import java.io.Closeable;
import java.time.Duration;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.nbd.FileBlockDevice;

/**
 * An image that is open, and what it stands on.
 *
 * <p>Thread-safe.
 *
 * @param uri the replica that serves
 * @param client the connection
 * @param device the image
 */
record OpenExport(NinepUri uri, Client client, FileBlockDevice device) implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Closes the device and the connection, after the reads in flight if they end soon. */
    @Override
    public void close() {
        device.close();
        client.close(PATIENCE);
    }
}
