package org.ninep.nbd.cli.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The file on a server that a command is about. Confined to one thread. */
public final class FileArgument {

    /** What a URI looks like, for people. */
    public static final String URI = "9p://HOST[:564]/PATH?aname=EXPORT or 9p+unix:///PATH?socket=SOCKET&aname=EXPORT; further parameters"
            + " are uname, uid, msize and auth=munge.";

    @Parameters(paramLabel = "URI", converter = Converters.OfUri.class, description = URI)
    private @Nullable NinepUri uri;

    @Mixin
    private final ClientOptions options;

    public FileArgument(Streams streams) {
        options = new ClientOptions(streams);
    }

    public NinepUri uri() {
        return Objects.requireNonNull(uri, "the parser demands a URI");
    }

    public ClientOptions options() {
        return options;
    }

    /** Connects and walks to the file, without opening it. */
    public Found find() throws IOException {
        return found(false);
    }

    /** Connects and opens the file for reading. */
    public Found open() throws IOException {
        Found found = found(true);
        if (found.attr().isDirectory()) {
            found.close();
            throw new CommandFailure(ExitStatus.UNUSABLE, found.file() + ": is a directory; ninep ls lists it");
        }
        return found;
    }

    private Found found(boolean open) throws IOException {
        Client client = options.connect(uri());
        boolean done = false;
        try (RemoteFile root = client.attach(uri())) {
            RemoteFile file = root.walk(uri().path());
            Attr attr = file.getattr(Attr.ALL);
            if (open && !attr.isDirectory()) {
                file.open();
            }
            done = true;
            return new Found(client, file, attr);
        } finally {
            if (!done) {
                client.close();
            }
        }
    }

    /**
     * A file on a connection of its own. Closing it closes both. Thread-safe.
     *
     * @param client the connection
     * @param file the file
     * @param attr its attributes when it was found
     */
    public record Found(Client client, RemoteFile file, Attr attr) implements Closeable {

        @Override
        public void close() {
            client.close();
        }
    }
}
