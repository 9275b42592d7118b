package org.ninep.nbd.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;
import org.ninep.nbd.FileBlockDevice;

/**
 * Opens the image behind an export: of several replicas the first that answers with a regular file that is not empty. What
 * happens when it is lost later is not decided here.
 *
 * <p>Thread-safe.
 *
 * @param uris the replicas, in the order in which they are tried
 * @param options how to connect
 */
record ExportOpener(List<NinepUri> uris, ClientOptions options) {

    /**
     * Tries each replica once.
     *
     * @return the first that serves; the caller closes it
     * @throws CommandFailure that says of each replica why it does not, with the status of the first
     */
    OpenExport open() throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (NinepUri uri : uris) {
            try {
                return open(uri);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failures.add(e);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
        }
        throw new CommandFailure(
                ExitStatus.of(failures.getFirst()),
                failures.stream().map(Complaints::words).distinct().collect(Collectors.joining("; ")),
                failures.getFirst());
    }

    private OpenExport open(NinepUri uri) throws IOException {
        Client client = options.connect(uri);
        boolean opened = false;
        try {
            RemoteFile file = client.open(uri);
            OpenExport export = new OpenExport(uri, client,
                    new FileBlockDevice(file, imageSize(file, uri), options.timeout()));
            opened = true;
            return export;
        } finally {
            if (!opened) {
                client.close();
            }
        }
    }

    private static long imageSize(RemoteFile file, NinepUri uri) throws IOException {
        Attr attr = file.getattr(Attr.MODE | Attr.SIZE);
        String what = null;
        if (attr.isDirectory()) {
            what = "a directory, and no image; add the image's path to the URI " + uri;
        } else if (!attr.isRegular()) {
            what = "no regular file, and so no image";
        } else if (attr.size() <= 0) {
            what = "an empty file, and so no image";
        }
        if (what != null) {
            throw new CommandFailure(ExitStatus.UNUSABLE, file + ": " + what);
        }
        return attr.size();
    }
}
