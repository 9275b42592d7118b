package org.example.embed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.Export;
import org.ninep.nbd.FileBlockDevice;
import org.ninep.nbd.NbdClient;
import org.ninep.nbd.NbdServer;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** Serves a directory over 9P, reads a file from it, and turns the file into a block device. */
public final class Embed {
    private static final String CONTENT = "every byte of this file is right\n".repeat(1000);

    private Embed() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("images");
        Files.writeString(directory.resolve("image"), CONTENT);
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

        try (Server server = Server.builder().export("images", DirectoryTree.of(directory)).build()) {
            InetSocketAddress address = (InetSocketAddress) server.listen(loopback);
            NinepUri uri = NinepUri.parse("9p://127.0.0.1:" + address.getPort() + "/image?aname=images");
            readFile(uri);
            blockDevice(uri, loopback);
        }
    }

    private static void readFile(NinepUri uri) throws IOException {
        try (Client client = Client.connect(uri); RemoteFile file = client.open(uri)) {
            ByteBuffer block = ByteBuffer.allocateDirect(4096);
            file.readFully(block, 0);
            compare(block.flip(), CONTENT.substring(0, 4096));
            System.out.println("read from " + file + ", " + file.getattr().size() + " bytes");
        }
    }

    private static void blockDevice(NinepUri uri, InetSocketAddress loopback) throws IOException {
        try (Client client = Client.connect(uri);
                RemoteFile file = client.open(uri);
                NbdServer server = NbdServer.builder().listen(loopback)
                        .export(new Export("image", FileBlockDevice.of(file, Duration.ofSeconds(10))))
                        .onReady(addresses -> System.out.println("ready at " + addresses)).start()) {
            SocketAddress address = server.addresses().getFirst();
            try (NbdClient nbd = NbdClient.connect(address, "image")) {
                ByteBuffer whole = ByteBuffer.allocateDirect((int) nbd.size());
                nbd.read(0, whole);
                compare(whole.rewind(), CONTENT);
                System.out.println("read through NBD, " + nbd.size() + " bytes");
            }
            server.close(Duration.ofSeconds(5));
        }
    }

    private static void compare(ByteBuffer read, String expected) {
        String text = StandardCharsets.US_ASCII.decode(read).toString();
        if (!text.equals(expected)) {
            throw new IllegalStateException("wrong bytes");
        }
    }
}
