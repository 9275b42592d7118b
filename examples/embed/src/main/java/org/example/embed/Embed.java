package org.example.embed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.Export;
import org.ninep.nbd.FileBlockDevice;
import org.ninep.nbd.NbdClient;
import org.ninep.nbd.NbdServer;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** Serves a directory over 9P, reads a file from it, turns the file into a block device, and copies it by java.nio.file. */
public final class Embed {
    private static final String CONTENT = "every byte of this file is right\n".repeat(1000);

    private Embed() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("images");
        Files.writeString(directory.resolve("image"), CONTENT);
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

        try (Server server = Server.builder()
                .export("images", DirectoryTree.builder(directory).readWrite().build()).build()) {
            InetSocketAddress address = (InetSocketAddress) server.listen(loopback);
            NinepUri uri = NinepUri.parse("9p://127.0.0.1:" + address.getPort() + "/image?aname=images");
            readFile(uri);
            blockDevice(uri, loopback);
            fileSystem(URI.create("ninep:" + uri), directory);
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

    /** As {@code java.nio.file} has it: the JDK finds the provider for {@code ninep:} by itself. */
    private static void fileSystem(URI image, Path directory) throws IOException {
        URI export = URI.create(image.toString().replace("/image?", "/?"));
        try (FileSystem fileSystem = FileSystems.newFileSystem(export, Map.of("requestTimeout", Duration.ofSeconds(10)));
                Stream<Path> all = Files.walk(fileSystem.getPath("/"))) {
            Path remote = Path.of(image);
            Path here = Files.copy(remote, directory.resolve("local"));
            Files.copy(here, fileSystem.getPath("/sent"), StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(fileSystem.getPath("/sent"), fileSystem.getPath("/moved"), StandardCopyOption.ATOMIC_MOVE);
            if (Files.mismatch(fileSystem.getPath("/moved"), directory.resolve("image")) >= 0) {
                throw new IllegalStateException("wrong bytes");
            }
            System.out.println("walked and copied through java.nio.file: " + all.map(Path::toString).sorted().toList());
        }
    }

    private static void compare(ByteBuffer read, String expected) {
        String text = StandardCharsets.US_ASCII.decode(read).toString();
        if (!text.equals(expected)) {
            throw new IllegalStateException("wrong bytes");
        }
    }
}
