package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;

/**
 * A server that runs, and what it exports.
 *
 * @param name for people
 * @param address HOST:PORT
 * @param export a directory; its path is the aname
 */
record ServerUnderTest(String name, String address, Path export) {
    NinepUri uri(String path) {
        return NinepUri.parse("9p://" + address + "/" + path + "?aname=" + export);
    }

    /** A connection of its own, with the largest msize that both know. */
    Client connect() throws IOException {
        return Client.builder(uri("").transport()).msize(1 << 20).connect();
    }

    RemoteFile root(Client client) throws IOException {
        return client.attach(uri(""));
    }
}
