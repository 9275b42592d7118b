package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** The commands that change a tree, against ninep's own server. */
class ChangingOurServerTest extends ChangingContract {

    private Path export;
    private Server server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        export = Files.createDirectory(work.resolve("export"));
        server = Server.builder().export("/srv", DirectoryTree.builder(export).readWrite().build()).build();
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        port = ((InetSocketAddress) server.listen(loopback)).getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    Path export() {
        return export;
    }

    @Override
    String uri(String path) {
        return "9p://127.0.0.1:" + port + path + "?aname=/srv";
    }
}
