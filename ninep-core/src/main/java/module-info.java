import java.nio.file.spi.FileSystemProvider;
import org.ninep.nio.NinepFileSystemProvider;

/** The 9P2000.L protocol: messages, codec, transports, client and server. */
module org.ninep.core {
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires jdk.net;

    exports org.ninep;
    exports org.ninep.client;
    exports org.ninep.codec;
    exports org.ninep.message;
    exports org.ninep.nio;
    exports org.ninep.server;
    exports org.ninep.transport;

    provides FileSystemProvider with NinepFileSystemProvider;
}
