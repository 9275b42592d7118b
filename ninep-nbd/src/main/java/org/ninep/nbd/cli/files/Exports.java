package org.ninep.nbd.cli.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;

/** The exports that a command works in, each on a connection of its own, made when it is first named. Confined to one thread. */
public final class Exports implements Closeable {

    private final ClientOptions options;
    private final Map<NinepUri, Attached> attached = new HashMap<>();

    /** Connects as the options say. */
    public Exports(ClientOptions options) {
        this.options = options;
    }

    private record Attached(Client client, RemoteFile root) {}

    /** The root of the export that the URI names. It is closed with this. */
    public RemoteFile root(NinepUri uri) throws IOException {
        Attached known = attached.get(export(uri));
        if (known == null) {
            known = attach(uri);
            attached.put(export(uri), known);
        }
        return known.root();
    }

    private Attached attach(NinepUri uri) throws IOException {
        Client client = options.connect(uri);
        boolean done = false;
        try {
            Attached result = new Attached(client, client.attach(uri));
            done = true;
            return result;
        } finally {
            if (!done) {
                client.close();
            }
        }
    }

    /** The URI of the export's root, for comparisons. */
    private static NinepUri export(NinepUri uri) {
        return new NinepUri(uri.host(), uri.port(), uri.socket(), "/", uri.aname(), uri.uname(), uri.uid(),
                OptionalInt.empty(), uri.auth());
    }

    /**
     * Reads another file of an export.
     *
     * @param text a URI, or a path from the root of the export
     * @param label what the command line calls it
     * @param of a file in that export
     */
    public static NinepUri another(String text, String label, NinepUri of) throws CommandFailure {
        if (text.startsWith("/")) {
            return of.withPath(text);
        }
        NinepUri uri = uri(text, label);
        if (!export(uri).equals(export(of))) {
            throw new CommandFailure(ExitStatus.USAGE, label + ": " + uri + " is not in the same export as " + of
                    + ": host, port, socket, aname, uname, uid and auth must be the same; ninep get and ninep put copy"
                    + " from one export to another");
        }
        return uri;
    }

    /** Reads a URI, where one of several things may stand. */
    public static NinepUri uri(String text, String label) throws CommandFailure {
        try {
            return NinepUri.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, label + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        attached.values().forEach(each -> each.client().close());
    }
}
